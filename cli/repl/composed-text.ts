import type { Diagnostic } from "../../compiler/diagnostic.ts"
import { lineTableOf, type Source, type Span } from "../../compiler/source.ts"

/** A part of the text that was typed. */
interface Piece {
  /** Where it stands in the composed text. */
  readonly at: Span
  readonly source: Source
  /** Where it begins in its own source. */
  readonly start: number
}

/** A place in what was typed. */
export interface Origin {
  readonly source: Source
  readonly offset: number
}

/** A program put together from what was typed at several prompts, which says of each of its places where it was typed. */
export class ComposedText {
  readonly name: string
  readonly #pieces: Array<Piece> = []
  #text = ""

  constructor(name: string) {
    this.name = name
  }

  get text(): string {
    return this.#text
  }

  /** Adds what nobody has typed. */
  add(text: string): void {
    this.#text += text
  }

  /** Adds that part of a source. `text` may stand for it, of the same length. */
  addTyped(source: Source, span: Span, text = source.text.slice(span.start, span.end)): void {
    const start = this.#text.length
    this.#text += text
    this.#pieces.push({ at: { start, end: this.#text.length }, source, start: span.start })
  }

  /** Where an offset of the composed text was typed; undefined for what nobody has typed. */
  origin(offset: number): Origin | undefined {
    const piece = this.#pieces.find(({ at }) => at.start <= offset && offset <= at.end)
    return piece && { source: piece.source, offset: piece.start + offset - piece.at.start }
  }

  /** The same for a 1-based line and column. */
  originAt(line: number, column: number): Origin | undefined {
    let start = 0
    for (let at = 1; at < line; at++) start = this.#text.indexOf("\n", start) + 1
    return this.origin(start + column - 1)
  }

  /** The diagnostic at the place that was typed; undefined for one about what nobody has typed. Those of imported files stay. */
  typed(diagnostic: Diagnostic, own: Source): Diagnostic | undefined {
    if (diagnostic.source !== undefined && diagnostic.source !== own) return diagnostic
    const { related = [], span, ...rest } = diagnostic
    const origin = this.origin(span.start)
    if (origin === undefined) return undefined
    const others = related.flatMap((each) => {
      if (each.source !== undefined && each.source !== own) return [each]
      const other = this.origin(each.span.start)
      return other === undefined ? [] : [{ ...each, source: other.source, span: moved(each.span, other) }]
    })
    return { ...rest, source: origin.source, span: moved(span, origin), related: others }
  }
}

const moved = ({ end, start }: Span, { offset }: Origin): Span => ({ start: offset, end: offset + end - start })

/** 1-based line and column of a place that was typed. */
export const positionOf = ({ offset, source }: Origin) => lineTableOf(source).position(offset)
