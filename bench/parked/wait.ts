/**
 *     node --expose-gc bench/parked/wait.ts KIND FOLDER COUNT
 *
 * A process in which COUNT wait, and then COUNT more, and what memory it has at both times, as JSON. `promises`: those of JavaScript,
 * each with a timer. `asleep`, `event`, `joining`: tasks that are begun here and sleep for an hour, wait for an event, or join a
 * paused one. `awaited`: tasks of a store that another process has filled, of each of which somebody waits for the result. `fill` fills it
 * with COUNT tasks, of which half are paused and half sleep for a year. `stored`: opens it, looks at COUNT of the tasks, and
 * tells once.
 */
import { readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { openSxs, type Sxs } from "../../cli/embed/index.ts"
import { QuietMemory } from "../../runtime/host/quiet-memory.ts"
import type { Namespace } from "../../runtime/index.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { bundleOf, withNamespace } from "../namespace.ts"
import type { Memory } from "../parked.ts"

const [, , kind = "", directory = "", countText] = process.argv
const count = Number(countText)

const bodies: Record<string, string> = {
  asleep: "(core/task/sleep 3600000)",
  // A topic takes a thousand who wait, and both rounds have the same topics.
  event: "(core/expr/await none A (div i 500) none)",
  joining: "(core/task/join keeper)",
  fill: "(if (= (% i 2) 0) (core/task/pause) (core/task/sleep 31536000000))"
}

// Begun in rounds, each durable before the next: what a burst of so many needs for a moment stays with the process for long.
const program = `#(program "parked")
(defn keep () (core/task/pause))
(defn wait (i :int keeper) :none [
  (core/kv/incr waiting)
  ${bodies[kind] ?? "none"}
  none
])
(def keeper (core/task/spawn keep))
(for (i 0 ${count}) [
  (core/task/spawn wait i keeper)
  (if (= (% i 1000) 999) (core/task/flush))
])
`

const until = (namespace: Namespace, waiting: number): Effect.Effect<void, unknown> =>
  Effect.flatMap(namespace.kv.get("waiting"), (now) =>
    now === waiting ? Effect.void : Effect.andThen(Effect.sleep(50), until(namespace, waiting))
  )

/** As sxs does it for who has it open; it looks again after half a minute. Node alone does not. */
const quiet = kind === "promises" ? undefined : new QuietMemory()

/** What is left when nothing has happened for a moment: garbage is collected, and sxs has given back what it does not need. */
const memory = async (): Promise<Memory> => {
  for (let round = 0; round < 4; round++) {
    await pause(150)
    globalThis.gc?.()
  }
  quiet?.look()
  await pause(500)
  quiet?.look()
  const { external, heapUsed, rss } = process.memoryUsage()
  return { heapBytes: heapUsed + external, ownBytes: ownBytes() ?? rss, residentBytes: rss }
}

/** Undefined where the system does not tell. */
const ownBytes = (): number | undefined => {
  if (process.platform !== "linux") return undefined
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
}

const tell = (memories: ReadonlyArray<Memory>): void => {
  process.stdout.write(JSON.stringify(memories))
}

const begin = (namespace: Namespace, bundle: Bundle, round: number) =>
  Effect.andThen(namespace.startProgram({ bundle, fresh: true }), until(namespace, count * round))

const beginHere = (rounds: number, then: (namespace: Namespace) => Effect.Effect<Memory>) => {
  const bundle = bundleOf(program)
  const layer = layerLevel({ directory, create: true })
  return withNamespace({ layer, durability: "relaxed" }, (namespace) =>
    Effect.gen(function* () {
      const memories: Array<Memory> = []
      for (let round = 1; round <= rounds; round++) {
        yield* begin(namespace, bundle, round)
        memories.push(yield* then(namespace))
      }
      const [ended] = yield* namespace.tasks({ state: "failed", limit: 1 })
      if (ended !== undefined) return yield* Effect.die(new Error(`${ended.id} has failed instead of waiting`))
      return memories
    })
  )
}

/** The first task of the program is the program, the second is joined. */
const idOf = (index: number): string => `wait-${index + 3}`

const awaiting: Array<Promise<unknown>> = []

const awaitMore = (sxs: Sxs): Promise<Memory> => {
  for (let index = 0; index < count; index++) awaiting.push(sxs.result(idOf(awaiting.length)))
  return memory()
}

switch (kind) {
  case "promises": {
    const memories: Array<Memory> = []
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < count; index++) awaiting.push(pause(3_600_000))
      memories.push(await memory())
    }
    tell(memories)
    break
  }
  case "fill":
    await beginHere(1, (namespace) => Effect.andThen(Effect.orDie(namespace.durable), Effect.promise(memory)))
    break
  case "awaited": {
    const sxs = await openSxs({ store: directory, telemetry: false })
    // The first fill the cache.
    await awaitMore(sxs)
    tell([await awaitMore(sxs), await awaitMore(sxs)])
    break
  }
  case "stored": {
    const sxs = await openSxs({ store: directory, telemetry: false })
    for (let index = 0; index < count; index++) await sxs.inspect(idOf(index))
    tell([await memory()])
    break
  }
  default:
    tell(await beginHere(2, () => Effect.promise(memory)))
}
process.exit()
