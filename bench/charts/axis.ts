/** From values to places along a bar, with the lines that are drawn across. */
export interface Axis {
  /** 0 at its beginning, 1 at its end. */
  readonly at: (value: number) => number
  readonly ticks: ReadonlyArray<number>
}

/** From 0 to a round number that is no less than `most`. What is less than 0, as a difference may be, is taken for 0. */
export const linearAxis = (most: number): Axis => {
  const step = roundStep(most / 5)
  const count = Math.max(1, Math.ceil(most / step - 1e-9))
  return {
    at: (value) => Math.max(0, value) / (step * count),
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)))
  }
}

/** From a power of ten below `least` to one that is no less than `most`; both are more than 0. */
export const logAxis = (least: number, most: number): Axis => {
  // A bar of no length would say nothing.
  const first = Math.ceil(Math.log10(least)) - 1
  const last = Math.max(first + 1, Math.ceil(Math.log10(most)))
  return {
    at: (value) => (Math.log10(value) - first) / (last - first),
    ticks: Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
  }
}

/** The least of 1, 2 and 5 times a power of ten that is no less. */
const roundStep = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= value * (1 - 1e-9)) ?? 10 * power
}
