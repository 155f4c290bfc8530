import * as Effect from "effect/Effect"
import { type MemoryStore, makeMemory } from "../runtime/store/memory.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { compare, type Result, type Variant, wallOf } from "./measure.ts"
import { bundleOf, withNamespace } from "./namespace.ts"

const pasts = [10, 1000, 100_000] as const

/** Takes so many durable steps, waits to be resumed, and ends. */
const programWith = (steps: number): string => `#(program "past")
(for (i 0 ${steps})
  (core/kv/set "step" i)
  (core/task/checkpoint))
(core/task/pause)
(core/kv/get "step")
`

/** Resumes of one figure: each is some tens of µs. */
const resumes = 50

/**
 * Time from the request to resume a task, in a namespace that was just opened, to its durable end. Nothing is replayed: it
 * reads the task's record and its innermost frame, however long the past.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const variants: Array<Variant> = []
  for (const steps of pasts) {
    const bundle = bundleOf(programWith(steps))
    const { entries, task } = await pausedAfter(bundle)
    variants.push({ name: `after ${steps.toLocaleString("en")} steps`, run: () => timeOf(entries, task) })
  }
  report(
    await compare({ title: "resume, by the length of the past", unit: "ms", variants }, { repeats: 9, warmups: 2 })
  )
}

type Entries = ReturnType<MemoryStore["entries"]>

/** What is in the store when the task has done its steps and waits. */
const pausedAfter = async (bundle: Bundle): Promise<{ readonly entries: Entries; readonly task: string }> => {
  const memory = makeMemory()
  const task = await withNamespace({ layer: memory.layer, durability: "strict" }, (namespace) =>
    Effect.gen(function* () {
      const started = yield* namespace.startProgram({ bundle, fresh: true })
      yield* namespace.idle
      return started.task.id
    })
  )
  return { entries: memory.entries(), task }
}

/** Mean of one resume. Loading the code of the bundle, which is the same for all, is in it. */
const timeOf = async (entries: Entries, task: string): Promise<number> => {
  let ms = 0
  for (let count = 0; count < resumes; count++) {
    const { layer } = makeMemory({ entries })
    await withNamespace({ layer, durability: "strict" }, (namespace) =>
      Effect.promise(async () => {
        ms += await wallOf(() =>
          Effect.runPromise(
            Effect.andThen(namespace.resume(task, null), Effect.andThen(namespace.idle, namespace.result(task)))
          )
        )
      })
    )
  }
  return ms / resumes
}
