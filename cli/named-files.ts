import { readdirSync, readSync, statSync } from "node:fs"
import { join, normalize, resolve } from "node:path"
import { usageError } from "./exit.ts"
import type { ShellService } from "./shell.ts"
import { readSourceFile } from "./source-file.ts"

/** What stands for the standard input where a file is asked for. */
export const stdinArgument = "-"

/** What messages call the standard input. */
export const stdinName = "stdin"

const ending = ".sxs"

/**
 * The source files that the user named, each once. A folder stands for all `.sxs` files in it and below, in the order of
 * their names, but for those in `node_modules` and in folders whose names begin with a dot. Throws a usage error when a
 * folder has none.
 */
export const namedFiles = (files: ReadonlyArray<string>, shell: ShellService): ReadonlyArray<string> => {
  const found = new Map<string, string>()
  for (const file of files.flatMap((each) => (isFolder(each, shell) ? filesBelow(each, shell) : [each]))) {
    const path = file === stdinArgument ? file : resolve(shell.cwd, file)
    if (!found.has(path)) found.set(path, file)
  }
  return [...found.values()]
}

/** The name of the file for messages, and its bytes; throws a usage error when it cannot be read. */
export const readNamedFile = (
  file: string,
  shell: ShellService
): { readonly name: string; readonly bytes: Uint8Array } =>
  file === stdinArgument ? { name: stdinName, bytes: readStdin() } : { name: file, bytes: readSourceFile(file, shell) }

const isFolder = (file: string, shell: ShellService): boolean =>
  file !== stdinArgument && statSync(resolve(shell.cwd, file), { throwIfNoEntry: false })?.isDirectory() === true

const filesBelow = (folder: string, shell: ShellService): ReadonlyArray<string> => {
  const files: Array<string> = []
  const waiting = [folder]
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const entry of entriesOf(each, shell)) {
      const path = normalize(join(each, entry.name))
      if (entry.isFile() && entry.name.endsWith(ending)) files.push(path)
      // Links are not followed: they could lead in circles, and out of what was named.
      else if (entry.isDirectory() && isSearched(entry.name)) waiting.push(path)
    }
  }
  if (files.length === 0) throw usageError(`there is no ${ending} file in ${folder}`)
  return files.toSorted()
}

const isSearched = (name: string): boolean => name !== "node_modules" && !name.startsWith(".")

const entriesOf = (folder: string, shell: ShellService) => {
  try {
    return readdirSync(resolve(shell.cwd, folder), { withFileTypes: true })
  } catch (error) {
    throw usageError(`${folder} cannot be read: ${(error as NodeJS.ErrnoException).message}`)
  }
}

/** All of the standard input. */
const readStdin = (): Uint8Array => {
  const chunks: Array<Uint8Array> = []
  for (let chunk = readChunk(); chunk.length > 0; chunk = readChunk()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const chunkBytes = 65_536
/** A pipe that another process has set to refuse instead of waiting is asked again after so long (ms). */
const retryMs = 5
const never = new Int32Array(new SharedArrayBuffer(4))

/** Empty at the end of the input. */
const readChunk = (): Uint8Array => {
  const chunk = Buffer.alloc(chunkBytes)
  for (;;) {
    try {
      return chunk.subarray(0, readSync(0, chunk, 0, chunkBytes, null))
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === "EOF") return chunk.subarray(0, 0)
      if (code !== "EAGAIN") throw usageError(`the standard input cannot be read: ${message}`)
      Atomics.wait(never, 0, 0, retryMs)
    }
  }
}
