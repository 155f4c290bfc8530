import type { Source, Span } from "../source.ts"
import { sourceMap } from "./source-map.ts"

/** Text in the making, with marks that tie the place where they stand to a place in a source. */
export class Writer {
  #text = ""
  readonly #marks = { places: [] as Array<number>, sources: [] as Array<Source>, offsets: [] as Array<number> }

  write(...texts: ReadonlyArray<string>): this {
    for (const text of texts) this.#text += text
    return this
  }

  /** What is written next comes from `span`. */
  mark(source: Source, span: Span): this {
    this.#mark(this.#text.length, source, span.start)
    return this
  }

  #mark(place: number, source: Source, offset: number): void {
    this.#marks.places.push(place)
    this.#marks.sources.push(source)
    this.#marks.offsets.push(offset)
  }

  append(other: Writer): this {
    const start = this.#text.length
    const { offsets, places, sources } = other.#marks
    for (let at = 0; at < places.length; at++) this.#mark(start + places[at]!, sources[at]!, offsets[at]!)
    this.#text += other.#text
    return this
  }

  /**
   * The same whole lines, each indented by the brackets around it and `depth` more. A bracket that is open at the end of its
   * line is the last character there, and one that closes it the first: so nobody needs to look at what is between.
   */
  indented(depth: number): Writer {
    const text = this.#text
    const { offsets, places, sources } = this.#marks
    const out = new Writer()
    const lines: Array<string> = []
    let length = 0
    let current = depth
    let next = 0
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = text.indexOf("\n", start) + 1 || text.length
      if (closes(text, start)) current--
      const indentation = text[start] === "\n" ? "" : indentationAt(current)
      for (; next < places.length && places[next]! < end; next++) {
        const column = places[next]! - start
        // A mark at the start of a line stays there.
        const moved = column === 0 ? length : length + indentation.length + column
        out.#mark(moved, sources[next]!, offsets[next]!)
      }
      lines.push(indentation, text.slice(start, end))
      length += indentation.length + end - start
      if (opens(text, end - 2)) current++
    }
    for (; next < places.length; next++) out.#mark(length, sources[next]!, offsets[next]!)
    out.#text = lines.join("")
    return out
  }

  text(): string {
    return this.#text
  }

  /** The marks as a source map of version 3. `file` names the text. */
  sourceMap(file: string): string {
    return sourceMap(file, this.#text, this.#marks)
  }
}

const indentations: ReadonlyArray<string> = Array.from({ length: 13 }, (_, depth) => "  ".repeat(depth))

const indentationAt = (depth: number): string => indentations[Math.max(0, Math.min(depth, indentations.length - 1))]!

// Square and curly brackets differ in one bit.
const bracketBit = 0x20
const opening = 0x7b
const closing = 0x7d

const opens = (text: string, at: number): boolean => (text.charCodeAt(at) | bracketBit) === opening

const closes = (text: string, at: number): boolean => (text.charCodeAt(at) | bracketBit) === closing
