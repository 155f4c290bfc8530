/** Columns of a line, in UTF-16 units. Only what cannot be broken is longer: a text, a name, a comment. */
export const widthMax = 100
/** Columns that lines begin behind at most: what nests deeper would have no room left, and a small file could grow huge. */
export const indentMax = 70

/** Text that is written from top to bottom, and the column where it stands. */
export class Writer {
  readonly #parts: Array<string> = []
  #column = 0
  /** Nothing stands yet in the file, or in the list that was opened last: an empty line would be the first there. */
  #isFresh = true

  get column(): number {
    return this.#column
  }

  text(): string {
    return this.#parts.length === 0 ? "" : `${this.#parts.join("")}\n`
  }

  /** Text of one or more lines. */
  write(text: string): void {
    this.#parts.push(text)
    const lastBreak = text.lastIndexOf("\n")
    this.#column = lastBreak < 0 ? this.#column + text.length : text.length - lastBreak - 1
  }

  /** The lines that follow have nothing above them. */
  begin(): void {
    this.#isFresh = true
  }

  /** What was begun has ended. */
  end(): void {
    this.#isFresh = false
  }

  /** Goes to the next line, or leaves one empty. */
  newLine(indent: number, hasBlank: boolean): void {
    const column = Math.min(indent, indentMax)
    const breaks = hasBlank && !this.#isFresh ? "\n\n" : "\n"
    if (this.#parts.length > 0) this.#parts.push(breaks + " ".repeat(column))
    this.#column = column
    this.#isFresh = false
  }
}
