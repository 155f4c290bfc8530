import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { linearAxis, logAxis } from "../../../bench/charts/axis.ts"
import { charts, drawAll } from "../../../bench/charts/charts.ts"
import { type Figures, newest, resultsOf } from "../../../bench/charts/figures.ts"
import { type TextClass, widthOf, wrapped } from "../../../bench/charts/svg.ts"
import type { HistoryLine } from "../../../bench/history.ts"
import { figuresOf, type Result, type Unit } from "../../../bench/measure.ts"

const root = join(import.meta.dirname, "../../..")
const committed = JSON.parse(readFileSync(join(root, "bench/charts/figures.json"), "utf8")) as Figures

describe("docs/charts", () => {
  it("has what the figures draw, and nothing else", () => {
    const drawn = drawAll(resultsOf(committed))
    assert.deepStrictEqual(readdirSync(join(root, "docs/charts")).toSorted(), [...drawn.keys()].toSorted())
    for (const [file, text] of drawn)
      assert.strictEqual(readFileSync(join(root, "docs/charts", file), "utf8"), text, `${file}: npm run bench:plot`)
  })

  it("is drawn from tables that charts want, each of a run of its own", () => {
    for (const { results } of Object.values(committed))
      for (const { title } of results)
        assert.isTrue(
          charts.some(({ isFrom }) => isFrom(title)),
          title
        )
  })
})

const table = (title: string, unit: Unit, values: Readonly<Record<string, number>>): Result => ({
  title,
  unit,
  repeats: 5,
  figures: figuresOf(Object.entries(values).map(([name, value]) => ({ name, values: [value] })))
})

const computed = (one: number) => ({
  "JavaScript by hand": 100,
  "sxs, in one go": 100 * one,
  "sxs, suspended every 10,000": 150 * one,
  "sxs, task, suspended every 10,000": 2000 * one
})

const peers = {
  sxs: 26_000,
  "sxs, started by a program": 59_400,
  "sxs, each step waits": 1429,
  Restate: 1456,
  "DBOS on PostgreSQL": 761,
  "Effect Workflow on SQLite": 12
}

/** With figures of many sizes. */
const results: ReadonlyArray<Result> = [
  table("compute, calls: fib(32)", "ms", computed(0.5)),
  table("compute, lists: map, filter, fold over 200,000, 10 times & <more>", "ms", computed(2)),
  table("compute, geometric mean", "times", computed(1)),
  table("peers, 100 in flight, 10 steps each", "steps/s", peers),
  table("peers, 1 in flight, 10 steps each", "steps/s", { sxs: 3000, Restate: 303 }),
  table("peers, 1 in flight, 10 steps each, processor", "µs/step", peers),
  table("start, time", "ms", { "node -e 0": 29, "sxs run, hello": 90, "sxs --version": 31 }),
  table("compile 1 MB, order desk", "lines/s", {
    esbuild: 386_000,
    "TypeScript 7, without check": 64_000,
    sxs: 1_170_000
  }),
  table("compile 1 MB, order desk, phases", "ms", { all: 3 }),
  table("memory of one who waits, heap", "bytes/task", { promises: 400, "sxs, in the store": -0.2 })
]

interface Box {
  readonly content: string
  readonly name: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const heights: Readonly<Record<TextClass, number>> = {
  title: 17,
  note: 13,
  legend: 13,
  label: 13,
  figure: 12,
  tick: 12
}

/** Where the texts of a chart stand, as wide as a font may make them. */
const boxesOf = (svg: string): ReadonlyArray<Box> =>
  [...svg.matchAll(/<text class="(\w+)" x="([\d.-]+)" y="([\d.-]+)" text-anchor="(\w+)">([^<]*)</g)].map(
    ([, name, x, y, anchor, content]) => {
      const width = widthOf(content!.replace(/&\w+;/g, "&"), name as TextClass)
      const left = Number(x) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0)
      return {
        content: content!,
        name: name!,
        left,
        right: left + width,
        top: Number(y) - heights[name as TextClass] * 0.8,
        bottom: Number(y)
      }
    }
  )

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

describe("a chart", () => {
  const drawn = drawAll(results)

  it("is drawn for each kind of table that is there", () => {
    assert.deepStrictEqual([...drawn.keys()], ["compute.svg", "steps.svg", "start.svg", "compile.svg", "waiting.svg"])
  })

  for (const [file, svg] of [...drawn, ...drawAll(resultsOf(committed))])
    it(`${file} has texts that neither overlap nor leave the picture`, () => {
      const [, width, height] = /viewBox="0 0 (\d+) ([\d.]+)"/.exec(svg)!
      const boxes = boxesOf(svg)
      assert.isAbove(boxes.length, 4)
      for (const [index, a] of boxes.entries()) {
        assert.isTrue(a.left >= 0 && a.right <= Number(width) && a.top >= 0 && a.bottom <= Number(height), a.content)
        for (const b of boxes.slice(index + 1)) assert.isFalse(overlap(a, b), `${a.content} over ${b.content}`)
      }
    })

  it("leaves tables out that are not what it shows", () => {
    const compile = drawn.get("compile.svg")!
    assert.include(compile, ">1.17 M<")
    assert.notInclude(compile, "phases")
    assert.notInclude(drawn.get("steps.svg")!, "processor")
  })

  it("shows the mean as it was measured, and no text that is taken for an element", () => {
    const compute = drawn.get("compute.svg")!
    const labels = boxesOf(compute).filter(({ name }) => name === "label")
    assert.strictEqual(labels.at(-1)?.content, "geometric mean")
    const figures = boxesOf(compute).filter(({ name }) => name === "figure")
    assert.deepStrictEqual(
      figures.slice(-3).map(({ content }) => content),
      ["1.00", "1.50", "20.0"]
    )
    assert.include(compute, "&amp; &lt;more&gt;")
  })

  it("shows sxs also beside a hand-written side that gives less", () => {
    const json = table("compute, JSON", "ms", { ...computed(1), "JavaScript by hand, its own numbers": 20 })
    const boxes = boxesOf(drawAll([json]).get("compute.svg")!)
    const texts = (name: string) => boxes.filter((box) => box.name === name).map(({ content }) => content)
    assert.deepStrictEqual(texts("label"), ["JSON", "JSON, over plain JSON.parse"])
    assert.deepStrictEqual(texts("figure"), ["1.00", "1.50", "20.0", "5.00", "7.50", "100"])
  })
})

describe("an axis", () => {
  it("ends at a round number from 0 on", () => {
    assert.deepStrictEqual(linearAxis(7.29).ticks, [0, 2, 4, 6, 8])
    assert.deepStrictEqual(linearAxis(1).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1])
    assert.strictEqual(linearAxis(8).at(4), 0.5)
    assert.strictEqual(linearAxis(8).at(-0.1), 0)
  })

  it("goes over whole powers of ten, so that the least value has a bar", () => {
    const axis = logAxis(100, 59_000)
    assert.deepStrictEqual(axis.ticks, [10, 100, 1000, 10_000, 100_000])
    assert.strictEqual(axis.at(100), 0.25)
  })
})

describe("wrapped", () => {
  it("breaks between words, and leaves a word that is too wide whole", () => {
    assert.deepStrictEqual(wrapped("a bb ccc", "note", widthOf("a bb", "note")), ["a bb", "ccc"])
    assert.deepStrictEqual(wrapped("long", "note", 1), ["long"])
  })
})

describe("newest", () => {
  const machine = { cores: 2, cpu: "c", memoryMiB: 1, node: "v" }
  const line = (startedAt: string, results: ReadonlyArray<Result>, more: Partial<HistoryLine> = {}): HistoryLine => ({
    startedAt,
    benchmark: "compute",
    machine,
    results,
    ...more
  })
  const drawn = table("drawn", "ms", { sxs: 1 })
  const isDrawn = (title: string): boolean => title.startsWith("drawn")

  it("takes the last whole run of a benchmark, with the tables that are drawn", () => {
    const lines = [
      line("2", [table("drawn, old", "ms", { sxs: 1 })]),
      line("3", [drawn, table("other", "ms", { sxs: 1 })])
    ]
    assert.deepStrictEqual(newest({}, lines, isDrawn), { compute: { startedAt: "3", machine, results: [drawn] } })
  })

  it("does not take a run of a part, one without such tables, or one that is older", () => {
    const figures = { compute: { startedAt: "5", machine, results: [drawn] } }
    const lines = [line("4", [drawn]), line("6", [drawn], { part: "SXS_BENCH_CASE=calls" }), line("7", [])]
    assert.deepStrictEqual(newest(figures, lines, isDrawn), figures)
  })
})
