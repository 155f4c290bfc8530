import { EventEmitter } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import type { Store, StoreUnavailable } from "../runtime/index.ts"
import { layerLevel } from "../runtime/store/level.ts"
import { layerMemory } from "../runtime/store/memory.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { compare, type Result, type Variant } from "./measure.ts"
import { besideNamespace, bundleOf, runToRest, withNamespace } from "./namespace.ts"

/** Events of one run of the runtime; the queues in memory, which take less than a microsecond for one, get a hundred times as many. */
const events = 5000
const eventsInMemory = events * 100

/** One topic with so many subscriptions, whose handlers add what they get to a sum of the segment and write nothing. */
export const busProgram = (subscriptions: number, count: number): string => `#(program "bus")
${"(core/event/sub A 1 { (+ $data 1) })\n".repeat(subscriptions)}
(for (i 0 ${count}) [(core/event/pub A 1 i) (if (= (% i 100) 99) (core/task/checkpoint))])
`

/** Events per second from publishing to the end of the last handler, all durable at the end. */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    const beside = layerLevel({ directory: join(folder, "beside"), create: true })
    await besideNamespace(beside, bundleOf(busProgram(1, events)), () => runAll(folder, report))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const runAll = async (folder: string, report: (result: Result) => void): Promise<void> => {
  for (const subscriptions of [1, 4]) {
    const bundle = bundleOf(busProgram(subscriptions, events))
    let next = 0
    const level = () => layerLevel({ directory: join(folder, `${subscriptions}-${next++}`), create: true })
    const variants: ReadonlyArray<Variant> = [
      { name: "Effect Queue", run: () => queueRate(subscriptions) },
      { name: "EventEmitter", run: () => emitterRate(subscriptions) },
      { name: "sxs, in memory", run: () => busRate(layerMemory, bundle) },
      { name: "sxs, durable", run: () => busRate(level(), bundle) }
    ]
    const title = `events to ${subscriptions} ${subscriptions === 1 ? "subscription" : "subscriptions"}`
    report(await compare({ title, unit: "events/s", variants }, { repeats: 5, warmups: 1 }))
  }
}

const busRate = (layer: Layer.Layer<Store, StoreUnavailable>, bundle: Bundle): Promise<number> =>
  withNamespace({ layer, durability: "strict" }, (namespace) =>
    Effect.gen(function* () {
      const begun = performance.now()
      yield* runToRest(namespace, bundle)
      yield* namespace.durable
      return (events / (performance.now() - begun)) * 1000
    })
  )

const batch = 100

/** A bounded queue for each subscription, filled and emptied in batches. */
const queueRate = (subscriptions: number): Promise<number> =>
  Effect.gen(function* () {
    const begun = performance.now()
    const consumers = yield* Effect.forEach(
      Array.from({ length: subscriptions }),
      Effect.fnUntraced(function* () {
        const queue = yield* Queue.bounded<number>(1000)
        return { queue, fiber: yield* Effect.forkChild(sumOf(queue)) }
      })
    )
    for (let first = 0; first < eventsInMemory; first += batch) {
      const some = Array.from({ length: batch }, (_, index) => first + index)
      for (const { queue } of consumers) yield* Queue.offerAll(queue, some)
    }
    for (const { fiber } of consumers) yield* Fiber.join(fiber)
    return (eventsInMemory / (performance.now() - begun)) * 1000
  }).pipe(Effect.runPromise)

const sumOf = Effect.fnUntraced(function* (queue: Queue.Dequeue<number>) {
  let sum = 0
  for (let taken = 0; taken < eventsInMemory; ) {
    const some = yield* Queue.takeAll(queue)
    for (const each of some) sum += each
    taken += some.length
  }
  return sum
})

const emitterRate = (subscriptions: number): number => {
  const emitter = new EventEmitter()
  let sum = 0
  const add = (data: number) => {
    sum += data
  }
  for (let each = 0; each < subscriptions; each++) emitter.on("event", add)
  const begun = performance.now()
  for (let i = 0; i < eventsInMemory; i++) emitter.emit("event", i)
  if (sum === 0) throw new Error("nobody has listened")
  return (eventsInMemory / (performance.now() - begun)) * 1000
}
