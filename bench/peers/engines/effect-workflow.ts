/** Effect Workflow: the cluster engine with one runner in this process; SQLite keeps its messages and what the activities yield. */
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as SingleRunner from "effect/cluster/SingleRunner"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as Activity from "effect/workflow/Activity"
import * as Workflow from "effect/workflow/Workflow"
import type { EngineModule, Hooks, Place } from "../engine.ts"
import { layerSqlite } from "../sqlite.ts"

const workflow = Workflow.make("workflow", {
  payload: { id: Schema.String, steps: Schema.Number },
  success: Schema.Number,
  idempotencyKey: ({ id }) => id
})

export const open: EngineModule["open"] = async (place, hooks) => {
  const runtime = ManagedRuntime.make(layerOf(place, hooks))
  await runtime.context()
  return {
    run: (id, steps) => runtime.runPromise(workflow.execute({ id, steps })),
    begin: (id, steps) => runtime.runPromise(workflow.execute({ id, steps }, { discard: true }))
  }
}

const layerOf = ({ directory }: Place, hooks: Hooks) =>
  bodyOf(hooks).pipe(
    Layer.provideMerge(ClusterWorkflowEngine.layer),
    // With locks of shards in the database a restart would first wait half a minute until those of the killed process expire.
    Layer.provideMerge(SingleRunner.layer({ runnerStorage: "memory" })),
    Layer.provideMerge(layerSqlite(directory)),
    Layer.provide(NodeCrypto.layer)
  )

const bodyOf = (hooks: Hooks) =>
  workflow.toLayer(
    Effect.fnUntraced(function* ({ id, steps }) {
      let sum = 0
      for (let index = 0; index < steps; index++) {
        const before = sum
        sum = yield* Activity.make({
          name: `step ${index}`,
          success: Schema.Number,
          execute: Effect.promise(async () => hooks.step(index, before))
        })
      }
      hooks.ended(id, sum)
      return sum
    })
  )
