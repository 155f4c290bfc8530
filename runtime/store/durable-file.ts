import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** All of the file or none of it, on the disk when this returns. */
export const writeDurably = (directory: string, name: string, content: string | Uint8Array): void => {
  const partial = join(directory, `${name}.partial`)
  const file = openSync(partial, "w")
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(partial, join(directory, name))
  flushFolder(directory)
}

// The new name of a file is durable only when its folder is. Not every system can flush a folder.
const flushFolder = (directory: string): void => {
  if (process.platform === "win32") return
  const folder = openSync(directory, "r")
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
