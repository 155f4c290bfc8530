import type { Ratios } from "./baseline.ts"
import { betterOf, type Result, type Unit } from "./measure.ts"
import { printRatio } from "./table.ts"

/** A ratio that is so many times worse than its baseline has a reason that is not the machine, if it is so each time. */
export const worseFactor = 1.5

/** Runs in which a ratio must be worse, one after another, before it counts. */
export const runsMax = 3

/** A ratio that is worse than its baseline. */
export interface Worse {
  readonly table: string
  readonly figure: string
  readonly baseline: number
  /** What was measured, run by run. */
  readonly ratios: ReadonlyArray<number>
  /** How many times worse in the last run. */
  readonly factor: number
}

export interface Verdict {
  readonly worse: ReadonlyArray<Worse>
  /** Figures that have no baseline, and entries of the baseline that have no figure, a sentence each. */
  readonly notes: ReadonlyArray<string>
}

type Tables = Readonly<Record<string, Ratios>>

/** What the first run of a benchmark says beside its part of the baseline. */
export const judge = (results: ReadonlyArray<Result>, baseline: Tables = {}): Verdict => ({
  worse: results.flatMap((result) => worseIn(result, baseline[result.title] ?? {})),
  notes: [
    ...results.flatMap((result) => withoutBaseline(result, baseline[result.title] ?? {})),
    ...gone(results, baseline)
  ]
})

/** What is left of `suspects` after one more run: those that are worse again, with the new ratio. */
export const stillWorse = (
  suspects: ReadonlyArray<Worse>,
  results: ReadonlyArray<Result>,
  baseline: Tables
): ReadonlyArray<Worse> => {
  const again = judge(results, baseline).worse
  return suspects.flatMap((suspect) => {
    const found = again.find(({ figure, table }) => figure === suspect.figure && table === suspect.table)
    return found === undefined ? [] : [{ ...found, ratios: [...suspect.ratios, ...found.ratios] }]
  })
}

/** What a ratio may be by chance: of memory malloc moves some MB, which is a hundred bytes of each of those who are measured. */
const noiseOf: Partial<Record<Unit, number>> = { "bytes/task": 0.2 }

const worseIn = (result: Result, ratios: Ratios): ReadonlyArray<Worse> =>
  ownFigures(result).flatMap(({ name, ratio }) => {
    const baseline = ratios[name]
    if (baseline === undefined) return []
    const held = Math.max(baseline, noiseOf[result.unit] ?? 0)
    const factor = betterOf[result.unit] === "less" ? ratio / held : held / ratio
    return factor < worseFactor ? [] : [{ table: result.title, figure: name, baseline, ratios: [ratio], factor }]
  })

/**
 * The figures that can tell of sxs: by our naming those that begin with its name, or all of a table where none does, as it
 * compares sxs with itself. What others do is measured to compare with, and is not ours to hold.
 */
export const ownFigures = ({ figures }: Result): Result["figures"] => {
  const own = figures.filter(({ name }) => name.startsWith("sxs"))
  return own.length === 0 ? figures : own
}

const withoutBaseline = (result: Result, ratios: Ratios): ReadonlyArray<string> =>
  ownFigures(result)
    .filter(({ name }) => ratios[name] === undefined)
    .map(({ name, ratio }) => `${placeOf(result.title, name)}: ${printRatio(ratio)}, without a baseline`)

const gone = (results: ReadonlyArray<Result>, baseline: Tables): ReadonlyArray<string> =>
  Object.entries(baseline).flatMap(([title, ratios]) => {
    const result = results.find((each) => each.title === title)
    if (result === undefined) return [`${title}: in the baseline, but there is no such table`]
    return Object.keys(ratios)
      .filter((name) => !result.figures.some((figure) => figure.name === name))
      .map((name) => `${placeOf(title, name)}: in the baseline, but there is no such figure`)
  })

const placeOf = (table: string, figure: string): string => `${table} › ${figure}`

/** Where it is worse, by how much, and the way out. */
export const printWorse = (benchmark: string, { baseline, factor, figure, ratios, table }: Worse): string =>
  `${placeOf(table, figure)}: ratio ${ratios.map(printRatio).join(", ")} in ${ratios.length} runs, baseline ${printRatio(baseline)}: ` +
  `${factor.toFixed(1)} times worse.\n` +
  `  bench/${benchmark}.ts measures it, npm run bench ${benchmark} shows the table. If it is meant to be so:\n` +
  `  npm run bench ${benchmark} -- --accept, and say in the commit why.`
