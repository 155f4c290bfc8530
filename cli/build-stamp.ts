import { readFileSync } from "node:fs"
import { join } from "node:path"
import { areUnchanged, compilerKey, type Dependency, hashOf } from "./dependencies.ts"
import { writeWhole } from "./files.ts"

/*
 * What a built program was made from, in .NAME.sxs-build beside it, as JSON: the compiler, each source with the hash of its
 * bytes, each output with the hash of its text. A build whose stamp still holds is not made again. What cannot be read, or
 * was changed by anyone, is built anew.
 */

interface Stamp {
  readonly compiler: string
  /** The program's own file first. */
  readonly sources: ReadonlyArray<Dependency>
  /** By the ending that follows NAME. */
  readonly outputs: Readonly<Record<string, string>>
}

export interface BuildPlace {
  readonly folder: string
  readonly name: string
  /** What the paths of sources are relative to. */
  readonly cwd: string
}

/** Whether the program was built here from this file, and neither a source nor an output nor the compiler has changed. */
export const isBuilt = (file: string, { cwd, folder, name }: BuildPlace): boolean => {
  try {
    const stamp = JSON.parse(readFileSync(stampPath(folder, name), "utf8")) as Stamp
    const isSame = stamp.compiler === compilerKey() && stamp.sources[0]?.path === file
    return isSame && areUnchanged(stamp.sources, cwd) && areUnchanged(outputsOf(stamp, join(folder, name)), cwd)
  } catch {
    return false
  }
}

const outputsOf = ({ outputs }: Stamp, path: string): ReadonlyArray<Dependency> =>
  Object.entries(outputs).map(([ending, hash]) => ({ path: path + ending, hash }))

/** Notes what the outputs, texts by the ending that follows NAME, were made from. Throws what `node:fs` throws. */
export const writeStamp = (
  sources: ReadonlyArray<Dependency>,
  outputs: Readonly<Record<string, string>>,
  { folder, name }: BuildPlace
): void => {
  const hashes = Object.fromEntries(Object.entries(outputs).map(([ending, text]) => [ending, hashOf(text)]))
  const stamp: Stamp = { compiler: compilerKey(), sources, outputs: hashes }
  writeWhole(stampPath(folder, name), `${JSON.stringify(stamp)}\n`)
}

const stampPath = (folder: string, name: string): string => join(folder, `.${name}.sxs-build`)
