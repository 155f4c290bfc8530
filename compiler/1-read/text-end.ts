import { closers, lineEnd, openers, separators } from "./token.ts"

/**
 * How much a text that spans lines is believed, once a file is known to be broken:
 * `trusted` always; `columns` not when a line in it begins with an opening bracket, since that is most likely the
 * next top-level form; `spacing` also not when something stands directly behind its closing quote.
 */
export type Belief = "trusted" | "columns" | "spacing"

/**
 * Finds where the texts of one source end. Asked in order of the openers, all questions together take linear time:
 * a quote inside a text that was already looked at is an escaped one, so its text ends at the same place.
 */
export class TextEnds {
  readonly #source: string
  readonly #belief: Belief
  #opener = -1
  #closer = -1
  #lastLineEnd = -1
  #lastFormStart = -1

  constructor(source: string, belief: Belief) {
    this.#source = source
    this.#belief = belief
  }

  /** Offset behind the closing quote of the text that opens at `opener`; undefined when it is never closed. */
  closed(opener: number): number | undefined {
    if (opener <= this.#opener || opener >= this.#closer) this.#scan(opener)
    if (this.#closer === this.#source.length || this.#isDoubtful(opener)) return undefined
    return this.#closer + 1
  }

  /** Where an unclosed text ends: at its line's end, and before the closing brackets there. */
  repaired(opener: number): number {
    const found = this.#source.indexOf(lineEnd, opener)
    let end = found < 0 ? this.#source.length : found
    while (end > opener + 1 && repairStops.has(this.#source[end - 1]!)) end--
    return end
  }

  #scan(opener: number): void {
    const source = this.#source
    this.#opener = opener
    this.#closer = source.length
    for (let at = opener + 1; at < source.length; at++) {
      const code = source.charCodeAt(at)
      if (code === backslash) at++
      else if (code === quote) {
        this.#closer = at
        return
      }
      if (source.charCodeAt(at) === lineFeed) this.#noteLine(at)
    }
  }

  #noteLine(at: number): void {
    this.#lastLineEnd = at
    if (formStarts.has(this.#source[at + 1] ?? "")) this.#lastFormStart = at
  }

  #isDoubtful(opener: number): boolean {
    if (this.#belief === "trusted" || this.#lastLineEnd < opener) return false
    if (this.#lastFormStart > opener) return true
    const next = this.#source[this.#closer + 1]
    return this.#belief === "spacing" && next !== undefined && !textFollowers.has(next)
  }
}

const backslash = 92
const quote = 34
const lineFeed = 10
const formStarts = new Set<string>([...openers, "#"])
const repairStops = new Set<string>([...closers, ...separators])
const textFollowers = new Set<string>([...closers, ...separators, ";"])
