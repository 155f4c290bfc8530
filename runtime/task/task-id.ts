import { Fault, faultCodes } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { describeOperand } from "../value/describe.ts"

/** A new task id, `<name>-<n>`: `n` counts the tasks of the namespace, so the number alone is unique too. The counter is
 * written with the commit that the task starts in. */
export const newTaskId = (view: View, keys: Keys, name: string): string => {
  const key = keys.counter("task")
  const next = (view.read(key, Number) ?? 0) + 1
  view.put(key, String(next), next)
  return `${sanitise(name)}-${next}`
}

/**
 * The id of the task that an outside call with an id of its own runs in: `<program>.<name>@<id>`, each percent-encoded, the
 * name also in its dots, so that two calls share a task only when all three are equal. No id of `newTaskId` has an `@`.
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

// Of what `encodeURIComponent` leaves, also the characters that mean something to a shell: ids are typed there.
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

/** The number of a task as `newTaskId` counts; ids that callers gave have none. */
export const hasNumber = (task: string, number: string): boolean => task.endsWith(`-${number}`) && !task.includes("@")

const nameUnitsMax = 40

const sanitise = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, nameUnitsMax)
    .replace(/^-+|-+$/g, "")
  return plain === "" ? "task" : plain
}
