import { printFigure } from "../table.ts"
import { type Axis, linearAxis, logAxis } from "./axis.ts"
import { line, rectangle, svg, text, widthOf, wrapped } from "./svg.ts"

/** How a bar is coloured: sxs in blue, the others in grey, each in up to four steps. */
export type Tone = `${"own" | "other"}${1 | 2 | 3 | 4}`

export interface Bar {
  readonly value: number
  readonly tone: Tone
}

export interface BarChart {
  readonly title: string
  /** What the bars mean, and which is better, in a sentence or two. */
  readonly note: string
  readonly scale: "linear" | "log"
  /** Behind the figure of each bar. */
  readonly unit: string
  /** A line across all bars. */
  readonly reference?: { readonly value: number; readonly label: string }
  /** What tones mean, when there are several bars in a group. */
  readonly legend: ReadonlyArray<{ readonly name: string; readonly tone: Tone }>
  readonly groups: ReadonlyArray<{ readonly name: string; readonly bars: ReadonlyArray<Bar> }>
}

const width = 800
const margin = 20
const barHeight = 13
const barGap = 3
const groupGap = 13
const legendHeight = 20
const noteHeight = 17

/** The chart as the text of an SVG file, for light and dark pages. */
export const drawBars = (chart: BarChart): string => {
  const head = drawHead(chart)
  const labelWidth = Math.max(...chart.groups.map(({ name }) => widthOf(name, "label"))) + 12
  const figureWidth = Math.max(...figuresOf(chart).map((figure) => widthOf(figure, "figure"))) + 8
  const area = { left: margin + labelWidth, right: width - margin - figureWidth, top: head.height + 24 }
  const axis = axisOf(chart)
  const xOf = (value: number): number => area.left + axis.at(value) * (area.right - area.left)
  const rows = placeGroups(chart, area.top)
  const bottom = rows.bottom
  return svg({ width, height: bottom + 34, title: chart.title, description: chart.note }, [
    ...head.parts,
    ...axis.ticks.flatMap((tick) => [
      line({ x1: xOf(tick), y1: area.top - 6, x2: xOf(tick), y2: bottom, name: "grid" }),
      text({ x: xOf(tick), y: bottom + 17, anchor: "middle", name: "tick" }, printTick(tick))
    ]),
    ...rows.groups.flatMap(({ bars }) =>
      bars.map(({ tone, value, y }) =>
        rectangle({ x: area.left, y, width: xOf(value) - area.left, height: barHeight, name: tone })
      )
    ),
    ...drawReference(chart, xOf, { top: area.top - 6, bottom }),
    ...rows.groups.flatMap(({ bars, middle, name }) => [
      text({ x: area.left - 8, y: middle + 4, anchor: "end", name: "label" }, name),
      ...bars.map(({ figure, value, y }) =>
        text({ x: xOf(value) + 5, y: y + barHeight - 2.5, anchor: "start", name: "figure" }, figure)
      )
    ])
  ])
}

const figuresOf = ({ groups, unit }: BarChart): ReadonlyArray<string> =>
  groups.flatMap(({ bars }) => bars.map(({ value }) => figureOf(value, unit)))

const figureOf = (value: number, unit: string): string => `${printFigure(value)}${unit}`

const axisOf = ({ groups, reference, scale }: BarChart): Axis => {
  const values = [
    ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)),
    ...(reference ? [reference.value] : [])
  ]
  return scale === "log" ? logAxis(Math.min(...values), Math.max(...values)) : linearAxis(Math.max(...values))
}

const printTick = (tick: number): string => {
  if (tick >= 1e6) return `${tick / 1e6} M`
  return tick >= 1e3 ? `${tick / 1e3} k` : String(tick)
}

/** Title, note and legend, from the top down. */
const drawHead = ({ legend, note, title }: BarChart) => {
  const notes = wrapped(note, "note", width - 2 * margin)
  const entries = placeLegend(legend, 46 + notes.length * noteHeight)
  return {
    height: entries.bottom,
    parts: [
      text({ x: margin, y: 30, anchor: "start", name: "title" }, title),
      ...notes.map((each, index) =>
        text({ x: margin, y: 51 + index * noteHeight, anchor: "start", name: "note" }, each)
      ),
      ...entries.placed.flatMap(({ name, tone, x, y }) => [
        rectangle({ x, y, width: 12, height: 12, name: tone }),
        text({ x: x + 17, y: y + 10, anchor: "start", name: "legend" }, name)
      ])
    ]
  }
}

const placeLegend = (legend: BarChart["legend"], top: number) => {
  let x = margin
  let y = top
  const placed = legend.map((entry) => {
    const entryWidth = 17 + widthOf(entry.name, "legend") + 18
    if (x > margin && x + entryWidth > width - margin) {
      x = margin
      y += legendHeight
    }
    const at = { ...entry, x, y }
    x += entryWidth
    return at
  })
  return { placed, bottom: legend.length === 0 ? top - 6 : y + legendHeight }
}

const placeGroups = ({ groups, unit }: BarChart, top: number) => {
  let y = top
  const placed = groups.map(({ bars, name }) => {
    const height = bars.length * (barHeight + barGap) - barGap
    const middle = y + height / 2
    const at = bars.map((bar, index) => ({
      ...bar,
      figure: figureOf(bar.value, unit),
      y: y + index * (barHeight + barGap)
    }))
    y += height + groupGap
    return { name, middle, bars: at }
  })
  return { groups: placed, bottom: y - groupGap + 6 }
}

const drawReference = (
  { reference }: BarChart,
  xOf: (value: number) => number,
  { bottom, top }: { readonly bottom: number; readonly top: number }
): ReadonlyArray<string> => {
  if (reference === undefined) return []
  const x = xOf(reference.value)
  return [
    line({ x1: x, y1: top, x2: x, y2: bottom, name: "reference" }),
    text({ x, y: top - 4, anchor: "middle", name: "tick" }, reference.label)
  ]
}
