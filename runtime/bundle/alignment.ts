import type { Step } from "./outline.ts"

/** Products of step counts beyond this are not compared: the two tables would take more than 32 MB. */
const cellsMax = 4_000_000
/** Steps of one function that are compared; with the weights below a sum then fits into 32 bits. */
const stepsMax = 4000

/** One exact match weighs more than any number of loose ones. */
const exactWeight = 4096

/**
 * Which step of the old code is which of the new: the longest common subsequence, and only as far as it is the only one.
 * A step is matched when *every* best alignment matches it, and with the same step; where a statement was moved, or another
 * one like it stands beside, alignments differ and nothing is claimed.
 */
export class Alignment {
  readonly #old: ReadonlyArray<Step>
  readonly #new: ReadonlyArray<Step>
  readonly #newOf: ReadonlyArray<number>
  /** How many steps of a best alignment do the same, at most. */
  readonly exactCount: number

  constructor(old: ReadonlyArray<Step>, now: ReadonlyArray<Step>) {
    this.#old = old
    this.#new = now
    const isTooLarge = old.length > stepsMax || now.length > stepsMax || old.length * now.length > cellsMax
    const found = isTooLarge ? { newOf: old.map(() => -1), best: 0 } : certain(old, now)
    this.#newOf = found.newOf
    this.exactCount = Math.floor(found.best / exactWeight)
  }

  /** Index of the new step that is the old one; undefined when there is none, or it is not certain. */
  newOf(index: number): number | undefined {
    const found = this.#newOf[index]
    return found === undefined || found < 0 ? undefined : found
  }

  /** Steps of the old code without a certain counterpart, and the same of the new code. */
  readonly unmatched = (): { readonly old: ReadonlyArray<number>; readonly now: ReadonlyArray<number> } => {
    const matched = new Set(this.#newOf)
    return {
      old: this.#old.flatMap((_, index) => (this.newOf(index) === undefined ? [index] : [])),
      now: this.#new.flatMap((_, index) => (matched.has(index) ? [] : [index]))
    }
  }
}

const weight = (a: Step, b: Step): number =>
  a.key === b.key ? exactWeight : a.loose !== undefined && a.loose === b.loose ? 1 : 0

const certain = (
  old: ReadonlyArray<Step>,
  now: ReadonlyArray<Step>
): { readonly newOf: ReadonlyArray<number>; readonly best: number } => {
  const before = table(old, now)
  const behind = table(old.toReversed(), now.toReversed())
  const width = now.length + 1
  const best = before[old.length * width + now.length]!
  const upTo = (i: number, j: number): number => before[i * width + j]!
  const from = (i: number, j: number): number => behind[(old.length - i) * width + (now.length - j)]!
  const newOf = old.map((step, i) => {
    let found = -1
    for (let j = 0; j <= now.length; j++) {
      if (upTo(i, j) + from(i + 1, j) === best) return -1
      const own = j < now.length ? weight(step, now[j]!) : 0
      if (own === 0 || upTo(i, j) + own + from(i + 1, j + 1) !== best) continue
      if (found >= 0) return -1
      found = j
    }
    return found
  })
  return { newOf, best }
}

/** At `i * width + j` the weight of the best alignment of the first `i` and the first `j` steps. */
const table = (old: ReadonlyArray<Step>, now: ReadonlyArray<Step>): Int32Array => {
  const width = now.length + 1
  const cells = new Int32Array((old.length + 1) * width)
  for (let i = 1; i <= old.length; i++) {
    const step = old[i - 1]!
    for (let j = 1; j <= now.length; j++) {
      const own = weight(step, now[j - 1]!)
      const skipped = Math.max(cells[(i - 1) * width + j]!, cells[i * width + j - 1]!)
      cells[i * width + j] = own === 0 ? skipped : Math.max(skipped, cells[(i - 1) * width + j - 1]! + own)
    }
  }
  return cells
}
