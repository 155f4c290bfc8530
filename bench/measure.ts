/**
 * Interleaved repeats: v1 v2 v3 v1 v2 v3 …, so that a slow spell of the machine meets all variants. What counts is the
 * ratio of medians within one run; absolute figures belong to the machine and the hour.
 */
export interface Variant {
  readonly name: string
  /** Runs once and gives one figure. */
  readonly run: () => number | Promise<number>
}

export interface Comparison {
  readonly title: string
  readonly unit: Unit
  /** The control is the first. */
  readonly variants: ReadonlyArray<Variant>
}

/** What a figure is counted in, and what of it is better. */
export const betterOf = {
  ms: "less",
  "lines/s": "more",
  "steps/s": "more",
  "events/s": "more",
  "µs/step": "less",
  MiB: "less",
  "ns/byte": "less",
  times: "less",
  "bytes/task": "less"
} as const satisfies Record<string, "less" | "more">

export type Unit = keyof typeof betterOf

export interface Figure {
  readonly name: string
  readonly median: number
  readonly least: number
  readonly most: number
  /** Median over the median of the first variant, which must not be 0. */
  readonly ratio: number
}

export interface Result {
  readonly title: string
  readonly unit: Unit
  readonly repeats: number
  readonly figures: ReadonlyArray<Figure>
}

export interface CompareOptions {
  /** Repeats of each variant that count; at least 5 for a figure that is to be believed. */
  readonly repeats: number
  /** Repeats before that, which do not count. */
  readonly warmups: number
  /** False: no collection is forced before each run, and the collector runs when it wants to. */
  readonly collects?: false
}

/** Runs the variants of one comparison. */
export const compare = async (comparison: Comparison, options: CompareOptions): Promise<Result> => {
  const { title, unit, variants } = comparison
  const rows = variants.map(({ name }) => ({ name, values: [] as number[] }))
  for (let repeat = -options.warmups; repeat < options.repeats; repeat++) {
    for (const [index, variant] of variants.entries()) {
      if (options.collects !== false) globalThis.gc?.()
      const value = await variant.run()
      if (repeat >= 0) rows[index]!.values.push(value)
    }
  }
  return { title, unit, repeats: options.repeats, figures: figuresOf(rows) }
}

interface Row {
  readonly name: string
  readonly values: ReadonlyArray<number>
}

/** One figure a row; the first row is the control. */
export const figuresOf = (rows: ReadonlyArray<Row>): ReadonlyArray<Figure> => {
  const [control] = rows
  if (control === undefined) return []
  const one = median(control.values)
  if (one === 0) throw new Error(`${control.name} is too fast to be measured: give it more work`)
  return rows.map(({ name, values }) => ({
    name,
    median: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
    ratio: median(values) / one
  }))
}

/** Of at least one value. */
export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** CPU time of this thread in ms: steadier than the clock while others use the cores. */
export const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** CPU time of this thread that `work` takes, in ms. */
export const cpuOf = async (work: () => unknown): Promise<number> => {
  const start = cpuMs()
  await work()
  return cpuMs() - start
}

/** CPU time of all threads of this process that `work` takes, in ms: with those of the collector and of V8's compilers. */
export const cpuOfProcess = async (work: () => unknown): Promise<number> => {
  const start = process.cpuUsage()
  await work()
  const { system, user } = process.cpuUsage(start)
  return (user + system) / 1000
}

/** Wall time that `work` takes, in ms. */
export const wallOf = async (work: () => unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}
