import type { Value } from "../value/value.ts"
import { pcStart } from "./frame.ts"
import type { Places } from "./places.ts"
import type { Stack } from "./stack.ts"
import { type Action, dueOf, type TaskRecord } from "./task.ts"
import type { TaskMarks } from "./task-marks.ts"
import { newRecord } from "./task-record.ts"

export interface StartParts {
  readonly places: Places
  readonly now: () => number
}

type NewFacts = Omit<Parameters<typeof newRecord>[0], "id" | "now">

/** A task that begins. */
export interface NewTask {
  readonly record: TaskRecord
  readonly marks: TaskMarks
  readonly stack: Stack
}

/** `writeTask`, which runs once the commit is handed over, or its wait is over. */
export const startTask = (
  parts: StartParts,
  marks: TaskMarks,
  facts: NewFacts,
  args: ReadonlyArray<Value>
): TaskRecord => {
  const task = newTask(parts, marks, facts, args)
  writeTask(parts.places, task)
  noteStart(parts.places, task)
  return task.record
}

/** A task of which nothing is written, in its first frame, which holds `args`. */
export const newTask = (
  { now, places }: StartParts,
  marks: TaskMarks,
  facts: NewFacts,
  args: ReadonlyArray<Value>
): NewTask => {
  const trace = facts.trace ?? places.tasks.traceBelow(facts.parent)
  const record = newRecord({ ...facts, id: marks.task, now: now(), trace })
  const stack = places.stack({ id: record.id, depth: 0 }, marks.record.isNew)
  stack.begin({ bundle: record.bundle, function: record.function, pc: pcStart, slots: args })
  return { record, marks, stack }
}

/** An argument that cannot be stored is a fault, and then nothing is written. */
export const writeTask = ({ tasks }: Places, { marks, record, stack }: NewTask): void => {
  const writeFrame = stack.prepare()
  tasks.save(undefined, record, marks)
  writeFrame()
}

/** Lets a task that is written run when that is handed over. */
export const noteStart = ({ tasks }: Places, task: NewTask): void => {
  const { record } = task
  tasks.note(record, firstActions(record), record.startedAt, task)
}

const firstActions = (record: TaskRecord): ReadonlyArray<Action> => {
  if (record.wait === undefined) return run
  const due = dueOf(record)
  return due === undefined ? [] : [{ type: "arm", due }]
}

const run: ReadonlyArray<Action> = [{ type: "run" }]
