import { readFileSync, writeFileSync } from "node:fs"
import type { Result } from "./measure.ts"

/** Ratios that were accepted: name of a benchmark to title of a table to name of a figure to ratio. */
export type Baseline = Readonly<Record<string, TableRatios>>

type TableRatios = Readonly<Record<string, Ratios>>

/** Name of a figure to ratio. */
export type Ratios = Readonly<Record<string, number>>

export const readBaseline = (file: string): Baseline => JSON.parse(readFileSync(file, "utf8")) as Baseline

export const writeBaseline = (file: string, baseline: Baseline): void =>
  writeFileSync(file, `${JSON.stringify(baseline, undefined, 2)}\n`)

/** The baseline with the ratios of these tables; one that was not made, as in a run of a single case, stays as it was. */
export const accepted = (before: Baseline, benchmark: string, results: ReadonlyArray<Result>): Baseline => ({
  ...before,
  [benchmark]: {
    ...before[benchmark],
    ...Object.fromEntries(results.map(({ figures, title }) => [title, ratiosOf(figures)]))
  }
})

const ratiosOf = (figures: Result["figures"]): Ratios =>
  Object.fromEntries(figures.map(({ name, ratio }) => [name, Number(ratio.toPrecision(3))]))
