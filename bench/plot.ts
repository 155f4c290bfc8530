/**
 *     node bench/plot.ts
 *
 * Draws the charts of `docs/charts` from `charts/figures.json`, after taking over what `results/history.jsonl` holds of later runs.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { charts, drawAll } from "./charts/charts.ts"
import { type Figures, newest, resultsOf } from "./charts/figures.ts"
import { readHistory } from "./history.ts"

const figuresFile = join(import.meta.dirname, "charts/figures.json")
const folder = join(import.meta.dirname, "../docs/charts")

const before = JSON.parse(readFileSync(figuresFile, "utf8")) as Figures
const figures = newest(before, readHistory(), (title) => charts.some(({ isFrom }) => isFrom(title)))
writeFileSync(figuresFile, `${JSON.stringify(figures, undefined, 1)}\n`)
mkdirSync(folder, { recursive: true })
for (const [file, text] of drawAll(resultsOf(figures))) {
  writeFileSync(join(folder, file), text)
  console.log(`docs/charts/${file}`)
}
