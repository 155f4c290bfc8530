/**
 *     node bench/recovery/leave.ts FOLDER COUNT
 *
 * Starts so many tasks, and kills its own process when each of them is interrupted after five of its ten steps.
 */
import * as Effect from "effect/Effect"
import type { Namespace } from "../../runtime/index.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import { bundleOf, withNamespace } from "../namespace.ts"

/** At the gate a task asks again and again whether it may go on: so it can run, and stands there. */
const program = (count: number): string => `#(program "recovery")
(defn workflow (key :str) :int [
  (def sum 0)
  (for (index 0 10)
    (if (= index 5) [
      (core/kv/incr at-gate)
      (core/task/checkpoint)
      (while (not (core/kv/exists go)) (core/task/checkpoint))
    ])
    (set sum (+ sum 1))
    (core/kv/set $key sum)
    (core/task/checkpoint))
  sum
])
(for (index 0 ${count}) (core/task/spawn workflow (str "sum/" index)))
`

const untilAtGate = (namespace: Namespace, count: number): Effect.Effect<void, unknown> =>
  Effect.flatMap(namespace.kv.get("at-gate"), (at) =>
    at === count ? Effect.void : Effect.andThen(Effect.sleep(20), untilAtGate(namespace, count))
  )

const [, , directory, countText] = process.argv
const count = Number(countText)
await withNamespace({ layer: layerLevel({ directory: directory!, create: true }), durability: "strict" }, (namespace) =>
  Effect.gen(function* () {
    yield* namespace.startProgram({ bundle: bundleOf(program(count)), fresh: true })
    yield* untilAtGate(namespace, count)
    yield* namespace.stop
    // Those who ask it next are in the next process.
    yield* namespace.kv.set("go", true)
    process.kill(process.pid, "SIGKILL")
  })
)
