import type { Figure, Result } from "../measure.ts"
import { type BarChart, drawBars, type Tone } from "./bar-chart.ts"

/** A chart of `docs/charts`, and the tables that it is drawn from. */
export interface Chart {
  readonly file: string
  readonly isFrom: (title: string) => boolean
  /** Undefined when what it shows has not been measured. */
  readonly model: (results: ReadonlyArray<Result>) => BarChart | undefined
}

const names = { goes: "in one go", suspended: "suspended every 10,000", task: "a whole task" } as const

/** Variants of `compute` to their tones. */
const computeTones: Readonly<Record<string, Tone>> = {
  "sxs, in one go": "own1",
  "sxs, suspended every 10,000": "own2",
  "sxs, task, suspended every 10,000": "own3"
}

/** A hand-written side that gives less than sxs; what sxs takes beside it is shown too. */
const easierControl = "JavaScript by hand, its own numbers"
const easierSays = "over plain JSON.parse"

const ratiosOver = (figures: ReadonlyArray<Figure>, control: Figure): ReadonlyArray<number> =>
  Object.keys(computeTones).map((name) => (named(figures, name)?.median ?? Number.NaN) / control.median)

const compute: Chart = {
  file: "compute.svg",
  isFrom: (title) => title.startsWith("compute, "),
  model: (results) => {
    const cases = tablesOf(results, compute)
    if (cases.length === 0) return undefined
    const groups = cases.flatMap(({ figures, title }) => {
      const name = title.slice("compute, ".length)
      const easier = named(figures, easierControl)
      const own = { name, ratios: ratiosOver(figures, figures[0]!) }
      return easier === undefined
        ? [own]
        : [own, { name: `${name}, ${easierSays}`, ratios: ratiosOver(figures, easier) }]
    })
    return {
      title: "Computing beside JavaScript written by hand",
      note: "CPU time as a multiple of that of JavaScript that gives the same results, with ints exact at any size; plain JSON.parse does not keep these, and is not in the mean. Shorter is faster.",
      scale: "linear",
      unit: "",
      reference: { value: 1, label: "by hand" },
      legend: Object.values(computeTones).map((tone, index) => ({ name: Object.values(names)[index]!, tone })),
      groups: groups.map(({ name, ratios }) => ({
        name,
        bars: ratios.map((value, index) => ({ value, tone: Object.values(computeTones)[index]! }))
      }))
    }
  }
}

/** Peers by their names, in the order of the legend. */
const peerTones: Readonly<Record<string, Tone>> = {
  "sxs, started by a program": "own1",
  sxs: "own2",
  "sxs, each step waits": "own3",
  Restate: "other1",
  "DBOS on PostgreSQL": "other2",
  "Effect Workflow on SQLite": "other3"
}

const peerTable = /^peers, (\d+) in flight, (\d+) steps each$/

const steps: Chart = {
  file: "steps.svg",
  isFrom: (title) => peerTable.test(title),
  model: (results) => {
    const tables = tablesOf(results, steps)
    if (tables.length === 0) return undefined
    const order = tables.toSorted((a, b) => loadOf(a.title) - loadOf(b.title))
    return {
      title: "Durable steps a second, beside other systems",
      note: "Workflows of durable steps on one machine, each system as it flushes by default: longer is faster. From each grid line to the next it is ten times as fast.",
      scale: "log",
      unit: "",
      legend: Object.entries(peerTones).map(([name, tone]) => ({
        name: name === "sxs" ? "sxs, started from TypeScript" : name,
        tone
      })),
      groups: order.map(({ figures, title }) => {
        const [, inFlight, count] = peerTable.exec(title)!
        const bars = Object.entries(peerTones).flatMap(([name, tone]) => {
          const figure = named(figures, name)
          return figure === undefined ? [] : [{ value: figure.median, tone }]
        })
        return { name: `${inFlight} in flight, ${count} steps`, bars }
      })
    }
  }
}

const loadOf = (title: string): number => {
  const [, inFlight, count] = peerTable.exec(title)!
  return Number(count) * 1e6 + Number(inFlight)
}

const start: Chart = {
  file: "start.svg",
  isFrom: (title) => title === "start, time",
  model: (results) =>
    single(tablesOf(results, start)[0]?.figures, {
      title: "From start to end of a process",
      note: "Wall time of whole processes, from the second start on: shorter is faster.",
      scale: "linear",
      unit: " ms"
    })
}

const compileTitles = /^compile 1 MB, ((?!.*(?:processor|phases|one process)).*)$/

const compile: Chart = {
  file: "compile.svg",
  isFrom: (title) => compileTitles.test(title),
  model: (results) => {
    const tables = tablesOf(results, compile)
    if (tables.length === 0) return undefined
    const groups = tables.flatMap(({ figures, title }) =>
      figures.map(({ median, name }) => ({
        name: `${name} · ${compileTitles.exec(title)![1]}`,
        bars: [{ value: median, tone: toneOf(name) }]
      }))
    )
    return {
      title: "Lines compiled a second",
      note: "1 MB of the same program in each language, warm, in lines of its own text: longer is faster.",
      scale: "linear",
      unit: "",
      legend: [],
      groups
    }
  }
}

const waiting: Chart = {
  file: "waiting.svg",
  isFrom: (title) => title === "memory of one who waits, heap",
  model: (results) =>
    single(tablesOf(results, waiting)[0]?.figures, {
      title: "Memory of one more who waits",
      note: "Bytes of JavaScript's heap for each after a collection of garbage: shorter is less.",
      scale: "linear",
      unit: " B"
    })
}

/** All of them, in the order of the documents. */
export const charts: ReadonlyArray<Chart> = [compute, steps, start, compile, waiting]

/** Name of a file to its text, of each chart that there are tables for. */
export const drawAll = (results: ReadonlyArray<Result>): ReadonlyMap<string, string> =>
  new Map(
    charts.flatMap(({ file, model }) => {
      const chart = model(results)
      return chart === undefined ? [] : [[file, drawBars(chart)] as const]
    })
  )

const tablesOf = (results: ReadonlyArray<Result>, { isFrom }: Chart): ReadonlyArray<Result> =>
  results.filter(({ title }) => isFrom(title))

/** A bar for each figure. */
const single = (
  figures: ReadonlyArray<Figure> | undefined,
  chart: Omit<BarChart, "groups" | "legend">
): BarChart | undefined =>
  figures && {
    ...chart,
    legend: [],
    groups: figures.map(({ median, name }) => ({ name, bars: [{ value: median, tone: toneOf(name) }] }))
  }

const toneOf = (name: string): Tone => (name.startsWith("sxs") ? "own1" : "other2")

const named = (figures: ReadonlyArray<Figure>, name: string): Figure | undefined =>
  figures.find((figure) => figure.name === name)
