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
  #bytes: Uint8Array
  #length = 0
  #depth: number | undefined
  #isLineStart = true
  readonly #marks = new Marks()

  /** `bytesMin`: room for so many to begin with. Whoever knows about how many come spares copying them when the room is full. */
  constructor(depth?: number, bytesMin = 256) {
    this.#depth = depth
    this.#bytes = new Uint8Array(bytesMin)
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

  /** How many bytes it holds. */
  get length(): number {
    return this.#length
  }

  /** Where the next text will stand. */
  place(): Place {
    return { at: this.#length, marks: this.#marks.count, indentation: indentationAt(this.#depth) }
  }

  /** Puts a text before what was written at the place and behind it; places between the two are good no more. */
  insert(place: Place, text: string): this {
    const count = text.length
    this.#makeRoom(place, count)
    for (let index = 0; index < count; index++) this.#bytes[place.at + index] = text.charCodeAt(index)
    return this
  }

  /** The same with what another writer holds, as it stands there; it has no marks. */
  insertBytes(place: Place, other: Writer): this {
    this.#makeRoom(place, other.#length)
    this.#bytes.set(other.bytes(), place.at)
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
    const count = text.length
    let all = 0
    for (let index = 0; index < count; ) {
      if (this.#isLineStart) this.#beginLine(text.charCodeAt(index))
      if (this.#length + count > this.#bytes.length) this.#grow(count)
      const bytes = this.#bytes
      let end = this.#length
      let unit = 0
      while (index < count && unit !== lineEnd) {
        unit = text.charCodeAt(index++)
        bytes[end++] = unit
        all |= unit
      }
      this.#length = end
      if (unit === lineEnd) this.#endLine(end < 2 ? 0 : bytes[end - 2]!)
    }
    if (all > asciiMax) throw new Error(`not ASCII: ${text}`)
  }

  #makeRoom({ at, marks }: Place, count: number): void {
    if (this.#length + count > this.#bytes.length) this.#grow(count)
    this.#bytes.copyWithin(at + count, at, this.#length)
    this.#length += count
    this.#marks.move(marks, count)
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    if (this.#depth === undefined) return this.#copyAsIs(from.subarray(start, end))
    for (let at = start; at < end; ) {
      if (this.#isLineStart) this.#beginLine(from[at]!)
      if (this.#length + end - at > this.#bytes.length) this.#grow(end - at)
      let unit = 0
      while (at < end && unit !== lineEnd) {
        unit = from[at++]!
        this.#bytes[this.#length++] = unit
      }
      if (unit === lineEnd) this.#endLine(this.#length < 2 ? 0 : this.#bytes[this.#length - 2]!)
    }
  }

  #copyAsIs(from: Uint8Array): void {
    if (this.#length + from.length > this.#bytes.length) this.#grow(from.length)
    this.#bytes.set(from, this.#length)
    this.#length += from.length
  }

  #beginLine(unit: number): void {
    if (unit === lineEnd) return
    this.#isLineStart = false
    if (this.#depth === undefined) return
    if ((unit | bracketBit) === closing) this.#depth--
    const { length } = indentationAt(this.#depth)
    if (this.#length + length > this.#bytes.length) this.#grow(length)
    const end = this.#length + length
    // A loop, as most lines begin with a few spaces only.
    for (let at = this.#length; at < end; at++) this.#bytes[at] = space
    this.#length = end
  }

  #endLine(last: number): void {
    this.#isLineStart = true
    if (this.#depth !== undefined && (last | bracketBit) === opening) this.#depth++
  }

  /** Makes room for so many more. Whether that is needed is asked where they are written, nearly always in vain. */
  #grow(count: number): void {
    const larger = new Uint8Array(Math.max(this.#length + count, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

const decoder = new TextDecoder()

const indentations: ReadonlyArray<string> = Array.from({ length: 13 }, (_, depth) => "  ".repeat(depth))

const indentationAt = (depth = 0): string => indentations[Math.max(0, Math.min(depth, indentations.length - 1))]!

const asciiMax = 0x7f
const lineEnd = 0x0a
const space = 0x20

// Square and curly brackets differ in one bit.
const bracketBit = 0x20
const opening = 0x7b
const closing = 0x7d
