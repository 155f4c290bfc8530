/** Half-open range of offsets (UTF-16 units) in one source. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Source {
  /** As the user named it; shown in messages, never opened. */
  readonly name: string
  readonly text: string
}

export interface LineColumn {
  /** Both 1-based; the column counts UTF-16 units. */
  readonly line: number
  readonly column: number
}

const tables = new WeakMap<Source, LineTable>()

/** The line table of a source, made once. */
export const lineTableOf = (source: Source): LineTable => {
  let table = tables.get(source)
  if (table === undefined) {
    table = new LineTable(source.text)
    tables.set(source, table)
  }
  return table
}

/** Offsets of line starts, found once; `position` is a binary search. */
export class LineTable {
  readonly #starts: ReadonlyArray<number>
  constructor(text: string) {
    const starts = [0]
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1)
    this.#starts = starts
  }
  position(offset: number): LineColumn {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 }
  }
}

/** `line:column` of the place, with the file before it when it is not the program's own. */
export const placeIn = (source: Source, span: Span, program: Source): string => {
  const { column, line } = lineTableOf(source).position(span.start)
  return `${source === program ? "" : `${source.name}:`}${line}:${column}`
}
