import { readFileSync } from "node:fs"
import type { Runtime } from "node:inspector"
import { fileURLToPath, pathToFileURL } from "node:url"
import { decodedMappings, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"

/** From a file that sxs is packed into to the files that it was packed from. */
export interface PackedLines {
  readonly frameOf: (frame: Runtime.CallFrame) => Runtime.CallFrame
  /** Lines count from 1. */
  readonly lineOf: (line: number) => number
}

/** Undefined when the file is no packed one, or its source map is not there. */
export const packedLines = (url: string): PackedLines | undefined => {
  if (!/^file:.*\/dist\/packed\/[^/]+\.js$/.test(url)) return undefined
  const map = readMap(url)
  if (map === undefined) return undefined
  const lines = decodedMappings(map)
  return {
    frameOf: (frame) => {
      const found = originalPositionFor(map, { line: frame.lineNumber + 1, column: frame.columnNumber })
      if (found.source === null) return frame
      return { ...frame, url: found.source, lineNumber: found.line - 1, columnNumber: found.column }
    },
    lineOf: (line) => {
      const segment = lines[line - 1]?.find(({ length }) => length > 1)
      return segment === undefined || segment.length === 1 ? line : segment[2] + 1
    }
  }
}

const readMap = (url: string): TraceMap | undefined => {
  try {
    const file = `${fileURLToPath(url)}.map`
    return new TraceMap(readFileSync(file, "utf8"), pathToFileURL(file).href)
  } catch {
    return undefined
  }
}
