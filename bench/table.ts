import type { Ratios } from "./baseline.ts"
import type { Figure, Result } from "./measure.ts"

const columns = ["variant", "median", "least..most", "ratio", "baseline"] as const

/** The result as a table of text; `baseline` holds the ratios of this table in an earlier run. */
export const printResult = (result: Result, baseline: Ratios | undefined): string => {
  const rows = [columns, ...result.figures.map((figure) => cellsOf(figure, baseline?.[figure.name]))]
  const widths = columns.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  const lines = rows.map((cells) => cells.map((cell, column) => pad(cell, widths[column]!, column)).join("  "))
  const title = `${result.title} (${result.unit}, median of ${result.repeats})`
  return [title, "-".repeat(title.length), ...lines.map((line) => line.trimEnd()), ""].join("\n")
}

const cellsOf = (figure: Figure, before: number | undefined): ReadonlyArray<string> => [
  figure.name,
  printFigure(figure.median),
  `${printFigure(figure.least)}..${printFigure(figure.most)}`,
  printRatio(figure.ratio),
  before === undefined ? "-" : printRatio(before)
]

export const printRatio = (ratio: number): string => (ratio >= 0.1 ? ratio.toFixed(2) : ratio.toPrecision(2))

// Names to the left, figures to the right.
const pad = (cell: string, width: number, column: number): string =>
  column === 0 ? cell.padEnd(width) : cell.padStart(width)

/** Three significant digits, with k and M above ten thousand. */
export const printFigure = (value: number): string => {
  if (value >= 1e7) return `${(value / 1e6).toFixed(1)} M`
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
