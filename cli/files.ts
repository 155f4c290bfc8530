import { randomUUID } from "node:crypto"
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/** Writes the whole file or leaves what is there: a reader never sees a part of it. `mode`: its permissions, when they
 * shall not be those of a new file. Throws what `node:fs` throws. */
export const writeWhole = (path: string, text: string, mode?: number): void => {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    writeFileSync(temporary, text, { flush: true })
    if (mode !== undefined) chmodSync(temporary, mode)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Why `makeFolder` has thrown `error` for the folder of a store. */
export const whyNoFolder = (path: string, { message }: Error): string => {
  for (let above = path; above !== dirname(above); above = dirname(above)) {
    if (statSync(above, { throwIfNoEntry: false })?.isDirectory() === false)
      return `${above} is a file, and a store is a folder`
  }
  return `the folder ${path} cannot be made for the store: ${message}`
}

/** Makes the folder with all that is missing above it. Throws what `node:fs` throws; the `recursive` of Node's own
 * `mkdirSync` never returns where nothing can be made, as below `/proc`. */
export const makeFolder = (path: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  if (path !== dirname(path)) makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error
  }
}
