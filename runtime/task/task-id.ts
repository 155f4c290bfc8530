import { Fault, faultCodes } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { describeOperand } from "../value/describe.ts"
import { TaskMarks } from "./task-marks.ts"

/** A task with a new id, `<name>-<n>`: `n` counts the tasks of the namespace, so the number alone is unique too. The counter is
 * written with the commit that the task starts in. */
export const newTask = (view: View, keys: Keys, name: string): TaskMarks => {
  const key = keys.counter("task")
  const plain = sanitise(name)
  let next = (view.read(key, Number) ?? 0) + 1
  let marks = new TaskMarks(keys, `${plain}-${next}`)
  // A counter that a damaged table has hidden begins anew: no task may be written over then.
  while (view.hasAt(marks.record)) marks = new TaskMarks(keys, `${plain}-${++next}`)
  view.put(key, String(next), next)
  return marks
}

/**
 * The id of the task that an outside call with an id of its own runs in: `<program>.<name>@<id>`, each percent-encoded, the
 * name also in its dots, so that two calls share a task only when all three are equal. No id of `newTask` has an `@`.
 * Throws `Fault` when the id is empty or not well-formed; whether it is too long is said by whoever builds the key.
 */
export const callTaskId = (call: { readonly program: string; readonly name: string; readonly id: string }): string => {
  const { id, name, program } = call
  if (id === "" || !id.isWellFormed()) {
    throw new Fault(
      faultCodes.key,
      `the id of a call is well-formed text that is not empty, got ${describeOperand(id)}`
    )
  }
  return `${encode(program)}.${encode(name).replaceAll(".", "%2E")}@${encode(id)}`
}

/**
 * The id of the task that `core/task/spawn-as` starts under an id: `@` and that, percent-encoded. Those of `newTask` have no
 * `@`, and before the one of `callTaskId` stands the name of a program, so no two of them are ever the same. Throws `Fault`
 * when the id is empty or not well-formed; whether it is too long is said by whoever builds the key.
 */
export const givenTaskId = (id: string): string => {
  if (id === "" || !id.isWellFormed())
    throw new Fault(faultCodes.key, `a task's id is well-formed text that is not empty, got ${describeOperand(id)}`)
  return `@${encode(id)}`
}

/** The id that is meant when what stands behind its `@` is written as it was given, unencoded; undefined for text without
 * `@`, or that is not well-formed. */
export const typedTaskId = (text: string): string | undefined => {
  const [before, ...behind] = text.split("@")
  return behind.length === 0 || !text.isWellFormed() ? undefined : `${before}@${encode(behind.join("@"))}`
}

// Of what `encodeURIComponent` leaves, also the characters that mean something to a shell: ids are typed there.
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** Whether a caller gave the id: the same id is to be the same task, whenever it comes again. */
export const isGivenId = (task: string): boolean => task.includes("@")

/** The number of a task as `newTask` counts; ids that callers gave have none. */
export const hasNumber = (task: string, number: string): boolean => task.endsWith(`-${number}`) && !isGivenId(task)

/** The number of a task as `newTask` counts; 0 for ids that callers gave. */
export const numberOf = (task: string): number => (isGivenId(task) ? 0 : Number(/-(\d{1,15})$/.exec(task)?.[1] ?? 0))

/** Counts the tasks of `newTask` that were removed some time after their end. */
export const removedCounter = "removed"

/** Whether a task that is not there may have been: its number, which may stand alone, was given, and some were removed. */
export const wasRemoved = (view: View, keys: Keys, task: string): boolean => {
  const number = isGivenId(task) ? undefined : /(?:^|-)(\d{1,15})$/.exec(task)?.[1]
  if (number === undefined || view.read(keys.counter(removedCounter), Number) === undefined) return false
  return Number(number) <= (view.read(keys.counter("task"), Number) ?? 0)
}

const nameUnitsMax = 40

const sanitise = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, nameUnitsMax)
    .replace(/^-+|-+$/g, "")
  return plain === "" ? "task" : plain
}
