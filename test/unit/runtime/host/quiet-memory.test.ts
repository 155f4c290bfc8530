import { getHeapStatistics } from "node:v8"
import { assert, describe, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { QuietMemory, watchQuietMemory } from "../../../../runtime/host/quiet-memory.ts"
import { limits } from "../../../../runtime/limits.ts"
import { giveBackGarbage } from "../../../../runtime/task/garbage.ts"

const mebibyte = 2 ** 20

/** A process whose heap needs `needed` bytes. */
const makeProcess = () => {
  const state = { busy: 0, needed: 50 * mebibyte, held: 50 * mebibyte, used: 50 * mebibyte, collections: 0 }
  const memory = new QuietMemory({
    busy: () => state.busy,
    heap: () => ({ held: state.held, used: state.used }),
    giveBack: () => {
      state.held = state.needed
      state.used = state.needed
      state.collections++
    }
  })
  return { state, memory }
}

describe("a process that has become quiet", () => {
  it("gives back what a burst has left, once", () => {
    const { memory, state } = makeProcess()
    state.held = 250 * mebibyte
    for (let look = 0; look < 3; look++) memory.look()
    assert.deepStrictEqual([state.held, state.collections], [50 * mebibyte, 1])
  })

  it("gives back again after the next burst", () => {
    const { memory, state } = makeProcess()
    for (let burst = 0; burst < 2; burst++) {
      state.held = 250 * mebibyte
      memory.look()
    }
    assert.strictEqual(state.collections, 2)
  })

  it("collects nothing while it works", () => {
    const { memory, state } = makeProcess()
    state.held = 250 * mebibyte
    state.busy = limits.quietShareMax * 2
    memory.look()
    assert.strictEqual(state.collections, 0)
  })

  it("collects nothing for a little", () => {
    const { memory, state } = makeProcess()
    state.held += limits.quietGrowthBytes - 1
    memory.look()
    assert.strictEqual(state.collections, 0)
  })

  it("does not stand still for a large heap", () => {
    const { memory, state } = makeProcess()
    state.held = 800 * mebibyte
    state.used = limits.quietHeapBytesMax + 1
    memory.look()
    assert.strictEqual(state.collections, 0)
  })

  it("counts what it keeps as needed", () => {
    const { memory, state } = makeProcess()
    state.needed = 150 * mebibyte
    state.held = 150 * mebibyte
    for (let look = 0; look < 3; look++) memory.look()
    assert.strictEqual(state.collections, 1)
  })
})

describe("giving garbage back", () => {
  it("makes the heap hold little more than is in use", () => {
    const kept = Array.from({ length: 1000 }, () => new Array(1000).fill(0.5))
    const full = getHeapStatistics().total_heap_size
    for (let index = 0; index < kept.length; index++) kept[index] = []
    giveBackGarbage()
    const { total_heap_size, used_heap_size } = getHeapStatistics()
    assert.isBelow(total_heap_size, full)
    assert.isBelow(total_heap_size - used_heap_size, 16 * mebibyte)
  })
})

describe("the watch of a process", () => {
  it("looks also where a program's tests have put another clock in the place of the process's", () => {
    vi.useFakeTimers()
    const scope = Effect.runSync(Scope.make())
    try {
      Effect.runSync(Effect.provideService(watchQuietMemory, Scope.Scope, scope))
      vi.advanceTimersByTime(2 * limits.quietMs)
    } finally {
      Effect.runSync(Scope.close(scope, Exit.void))
      vi.useRealTimers()
    }
  })
})
