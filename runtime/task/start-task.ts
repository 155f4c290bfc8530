import type { Value } from "../value/value.ts"
import { pcStart } from "./frame.ts"
import type { Places } from "./places.ts"
import { type Action, dueOf, type TaskRecord } from "./task.ts"
import type { TaskMarks } from "./task-marks.ts"
import { newRecord } from "./task-record.ts"

/** Writes a new task: its first frame, which holds `args`, and its record. It runs once the commit is handed over, or its wait is
 * over. An argument that cannot be stored is a fault, and then nothing is written. */
export const startTask = (
  parts: { readonly places: Places; readonly now: () => number },
  marks: TaskMarks,
  facts: Omit<Parameters<typeof newRecord>[0], "id" | "now">,
  args: ReadonlyArray<Value>
): TaskRecord => {
  const { places } = parts
  const now = parts.now()
  const trace = facts.trace ?? places.tasks.traceBelow(facts.parent)
  const record = newRecord({ ...facts, id: marks.task, now, ...(trace !== undefined && { trace }) })
  const stack = places.stack({ id: record.id, depth: 0 }, marks.record.isNew)
  stack.push({ bundle: record.bundle, function: record.function, pc: pcStart, slots: args })
  const writeFrame = stack.prepare()
  places.tasks.save(undefined, record, marks)
  writeFrame()
  places.tasks.note(record, firstActions(record), now, { marks, stack })
  return record
}

const firstActions = (record: TaskRecord): ReadonlyArray<Action> => {
  if (record.wait === undefined) return run
  const due = dueOf(record)
  return due === undefined ? [] : [{ type: "arm", due }]
}

const run: ReadonlyArray<Action> = [{ type: "run" }]
