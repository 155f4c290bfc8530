import { decode, encode } from "../value/codec.ts"
import { Bytes, Closure, ErrorValue, List, Real, SxsMap, Sym, TaskRef, type Value } from "../value/value.ts"

/**
 * What the owner of a store and its guests say to each other on a local socket, a line of JSON each:
 *
 *     greeting = {"sxs": version, "protocol": 1, "pid": int, "folder": path}        the owner, when a guest has come
 *     request  = {"id": int, "method": name, "args": [data …]}                      one at a time
 *     answer   = {"id": int, "ok": data} | {"id": int, "error": {"tag": name, …}}
 *     part     = {"id": int, "part": data}                                          of a stream, any number before its answer
 *     beat     = {"beat": id}                                                       the request is still being worked at
 *     farewell = {"bye": why}                                                       the line before was not carried out
 *     data     = JSON, in which {"$": text} is a value as the codec writes it
 *
 * Values that are JSON themselves (none, truth values, texts, small ints) stand for themselves.
 */
export const protocolVersion = 1

/** Text that is no line of the protocol. The other side is broken, or somebody else. */
export class MalformedLine extends Error {
  override readonly name = "MalformedLine"
}

/** Containers inside each other in one line; values are texts there. */
const depthMax = 16

/** The line, with its line feed. Throws `Fault` for a value that cannot be encoded, `RangeError` when the text is too long
 * for JavaScript. */
export const printLine = (data: object): string => `${JSON.stringify(toJson(data))}\n`

/** The data of a line. Throws `MalformedLine`. */
export const parseLine = (line: string): unknown => {
  try {
    return fromJson(JSON.parse(line), 0)
  } catch (cause) {
    throw new MalformedLine(cause instanceof Error ? cause.message : "it cannot be read")
  }
}

/** Whether the data is a value, and not an object or array of the protocol. */
export const isValue = (data: unknown): data is Value =>
  data === null ||
  typeof data === "boolean" ||
  typeof data === "string" ||
  (typeof data === "number" ? Number.isSafeInteger(data) : isBoxed(data))

const isBoxed = (data: unknown): data is Value =>
  typeof data === "bigint" ||
  data instanceof Real ||
  data instanceof Sym ||
  data instanceof List ||
  data instanceof SxsMap ||
  data instanceof Bytes ||
  data instanceof ErrorValue ||
  data instanceof Closure ||
  data instanceof TaskRef

const toJson = (data: unknown): unknown => {
  if (isBoxed(data)) return { $: encode(data) }
  if (Array.isArray(data)) return data.map(toJson)
  if (typeof data !== "object" || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([name, item]) => [name, toJson(item)]))
}

const fromJson = (json: unknown, depth: number): unknown => {
  if (typeof json !== "object" || json === null) return json
  if (depth > depthMax) throw new MalformedLine("it is nested too deeply")
  if (Array.isArray(json)) return json.map((item) => fromJson(item, depth + 1))
  const entries = Object.entries(json)
  const [first] = entries
  if (entries.length === 1 && first![0] === "$") {
    if (typeof first![1] !== "string") throw new MalformedLine("it holds a value that is no text")
    return decode(first![1])
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, fromJson(item, depth + 1)]))
}

/** Cuts what comes in pieces into lines. */
export class LineReader {
  readonly #bytesMax: number
  readonly #decoder = new TextDecoder("utf-8", { fatal: true })
  #pieces: Array<Uint8Array> = []
  #bytes = 0

  /** `bytesMax`: of one line, its end left out. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** The lines that are complete now. Throws `MalformedLine` when one is too long, or is not UTF-8. */
  push(piece: Uint8Array): ReadonlyArray<string> {
    const lines: Array<string> = []
    let from = 0
    for (let end = piece.indexOf(lineFeed); end >= 0; end = piece.indexOf(lineFeed, from)) {
      this.#add(piece.subarray(from, end))
      lines.push(this.#take())
      from = end + 1
    }
    this.#add(piece.subarray(from))
    return lines
  }

  #add(piece: Uint8Array): void {
    this.#bytes += piece.length
    if (this.#bytes > this.#bytesMax) throw new MalformedLine(`a line has more than ${this.#bytesMax} bytes`)
    if (piece.length > 0) this.#pieces.push(piece)
  }

  #take(): string {
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#bytes = 0
    try {
      return this.#decoder.decode(bytes)
    } catch {
      throw new MalformedLine("a line is not UTF-8")
    }
  }
}

const lineFeed = 0x0a
