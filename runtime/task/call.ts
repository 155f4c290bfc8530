import * as Effect from "effect/Effect"
import type { Fault } from "../errors.ts"
import type { StoreUnavailable } from "../store/store.ts"
import { describeOperand } from "../value/describe.ts"
import type { Value } from "../value/value.ts"
import { bindArguments } from "./arguments.ts"
import { fault } from "./faults.ts"
import type { ProgramParts } from "./program.ts"
import { recover } from "./recovery.ts"
import { startTask } from "./start-task.ts"
import { callTaskId } from "./task-id.ts"

/** A call of an exported function from outside. */
export interface CallOptions {
  /** Hash of a bundle that was installed. */
  readonly bundle: string
  /** The name under which it is exported. */
  readonly name: string
  readonly args: ReadonlyArray<Value>
  /** The caller's own name for this call. The same program, function and id are the same task, whenever they come again. */
  readonly id?: string
  /** Who calls, as a W3C `traceparent`. */
  readonly trace?: string
}

export interface Called {
  /** `joined`: it was called before under this id, perhaps with other arguments; those of the first call hold. */
  readonly kind: "started" | "joined"
  /** Its id. */
  readonly task: string
}

/** The id of a task that runs an exported function, on its way after all that was interrupted. Durable when the effect returns. A
 * name, an argument or an id that cannot be is a `Fault`, and then nothing was done. */
export const callFunction = (
  parts: ProgramParts,
  options: CallOptions
): Effect.Effect<Called, Fault | StoreUnavailable> =>
  Effect.suspend(() => {
    const called = parts.handOver.changeDurably(() => call(parts, options))
    return parts.scheduler.isActive ? called : Effect.andThen(recover(parts), called)
  })

const call = (parts: ProgramParts, { args, bundle, id, name, trace }: CallOptions): Called => {
  const { places, tasks } = parts
  const manifest = places.manifest(bundle)
  const index = manifest?.exports.find((each) => each.name === name)?.function
  const facts = index === undefined ? undefined : manifest?.functions[index]
  if (manifest === undefined || index === undefined || facts === undefined || facts.captured > 0) {
    throw fault("no such function", `the bundle ${bundle.slice(0, 12)} exports no function ${describeOperand(name)}`)
  }
  const given = id === undefined ? undefined : callTaskId({ program: manifest.program, name, id })
  if (given !== undefined && tasks.read(given) !== undefined) return { kind: "joined", task: given }
  const slots = bindArguments("call", facts, places.registry.records(bundle), args)
  const marks = given === undefined ? places.newTasks.next(name) : tasks.marks(given)
  startTask(parts, marks, { bundle, function: index, ...(trace !== undefined && { trace }) }, slots)
  return { kind: "started", task: marks.task }
}
