/**
 *     node --expose-gc bench/parked/wait.ts promises|asleep|joining|awaited|fill|again FOLDER COUNT
 *
 * A process in which so many wait, and what memory it has then, as JSON. `promises`: those of JavaScript, each with a timer. `asleep`,
 * `joining`: tasks that were begun here and sleep for an hour, or join a paused one. `awaited`: paused ones, of each of which
 * somebody waits for the result. `fill` leaves a store with tasks of which half are paused and half sleep for a year; `again`
 * opens such a store.
 */
import { setTimeout as pause } from "node:timers/promises"
import * as Effect from "effect/Effect"
import type { Namespace } from "../../runtime/index.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import { bundleOf, withNamespace } from "../namespace.ts"
import type { Memory } from "../parked.ts"

const [, , kind, directory, countText] = process.argv
const count = Number(countText)

const bodies: Record<string, string> = {
  asleep: "(core/task/sleep 3600000)",
  joining: "(core/task/join keeper)",
  awaited: "(core/task/pause)",
  fill: "(if (= (% i 2) 0) (core/task/pause) (core/task/sleep 31536000000))"
}

const program = `#(program "parked")
(defn keep () (core/task/pause))
(defn wait (i :int keeper) :none [
  (core/kv/incr waiting)
  ${bodies[kind ?? ""] ?? "none"}
  none
])
(def keeper (core/task/spawn keep))
(for (i 0 ${count}) (core/task/spawn wait i keeper))
`

const untilWaiting = (namespace: Namespace): Effect.Effect<void, unknown> =>
  Effect.flatMap(namespace.kv.get("waiting"), (waiting) =>
    waiting === count || count === 0 ? Effect.void : Effect.andThen(Effect.sleep(50), untilWaiting(namespace))
  )

/** What is left when nothing has happened for a moment, and garbage is collected. */
const memory = async (): Promise<Memory> => {
  for (let round = 0; round < 4; round++) {
    await pause(250)
    globalThis.gc?.()
  }
  const { external, heapUsed, rss } = process.memoryUsage()
  return { heapBytes: heapUsed + external, residentBytes: rss }
}

const tell = async (): Promise<void> => {
  process.stdout.write(JSON.stringify(await memory()))
}

const begin = (namespace: Namespace) =>
  Effect.gen(function* () {
    yield* namespace.startProgram({ bundle: bundleOf(program), fresh: true })
    yield* untilWaiting(namespace)
    if (kind !== "awaited") return
    for (let index = 0; index < count; index++) namespace.whenEnded(`wait-${index + 3}`, () => process.exit(1))
  })

const open = (create: boolean, use: (namespace: Namespace) => Effect.Effect<unknown, unknown>) =>
  withNamespace({ layer: layerLevel({ directory: directory!, create }), durability: "relaxed" }, (namespace) =>
    Effect.andThen(use(namespace), kind === "fill" ? namespace.stop : Effect.promise(tell))
  )

if (kind === "promises") {
  const waiting = Array.from({ length: count }, () => pause(3_600_000))
  await tell()
  process.exit(waiting.length === count ? 0 : 1)
} else await open(kind !== "again", kind === "again" ? (namespace) => namespace.recover : begin)
process.exit()
