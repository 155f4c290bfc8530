import * as Effect from "effect/Effect"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { StoreUnavailable } from "../store/store.ts"
import { pcStart } from "./frame.ts"
import type { HandOver } from "./hand-over.ts"
import type { Places } from "./places.ts"
import { recover } from "./recovery.ts"
import type { Scheduler } from "./scheduler.ts"
import { isEnded, type TaskRecord } from "./task.ts"
import { newTaskId } from "./task-id.ts"
import { newRecord } from "./task-record.ts"

interface ProgramParts extends Pick<Places, "view" | "keys" | "tasks"> {
  readonly places: Places
  readonly handOver: HandOver
  readonly showInterrupted: Effect.Effect<void, StoreUnavailable>
  readonly scheduler: Scheduler
  readonly now: () => number
}

/** The unfinished main task of the program, or a new one, on its way after all that was interrupted. */
export const startProgram = Effect.fnUntraced(function* (
  parts: ProgramParts,
  options: { readonly bundle: Bundle; readonly fresh: boolean }
): Effect.fn.Return<{ readonly kind: "started" | "resumed"; readonly record: TaskRecord }, StoreUnavailable> {
  const unfinished = options.fresh ? undefined : yield* findUnfinished(parts, options.bundle.manifest.program)
  yield* recover(parts)
  if (unfinished !== undefined) return { kind: "resumed", record: unfinished }
  return { kind: "started", record: yield* parts.handOver.change(() => startMain(parts, options.bundle)) }
})

const findUnfinished = (
  parts: ProgramParts,
  program: string
): Effect.Effect<TaskRecord | undefined, StoreUnavailable> =>
  parts.handOver.read(() => {
    const task = parts.view.read(parts.keys.program(program), (text) => text)
    const record = task === undefined ? undefined : parts.tasks.read(task)
    return Effect.succeed(record === undefined || isEnded(record.state) ? undefined : record)
  })

const startMain = (parts: ProgramParts, bundle: Bundle): TaskRecord => {
  const { view, keys, tasks } = parts
  const { program } = bundle.manifest
  const id = newTaskId(view, keys, program)
  const now = parts.now()
  const record = newRecord({ id, bundle: bundle.hash, function: 0, now, program })
  const stack = parts.places.stack({ ...record, depth: 0 })
  stack.push({ bundle: bundle.hash, function: 0, pc: pcStart, slots: [] })
  stack.prepare()()
  tasks.save(undefined, record)
  tasks.note(record, [{ type: "run" }], now)
  view.put(keys.program(program), id, id)
  return record
}
