/**
 * Rows in columns, as wide as the widest cell among the rows that came first: rows are written as they come, so that a
 * table of a million rows needs no memory. A later cell that is wider pushes its row to the right.
 */
export class Table {
  readonly #widths: Array<number>
  readonly #header: ReadonlyArray<string>
  #isHeaderWritten = false

  constructor(header: ReadonlyArray<string>) {
    this.#header = header
    this.#widths = header.map((cell) => cell.length)
  }

  /** The text of these rows, each ending with a line feed; the first ones come with the header and set the widths. */
  print(rows: ReadonlyArray<ReadonlyArray<string>>): string {
    if (this.#isHeaderWritten) return this.#lines(rows)
    this.#isHeaderWritten = true
    for (const row of rows) {
      row.forEach((cell, column) => {
        this.#widths[column] = Math.max(this.#widths[column]!, cell.length)
      })
    }
    return this.#lines([this.#header, ...rows])
  }

  #lines(rows: ReadonlyArray<ReadonlyArray<string>>): string {
    return rows
      .map(
        (row) =>
          `${row
            .map((cell, i) => cell.padEnd(this.#widths[i]!))
            .join("  ")
            .trimEnd()}\n`
      )
      .join("")
  }
}
