import { seeded } from "../support/random.ts"
import { readCorpus } from "./corpus.ts"
import { grammarProgram } from "./grammar.ts"
import { mutant } from "./mutate.ts"
import { type Failure, failureOf } from "./properties.ts"

export interface Found extends Failure {
  /** Gives the input again: `SXS_SEED`, with `SXS_RUNS=1`. */
  readonly seed: number
  /** The smallest input that was found to fail in this way. */
  readonly input: string
}

/** Inputs from a seed: every other one from the grammar, the rest changed sources of the corpus. */
export class Inputs {
  readonly #corpus = readCorpus()

  of(seed: number): Uint8Array {
    const random = seeded(seed)
    return seed % 2 === 0 ? new TextEncoder().encode(grammarProgram(random)) : mutant(this.#corpus, random)
  }
}

/** Tries `runs` inputs from `seed` on; each way of failing is found once. `progress` is told the seed
 * of each input before it is tried, also of those that shrinking makes. */
export const campaign = (
  { runs, seed }: { readonly seed: number; readonly runs: number },
  inputs: Inputs,
  progress: (seed: number) => void = () => {}
): ReadonlyArray<Found> => {
  const found = new Map<string, Found>()
  for (let each = seed; each < seed + runs; each++) {
    progress(each)
    const input = inputs.of(each)
    const failure = failureOf(input)
    if (failure === undefined || found.has(failure.kind)) continue
    const smallest = shrink(input, (candidate) => {
      progress(each)
      return failureOf(candidate)?.kind === failure.kind
    })
    const { details = failure.details } = failureOf(smallest) ?? {}
    found.set(failure.kind, { kind: failure.kind, details, seed: each, input: new TextDecoder().decode(smallest) })
  }
  return [...found.values()]
}

/** Inputs that shrinking tries at most. */
const triesMax = 1500

/** Leaves out parts, large ones first, as long as the rest still fails. */
export const shrink = (input: Uint8Array, fails: (input: Uint8Array) => boolean): Uint8Array => {
  let smallest = input
  let tries = 0
  for (let size = Math.ceil(input.length / 2); size >= 1; ) {
    let hasShrunk = false
    for (let at = 0; at < smallest.length && tries < triesMax; ) {
      const candidate = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)])
      tries++
      if (fails(candidate)) {
        smallest = candidate
        hasShrunk = true
      } else at += size
    }
    if (!hasShrunk) size = size === 1 ? 0 : Math.ceil(size / 2)
  }
  return smallest
}
