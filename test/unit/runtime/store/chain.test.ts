import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { decodeAnchor, encodeAnchor } from "../../../../runtime/store/anchor.ts"
import { type ChainedWriter, openChained } from "../../../../runtime/store/chained.ts"
import { isInRange, linkKey, linkSlots } from "../../../../runtime/store/keys.ts"
import type { Loss } from "../../../../runtime/store/loss.ts"
import { describeLoss } from "../../../../runtime/store/loss.ts"
import type { KeyRange } from "../../../../runtime/store/store.ts"
import { Crash, World } from "../../../support/chained-world.ts"

const store = "a-store"

class Noticed extends Error {
  readonly loss: Loss
  constructor(loss: Loss) {
    super(describeLoss(loss))
    this.loss = loss
  }
}

const open = (world: World): Promise<ChainedWriter> =>
  openChained({
    database: world.database,
    anchor: world.anchor,
    store,
    boot: `boot-${world.boot}`,
    onLoss: (loss) => {
      throw new Noticed(loss)
    }
  })

const lossIn = async (world: World): Promise<Loss | undefined> => {
  try {
    await open(world)
    return undefined
  } catch (error) {
    if (error instanceof Noticed) return error.loss
    throw error
  }
}

/** One process: it opens the store, writes, and is ended by a crash or by nothing more to do. */
interface Life {
  readonly syncs: ReadonlyArray<boolean>
  readonly crashIn: number
  readonly isAfter: boolean
  readonly end: "kill" | "power"
  readonly choices: ReadonlyArray<number>
}

const live = async (world: World, life: Life): Promise<void> => {
  world.crashIn(life.crashIn, life.isAfter)
  try {
    const writer = await open(world)
    for (const sync of life.syncs) await writer.write([{ type: "put", key: "k", value: "v" }], sync)
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  }
  world.crashIn(Number.POSITIVE_INFINITY, false)
  if (life.end === "kill") return
  const choices = [...life.choices]
  world.cutPower((below) => (choices.shift() ?? 0) % below)
}

const lifeOf = (ends: ReadonlyArray<Life["end"]>, syncs: fc.Arbitrary<boolean> = fc.boolean()): fc.Arbitrary<Life> =>
  fc.record({
    syncs: fc.array(syncs, { maxLength: 5 }),
    crashIn: fc.integer({ min: 1, max: 14 }),
    isAfter: fc.boolean(),
    end: fc.constantFrom(...ends),
    choices: fc.array(fc.nat({ max: 9 }), { minLength: 3, maxLength: 3 })
  })

const lives = fc.array(lifeOf(["kill", "power"]), { maxLength: 6 })

describe("the chain of batches", () => {
  it("a process that is killed at any call, at any time, never looks like damage; nor does a power cut", () =>
    fc.assert(
      fc.asyncProperty(lives, async (all) => {
        const world = new World()
        for (const life of all) await live(world, life)
        assert.isUndefined(await lossIn(world))
      }),
      { numRuns: 3000 }
    ))

  it("every order of two batches, two lives and a kill is fine", async () => {
    for (const first of [0, 1, 2])
      for (const crashIn of [1, 2, 3, 4, 5, 6, 7])
        for (const isAfter of [false, true])
          for (const end of ["kill", "power"] as const)
            for (const again of [1, 2, 3, 4, 5, 6, 7])
              for (const sync of [false, true]) {
                const world = new World()
                const syncs = new Array<boolean>(first).fill(sync)
                await live(world, { syncs, crashIn, isAfter, end, choices: [0, 0, 0] })
                await live(world, { syncs: [sync, sync], crashIn: again, isAfter, end: "kill", choices: [] })
                assert.isUndefined(await lossIn(world))
              }
  })

  it("the loss of anything that was flushed is noticed", () =>
    fc.assert(
      fc.asyncProperty(lives, fc.nat(), fc.boolean(), async (all, from, isRebooted) => {
        const world = await grown(all, { syncs: [true, true, true] })
        const end = world.batches.length
        world.batches.length = from % end
        if (isRebooted) world.boot++
        const loss = await lossIn(world)
        assert.strictEqual(loss?.kind, "end")
        assert.deepInclude(loss, { from: (from % end) + 1, to: end })
      }),
      { numRuns: 1000 }
    ))

  it("while the machine runs, so is the loss of anything that was written", () =>
    fc.assert(
      fc.asyncProperty(lives, fc.nat(), async (all, from) => {
        const world = await grown(all, { syncs: [false, false] })
        world.batches.length = from % world.batches.length
        assert.strictEqual((await lossIn(world))?.kind, "end")
      }),
      { numRuns: 500 }
    ))

  it("a batch that is missing in the middle of what the last process wrote is noticed", () =>
    fc.assert(
      fc.asyncProperty(lives, fc.integer({ min: 3, max: 8 }), fc.nat(), fc.nat(), async (all, count, at, length) => {
        const world = await grown(all, { syncs: new Array<boolean>(count).fill(false) })
        const end = world.batches.length
        const from = end - count + (at % (count - 1))
        const gone = 1 + (length % (end - 1 - from))
        world.batches.splice(from, gone)
        assert.deepStrictEqual(await lossIn(world), { kind: "middle", from: from + 1, to: from + gone, last: end })
      }),
      { numRuns: 500 }
    ))

  it("files of two copies that went different ways are not taken for one store", async () => {
    const world = await grown([], { syncs: [true, true] })
    const copy = copyOf(world)
    await live(world, ordinary([true, true]))
    await live(copy, ordinary([true, true]))
    const [ours, theirs] = [world.batches, copy.batches]
    world.batches = [...ours.slice(0, 3), theirs[3]!]
    assert.deepStrictEqual(await lossIn(world), { kind: "mixed", to: 3, last: 4 })
  })

  it("an anchor that is missing, unreadable or of another store is noticed once there are batches", async () => {
    const world = await grown([], { syncs: [true] })
    const { slots } = world
    world.slots = undefined
    assert.deepStrictEqual(await lossIn(world), { kind: "anchor", why: "missing" })
    world.slots = [["x\n"], [""]]
    assert.deepStrictEqual(await lossIn(world), { kind: "anchor", why: "unreadable" })
    const other = { generation: 9, last: 1, synced: 1, boot: "b", store: "another" }
    world.slots = [["x\n"], [encodeAnchor(other)]]
    assert.deepStrictEqual(await lossIn(world), { kind: "anchor", why: "of another store" })
    world.slots = slots
    assert.isUndefined(await lossIn(world))
  })

  it("one torn slot of the anchor does no harm", () =>
    fc.assert(
      fc.asyncProperty(lives, fc.nat({ max: 80 }), async (all, length) => {
        const world = await grown(all, { syncs: [true, false, true] })
        const last = decodeAnchor(world.anchor.read()!)!
        const slot = world.slots![last.generation % 2]!
        slot.push(slot.at(-1)!.slice(0, length))
        assert.isUndefined(await lossIn(world))
      }),
      { numRuns: 300 }
    ))

  it("a loss that was accepted is not found again, and the next one is", async () => {
    const world = await grown([], { syncs: [true, true, true, true] })
    world.batches.splice(1, 1)
    const { anchor, database } = world
    const accepted: Array<string> = []
    const onLoss = (loss: Loss) => void accepted.push(loss.kind)
    await openChained({ database, anchor, store, boot: `boot-${world.boot}`, onLoss })
    assert.deepStrictEqual(accepted, ["middle"])
    assert.isUndefined(await lossIn(world))
    await live(world, ordinary([true, true]))
    assert.isUndefined(await lossIn(world))
    world.batches.length--
    assert.strictEqual((await lossIn(world))?.kind, "end")
  })

  it("is followed around the whole ring", async () => {
    const world = new World()
    world.batches = []
    const { anchor } = world
    const slots = new Map<string, string>()
    const database = {
      get: (key: string) => slots.get(key),
      scan: async (range: KeyRange) => [...slots].filter(([key]) => isInRange(key, range)),
      write: async ({ link }: Parameters<World["database"]["write"]>[0]) => void slots.set(link.key, link.record)
    }
    const all = { database, anchor, store, boot: "b" }
    const onLoss = (loss: Loss) => {
      throw new Noticed(loss)
    }
    const writer = await openChained({ ...all, onLoss })
    for (let batch = 1; batch <= linkSlots + 100; batch++) await writer.write([], false)
    await openChained({ ...all, onLoss })
    slots.delete(linkKey(linkSlots - 5))
    const found: Array<Loss> = []
    await openChained({ ...all, onLoss: (loss) => void found.push(loss) })
    assert.deepStrictEqual(found, [{ kind: "middle", from: linkSlots - 5, to: linkSlots - 5, last: linkSlots + 100 }])
  })
})

const ordinary = (syncs: ReadonlyArray<boolean>): Life => ({
  syncs,
  crashIn: Number.POSITIVE_INFINITY,
  isAfter: false,
  end: "kill",
  choices: []
})

/** A world after those lives and one that ends well, with the writes that it says. */
const grown = async (all: ReadonlyArray<Life>, { syncs }: Pick<Life, "syncs">): Promise<World> => {
  const world = new World()
  for (const life of all) await live(world, life)
  await live(world, ordinary(syncs))
  return world
}

const copyOf = (world: World): World => {
  const copy = new World()
  copy.batches = [...world.batches]
  copy.slots = world.slots?.map((texts) => [...texts])
  return copy
}
