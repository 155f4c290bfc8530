import type { Source, Span } from "../source.ts"
import { Marks, sourceMap } from "./source-map.ts"

/** A place in what a writer has written, where something can be inserted later. */
export interface Place {
  readonly at: number
  /** How many marks stand before it. */
  readonly marks: number
  readonly indentation: string
}

/**
 * Text in the making, with marks that tie the place where they stand to a place in a source. All of it is ASCII, and is kept
 * as bytes: so every piece is copied once, and what is hashed needs not be encoded.
 *
 * With a `depth`, lines are indented by it and by the brackets around them. A bracket that is open at the end of its line is
 * the last character there, and one that closes it the first: so nobody needs to look at what is between.
 */
export class Writer {
  #bytes = new Uint8Array(256)
  #length = 0
  #depth: number | undefined
  #isLineStart = true
  readonly #marks = new Marks()

  constructor(depth?: number) {
    this.#depth = depth
  }

  write(first: string, second = "", third = ""): this {
    this.#text(first)
    if (second !== "") this.#text(second)
    if (third !== "") this.#text(third)
    return this
  }

  /** What is written next comes from `span`. */
  mark(source: Source, span: Span): this {
    this.#marks.add(this.#length, source, span.start)
    return this
  }

  /** What `other` holds, with its marks. */
  append(other: Writer): this {
    const marks = other.#marks
    let from = 0
    for (let index = 0; index < marks.count; index++) {
      const place = marks.place(index)
      this.#copy(other.#bytes, from, place)
      from = place
      this.#marks.add(this.#length, marks.source(index), marks.offset(index))
    }
    this.#copy(other.#bytes, from, other.#length)
    return this
  }

  /** Forgets all that it holds, to be used again. */
  clear(): this {
    this.#length = 0
    this.#isLineStart = true
    this.#marks.clear()
    return this
  }

  /** Where the next text will stand. */
  place(): Place {
    return { at: this.#length, marks: this.#marks.count, indentation: indentationAt(this.#depth) }
  }

  /** Puts a text before what was written at the place and behind it; places between the two are good no more. */
  insert({ at, marks }: Place, text: string): this {
    const count = text.length
    this.#reserve(count)
    this.#bytes.copyWithin(at + count, at, this.#length)
    if (count > shortUnitsMax) encoder.encodeInto(text, this.#bytes.subarray(at, at + count))
    else for (let index = 0; index < count; index++) this.#bytes[at + index] = text.charCodeAt(index)
    this.#length += count
    this.#marks.move(marks, count)
    return this
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  text(): string {
    return decoder.decode(this.bytes())
  }

  /** The marks as a source map of version 3. `file` names the text. */
  sourceMap(file: string): string {
    return sourceMap(file, this.bytes(), this.#marks)
  }

  #text(text: string): void {
    for (let from = 0; from < text.length; ) from = this.#untilLineEnd(text, from)
  }

  /** Writes up to the end of the line or of the text, and yields where that is. */
  #untilLineEnd(text: string, from: number): number {
    if (this.#isLineStart) this.#beginLine(text.charCodeAt(from))
    const count = text.length
    this.#reserve(count - from)
    const bytes = this.#bytes
    let end = this.#length
    let all = 0
    let index = from
    let unit = 0
    while (index < count && unit !== lineEnd) {
      unit = text.charCodeAt(index++)
      bytes[end++] = unit
      all |= unit
    }
    if (all > asciiMax) throw new Error(`not ASCII: ${text}`)
    this.#length = end
    if (unit === lineEnd) this.#endLine(end < 2 ? 0 : bytes[end - 2]!)
    return index
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      if (this.#isLineStart) this.#beginLine(from[at]!)
      this.#reserve(end - at)
      let unit = 0
      while (at < end && unit !== lineEnd) {
        unit = from[at++]!
        this.#bytes[this.#length++] = unit
      }
      if (unit === lineEnd) this.#endLine(this.#length < 2 ? 0 : this.#bytes[this.#length - 2]!)
    }
  }

  #beginLine(unit: number): void {
    if (unit === lineEnd) return
    this.#isLineStart = false
    if (this.#depth === undefined) return
    if ((unit | bracketBit) === closing) this.#depth--
    const { length } = indentationAt(this.#depth)
    this.#reserve(length)
    this.#bytes.fill(space, this.#length, this.#length + length)
    this.#length += length
  }

  #endLine(last: number): void {
    this.#isLineStart = true
    if (this.#depth !== undefined && (last | bracketBit) === opening) this.#depth++
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

const decoder = new TextDecoder()

const encoder = new TextEncoder()

/** Beyond, the encoder is faster than a loop; before, calling it takes longer than the loop. */
const shortUnitsMax = 1000

const indentations: ReadonlyArray<string> = Array.from({ length: 13 }, (_, depth) => "  ".repeat(depth))

const indentationAt = (depth = 0): string => indentations[Math.max(0, Math.min(depth, indentations.length - 1))]!

const asciiMax = 0x7f
const lineEnd = 0x0a
const space = 0x20

// Square and curly brackets differ in one bit.
const bracketBit = 0x20
const opening = 0x7b
const closing = 0x7d
