import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"

/** A new task id, `<name>-<n>`: `n` counts the tasks of the namespace, so the number alone is unique too. The counter is
 * written with the commit that the task starts in. */
export const newTaskId = (view: View, keys: Keys, name: string): string => {
  const key = keys.counter("task")
  const next = (view.read(key, Number) ?? 0) + 1
  view.put(key, String(next), next)
  return `${sanitise(name)}-${next}`
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
