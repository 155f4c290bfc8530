import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fc from "fast-check"
import { Store, type Write } from "../../../../runtime/store/store.ts"
import { crashAt, type FaultKind, type Hazards, noHazards } from "../../../../runtime/testing/hazards.ts"
import { seeded } from "../../../../runtime/testing/random.ts"
import { SimulatedDisk, SimulatedStore } from "../../../../runtime/testing/simulated-store.ts"
import { storeConformance } from "../../../conformance/store.ts"

const put = (key: string, value: string): Write => ({ type: "put", key, value })

/** A store on the disk, with all that it has told. */
const openOn = (disk: SimulatedDisk, hazards: Hazards = noHazards) => {
  const told: Array<string> = []
  let isDead = false
  const { store } = new SimulatedStore({
    disk,
    hazards,
    random: seeded(1),
    crash: (point) => {
      isDead = true
      told.push(point)
    },
    isDead: () => isDead,
    onHang: () => told.push("hangs"),
    onFault: (kind) => told.push(kind),
    onMisuse: (what) => told.push(what)
  })
  return { store, told }
}

storeConformance({
  name: "simulated",
  make: () => Layer.sync(Store, () => openOn(new SimulatedDisk()).store)
})

describe("simulated disk", () => {
  it("loses by a power cut what is not synced, batch by batch from the end", () => {
    const anyStep = fc.oneof(fc.constant("sync" as const), fc.constant("write" as const))
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 20 }), fc.nat({ max: 20 }), (steps, keep) => {
        const disk = new SimulatedDisk()
        let [written, synced] = [0, 0]
        for (const step of steps) {
          if (step === "sync") {
            disk.sync()
            synced = written
          } else {
            written++
            disk.write([put(`k${written}`, "v"), put("last", `${written}`)])
          }
        }
        assert.strictEqual(disk.unsyncedCount, written - synced)
        disk.cutPower(keep)
        const left = Math.min(written, synced + keep)
        assert.strictEqual(disk.written.get("last"), left === 0 ? undefined : `${left}`)
        assert.lengthOf(disk.written.entries(), left === 0 ? 0 : left + 1)
        assert.deepStrictEqual(disk.synced.entries(), disk.written.entries())
      }),
      { numRuns: 300 }
    )
  })

  it.effect("what a process has found when it opened the store is on the disk", () =>
    Effect.gen(function* () {
      const disk = new SimulatedDisk()
      yield* openOn(disk).store.commit([put("k", "v")], { sync: false })
      assert.strictEqual(disk.unsyncedCount, 1)
      openOn(disk)
      disk.cutPower(0)
      assert.strictEqual(disk.written.get("k"), "v")
    })
  )
})

const faultAt = (kind: FaultKind): Hazards => ({ ...noHazards, commit: (index) => (index === 0 ? kind : undefined) })

describe("simulated store", () => {
  it.effect("writes nothing of a refused batch, and all of one whose acknowledgement is lost", () =>
    Effect.gen(function* () {
      for (const [kind, value] of [
        ["refused write", undefined],
        ["failed sync", "v"],
        ["lost acknowledgement", "v"]
      ] as const) {
        const disk = new SimulatedDisk()
        const { store, told } = openOn(disk, faultAt(kind))
        const error = yield* Effect.flip(store.commit([put("k", "v")], { sync: true }))
        assert.strictEqual(error._tag, "StoreUnavailable")
        assert.strictEqual(disk.written.get("k"), value, kind)
        assert.strictEqual(disk.synced.get("k"), kind === "lost acknowledgement" ? "v" : undefined, kind)
        assert.deepStrictEqual(told, [kind])
      }
    })
  )

  it.effect("tells of a commit behind one that failed, and of two at once", () =>
    Effect.gen(function* () {
      const { store, told } = openOn(new SimulatedDisk(), faultAt("failed sync"))
      yield* Effect.flip(store.commit([put("k", "v")], { sync: true }))
      yield* store.commit([put("k", "w")], { sync: true })
      assert.deepStrictEqual(told, ["failed sync", "a commit on a store that has failed: failed sync"])
      const other = openOn(new SimulatedDisk())
      const both = [1, 2].map((n) => other.store.commit([put("k", `${n}`)], { sync: true }))
      yield* Effect.all(both, { concurrency: 2 })
      assert.include(other.told, "a commit while another is in flight")
    })
  )

  it.effect("is written to up to the crash point and no further", () =>
    Effect.gen(function* () {
      for (const [point, written, synced] of [
        ["before a write", undefined, undefined],
        ["before a sync", "v", undefined],
        ["before an acknowledgement", "v", "v"]
      ] as const) {
        const disk = new SimulatedDisk()
        const { store, told } = openOn(disk, crashAt({ point, index: 0 }))
        // It never returns.
        yield* Effect.forkDetach(store.commit([put("k", "v")], { sync: true }))
        for (let turn = 0; turn < 10; turn++) yield* Effect.yieldNow
        assert.deepStrictEqual(told, [point])
        assert.deepStrictEqual([disk.written.get("k"), disk.synced.get("k")], [written, synced], point)
      }
    })
  )
})
