import type { BundleRejected, ExternRejected } from "../bundle/errors.ts"
import type { Fault } from "../errors.ts"
import type { Keys } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import { fault } from "./faults.ts"

/** Why a task stands still although it could run: its code cannot run here, a function of a
 * module that it calls is not there, or a record of it cannot be read. It stays as it
 * is, and others go on. */
export type TaskRejected = BundleRejected | ExternRejected | StoreUnavailable

/** Whether one record cannot be read, and not the store as a whole. */
export const isDamagedRecord = (thrown: unknown): thrown is StoreUnavailable & { readonly key: string } =>
  thrown instanceof StoreUnavailable &&
  thrown.key !== undefined &&
  (thrown.reason === "damaged" || thrown.reason === "format")

/** Whether a record of some task cannot be read. */
export const isDamagedTask = (keys: Keys, thrown: unknown): thrown is StoreUnavailable =>
  isDamagedRecord(thrown) && keys.taskOf(thrown.key) !== undefined

/** What a program gets that reads such a record: a value of the user's, or something of another task. Undefined when its
 * loss is the namespace's own. */
export const damageFault = (keys: Keys, thrown: unknown): Fault | undefined => {
  if (!isDamagedRecord(thrown)) return undefined
  if (keys.space(thrown.key) === "u") {
    const key = keys.parseUser(thrown.key)
    return fault("damaged", `the value of \`${key}\` is damaged in the store: write it again, or delete it`)
  }
  const task = keys.taskOf(thrown.key)
  return task === undefined ? undefined : fault("damaged", `the task ${task} is damaged in the store: ${thrown.detail}`)
}

/** `read()`, but for damage that concerns what is read only: that becomes a fault. */
export const orDamageFault = <A>(keys: Keys, read: () => A): A => {
  try {
    return read()
  } catch (thrown) {
    throw damageFault(keys, thrown) ?? thrown
  }
}

/** `read()`, or undefined for a record that cannot be read; `onDamaged` hears of it. */
export const unlessDamaged = <A>(
  read: () => A,
  onDamaged: (damage: StoreUnavailable) => void = () => {}
): A | undefined => {
  try {
    return read()
  } catch (thrown) {
    if (!isDamagedRecord(thrown)) throw thrown
    onDamaged(thrown)
    return undefined
  }
}
