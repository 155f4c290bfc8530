import { addMapping, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping"
import { lineTableOf, type Source, type Span } from "../source.ts"

interface Mark {
  readonly source: Source
  readonly offset: number
}

const nesting: Readonly<Record<string, number>> = { "{": 1, "[": 1, "}": -1, "]": -1 }

/** Text in the making, with marks that tie the place where they stand to a place in a source. */
export class Writer {
  readonly #parts: Array<string | Mark> = []

  write(...texts: ReadonlyArray<string>): this {
    for (const text of texts) this.#parts.push(text)
    return this
  }

  /** What is written next comes from `span`. */
  mark(source: Source, span: Span): this {
    this.#parts.push({ source, offset: span.start })
    return this
  }

  append(other: Writer): this {
    for (const part of other.#parts) this.#parts.push(part)
    return this
  }

  /** The same text, each line indented by the brackets around it. Literals must not hold brackets. */
  indented(): Writer {
    const out = new Writer()
    let depth = 0
    let isLineStart = true
    for (const part of this.#parts) {
      if (typeof part !== "string") {
        out.#parts.push(part)
        continue
      }
      for (const [index, line] of part.split("\n").entries()) {
        if (index > 0) {
          out.write("\n")
          isLineStart = true
        }
        if (line === "") continue
        if (isLineStart) out.write("  ".repeat(Math.max(0, Math.min(12, depth - (/^[}\]]/.test(line) ? 1 : 0)))))
        isLineStart = false
        out.write(line)
        for (const char of line) if (char in nesting) depth += nesting[char]!
      }
    }
    return out
  }

  text(): string {
    return this.#parts.filter((part) => typeof part === "string").join("")
  }

  /** The marks as a source map of version 3. `file` names the text. */
  sourceMap(file: string): string {
    const map = new GenMapping({ file })
    const sources = new Set<Source>()
    let line = 1
    let column = 0
    for (const part of this.#parts) {
      if (typeof part === "string") {
        const breaks = part.split("\n")
        line += breaks.length - 1
        column = breaks.length === 1 ? column + part.length : breaks.at(-1)!.length
        continue
      }
      if (!sources.has(part.source)) {
        sources.add(part.source)
        setSourceContent(map, part.source.name, part.source.text)
      }
      const original = lineTableOf(part.source).position(part.offset)
      addMapping(map, {
        generated: { line, column },
        original: { line: original.line, column: original.column - 1 },
        source: part.source.name
      })
    }
    return JSON.stringify(toEncodedMap(map))
  }
}
