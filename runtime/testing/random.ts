/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** An integer, at least 0 and below `bound`. */
  readonly below: (bound: number) => number
  /** True with that probability, from 0 to 1. */
  readonly chance: (probability: number) => boolean
  /** One of `items`, of which there is at least one. */
  readonly pick: <A>(items: ReadonlyArray<A>) => A
  /** A source of its own, so that what draws from it changes nothing for the others. */
  readonly fork: () => Random
}

/** The source of a seed: any number, of which the lowest 32 bits count. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  // Mulberry32: 32 bits of state pass all that a simulation asks for, and a seed is short enough to be typed.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    below: (bound) => Math.floor(next() * bound),
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    fork: () => seeded(Math.floor(next() * 2 ** 32))
  }
}
