/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** At least 0, below `bound`. */
  readonly below: (bound: number) => number
  /** True with that probability, from 0 to 1. */
  readonly chance: (probability: number) => boolean
}

/** The generator mulberry32; `seed` is an integer from 0 to 2^32-1. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { below: (bound) => next() * bound, chance: (probability) => next() < probability }
}
