import type { HistoryLine } from "../history.ts"
import type { Result } from "../measure.ts"

/** What the charts are drawn from, kept in `figures.json`: of each benchmark the last whole run, with the tables that are drawn. */
export type Figures = Readonly<Record<string, Measured>>

export type Measured = Pick<HistoryLine, "startedAt" | "commit" | "machine" | "results">

/** The figures with what the history has of later runs. A run of a part of a benchmark is not taken: the rest would be missing. */
export const newest = (
  figures: Figures,
  history: ReadonlyArray<HistoryLine>,
  isDrawn: (title: string) => boolean
): Figures => {
  const found: Record<string, Measured> = { ...figures }
  for (const { benchmark, commit, machine, part, results, startedAt } of history) {
    const drawn = results.filter(({ title }) => isDrawn(title))
    if (part !== undefined || drawn.length === 0 || (found[benchmark]?.startedAt ?? "") > startedAt) continue
    found[benchmark] = { startedAt, ...(commit !== undefined && { commit }), machine, results: drawn }
  }
  return found
}

/** All tables, in the order in which they were measured. */
export const resultsOf = (figures: Figures): ReadonlyArray<Result> =>
  Object.values(figures).flatMap(({ results }) => results)
