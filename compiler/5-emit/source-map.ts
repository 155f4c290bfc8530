import { lineTableOf, type Source } from "../source.ts"

/** Places in a text, in ascending order, each with the place in a source that it comes from. */
export class Marks {
  count = 0
  /** Three numbers a mark: its place, its source, the offset there. */
  #numbers = new Int32Array(48)
  readonly #sources: Array<Source> = []
  #lastSource = -1

  /** Offsets in UTF-16 units. */
  add(place: number, source: Source, offset: number): void {
    const at = 3 * this.count++
    if (at === this.#numbers.length) this.#grow()
    if (this.#sources[this.#lastSource] !== source) this.#lastSource = this.#indexOf(source)
    this.#numbers[at] = place
    this.#numbers[at + 1] = this.#lastSource
    this.#numbers[at + 2] = offset
  }

  place(index: number): number {
    return this.#numbers[3 * index]!
  }

  source(index: number): Source {
    return this.#sources[this.#numbers[3 * index + 1]!]!
  }

  offset(index: number): number {
    return this.#numbers[3 * index + 2]!
  }

  clear(): void {
    this.count = 0
  }

  /** All from that one on, by so many units. */
  move(from: number, distance: number): void {
    for (let at = 3 * from; at < 3 * this.count; at += 3) this.#numbers[at]! += distance
  }

  #indexOf(source: Source): number {
    const known = this.#sources.indexOf(source)
    return known < 0 ? this.#sources.push(source) - 1 : known
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#numbers.length)
    larger.set(this.#numbers)
    this.#numbers = larger
  }
}

/**
 * The marks of an ASCII text as a source map of version 3. `file` names the text. Writes the encoded mappings as bytes as it
 * goes: with a segment as an array and a line as an array of those, as the libraries have it, the map of 10 MB would be the
 * largest thing in memory.
 */
export const sourceMap = (file: string, text: Uint8Array, marks: Marks): string => {
  const names = new Map<string, number>()
  const contents: Array<string> = []
  const mappings = new Mappings()
  let source: Source | undefined
  let index = 0
  let lineEnd = endOfLine(text, 0)
  let lineStart = 0
  for (let at = 0; at < marks.count; at++) {
    const place = marks.place(at)
    for (; place > lineEnd; lineEnd = endOfLine(text, lineStart)) {
      lineStart = lineEnd + 1
      mappings.endLine()
    }
    if (marks.source(at) !== source) {
      source = marks.source(at)
      index = names.get(source.name) ?? names.size
      names.set(source.name, index)
      contents[index] = source.text
    }
    const { column, line } = lineTableOf(source!).position(marks.offset(at))
    mappings.segment(place - lineStart, index, line - 1, column - 1)
  }
  return JSON.stringify({
    version: 3,
    file,
    names: [],
    sources: [...names.keys()],
    sourcesContent: contents,
    mappings: mappings.text(),
    ignoreList: []
  })
}

const endOfLine = (text: Uint8Array, from: number): number => {
  const end = text.indexOf(0x0a, from)
  return end < 0 ? text.length : end
}

const digits = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

/** A comma, and four numbers of up to seven digits. */
const segmentBytesMax = 29

/** The field of that name: segments of four numbers, each relative to the one before, in base 64, 5 bits to a digit. */
class Mappings {
  #bytes = new Uint8Array(4096)
  #length = 0
  #isLineStart = true
  readonly #before = [0, 0, 0, 0]

  endLine(): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = 0x3b
    this.#isLineStart = true
    this.#before[0] = 0
  }

  /** All numbers from 0. */
  segment(column: number, source: number, sourceLine: number, sourceColumn: number): void {
    this.#reserve(segmentBytesMax)
    if (!this.#isLineStart) this.#bytes[this.#length++] = 0x2c
    this.#isLineStart = false
    this.#number(0, column)
    this.#number(1, source)
    this.#number(2, sourceLine)
    this.#number(3, sourceColumn)
  }

  #number(field: number, value: number): void {
    const difference = value - this.#before[field]!
    this.#before[field] = value
    let rest = difference < 0 ? (-difference << 1) | 1 : difference << 1
    do {
      const digit = rest & 31
      rest >>>= 5
      this.#bytes[this.#length++] = digits[rest > 0 ? digit | 32 : digit]!
    } while (rest > 0)
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
  }

  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#length))
  }
}
