import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { anchorBytes, anchorFile, encodeAnchor, slotOf } from "./anchor.ts"
import type { AnchorFile } from "./chained.ts"
import { writeDurably } from "./durable-file.ts"

/** The anchor of the store in that folder. Errors of the file system are thrown as they are. `close` ends it. */
export const openAnchorFile = (directory: string): AnchorFile & { readonly close: () => void } => {
  const path = join(directory, anchorFile)
  let file: number | undefined
  const buffer = Buffer.alloc(bufferBytes)
  return {
    read: () => (existsSync(path) ? readFileSync(path) : undefined),
    create: (anchor) => {
      const content = Buffer.alloc(anchorBytes)
      content.write(encodeAnchor(anchor), slotOf(anchor))
      writeDurably(directory, anchorFile, content)
    },
    // In place, so that no space is needed; some 3 µs, where a new file would take as long as the whole batch.
    write: (anchor) => {
      file ??= openSync(path, "r+")
      const length = buffer.write(encodeAnchor(anchor))
      if (writeSync(file, buffer, 0, length, slotOf(anchor)) !== length) throw new Error(`${path} was written in part`)
    },
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    }
  }
}

/** More than any anchor has: three numbers and two ids. */
const bufferBytes = 512
