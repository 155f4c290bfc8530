import { Fault, faultCodes } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { describeOperand } from "../value/describe.ts"

/** Counts the tasks of a namespace. */
export const taskCounter = "task"

/**
 * The id of the task that an outside call with an id of its own runs in: `<program>.<name>@<id>`, each percent-encoded, the
 * name also in its dots, so that two calls share a task only when all three are equal. No id of `NewTasks` has an `@`.
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
 * The id of the task that `core/task/spawn-as` starts under an id: `@` and that, percent-encoded. Those of `NewTasks` have no
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

/** The number of a task as `NewTasks` counts; ids that callers gave have none. */
export const hasNumber = (task: string, number: string): boolean => task.endsWith(`-${number}`) && !isGivenId(task)

/** The number of a task as `NewTasks` counts; 0 for ids that callers gave. */
export const numberOf = (task: string): number => (isGivenId(task) ? 0 : Number(/-(\d{1,15})$/.exec(task)?.[1] ?? 0))

/** Counts the tasks of `NewTasks` that were removed some time after their end. */
export const removedCounter = "removed"

/** Whether a task that is not there may have been: its number, which may stand alone, was given, and some were removed. */
export const wasRemoved = (view: View, keys: Keys, task: string): boolean => {
  const number = isGivenId(task) ? undefined : /(?:^|-)(\d{1,15})$/.exec(task)?.[1]
  if (number === undefined || view.read(keys.counter(removedCounter), Number) === undefined) return false
  return Number(number) <= (view.read(keys.counter(taskCounter), Number) ?? 0)
}

const nameUnitsMax = 40

/** A function's or topic's name as an id has it. */
export const taskNameOf = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, nameUnitsMax)
    .replace(/^-+|-+$/g, "")
  return plain === "" ? "task" : plain
}
