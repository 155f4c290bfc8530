import * as Effect from "effect/Effect"
import { makeMemory } from "../runtime/store/memory.ts"
import type { Write } from "../runtime/store/store.ts"
import { bundleOf, runToRest, withNamespace } from "./namespace.ts"

/** `tasks` tasks that take `steps` durable steps each: one write of their own, one checkpoint. */
export const stepProgram = (tasks: number, steps: number): string => `#(program "steps")
(defn stepper (id :int steps :int) :none [
  (def key (str "step/" id))
  (for (i 0 steps)
    (core/kv/set $key i)
    (core/task/checkpoint))
  none
])
(def others (list))
(for (id 0 ${tasks}) (set others (list/append others (core/task/spawn stepper id ${steps}))))
(for (other others) (core/task/join other))
`

/** One write of a step, as lengths: a hand-written loop with the same puts and bytes stands beside the runtime. */
export interface PutSize {
  readonly keyBytes: number
  readonly valueBytes: number
}

/** The writes of one step, taken from what the runtime hands to a store in memory. */
export const putsOfStep = async (): Promise<ReadonlyArray<PutSize>> => {
  const sizes = new Map<string, PutSize>()
  const memory = makeMemory({ onCommit: (writes) => collect(sizes, writes) })
  await withNamespace({ layer: memory.layer, durability: "strict" }, (namespace) =>
    Effect.asVoid(runToRest(namespace, bundleOf(stepProgram(1, 50))))
  )
  return [...sizes.values()]
}

// What a step rewrites: its task's key and its innermost frame. The head record comes once a batch.
const isOfStep = (key: string): boolean => /\/u\/step\/|\/f\/stepper/.test(key)

const collect = (sizes: Map<string, PutSize>, writes: ReadonlyArray<Write>): void => {
  for (const write of writes) {
    if (write.type !== "put" || !isOfStep(write.key)) continue
    sizes.set(write.key, { keyBytes: write.key.length, valueBytes: write.value.length })
  }
}
