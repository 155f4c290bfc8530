import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Fault } from "../errors.ts"
import type { StoreUnavailable } from "../store/store.ts"
import { describeOperand } from "../value/describe.ts"
import type { Value } from "../value/value.ts"
import { bindArguments } from "./arguments.ts"
import { Beginning } from "./beginning.ts"
import { fault } from "./faults.ts"
import type { ProgramParts } from "./program.ts"
import { recover } from "./recovery.ts"
import { type NewTask, newTask } from "./start-task.ts"
import type { TaskRecord } from "./task.ts"
import { callTaskId } from "./task-id.ts"

/** A call of an exported function from outside. */
export interface CallOptions {
  /** Hash of a bundle that was installed. */
  readonly bundle: string
  /** The name under which it is exported. */
  readonly name: string
  readonly args: ReadonlyArray<Value>
  /** The caller's own name for this call. The same program, function and id are the same task, whenever they come again. */
  readonly id?: string | undefined
  /** Who calls, as a W3C `traceparent`. */
  readonly trace?: string | undefined
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
    const called = Effect.flatMap(handedOver(parts, options), ({ kind, task }) =>
      parts.handOver.durableWith({ kind, task })
    )
    return parts.scheduler.isActive ? called : Effect.andThen(recover(parts), called)
  })

const handedOver = (parts: ProgramParts, options: CallOptions): Effect.Effect<BegunCall, Fault | StoreUnavailable> =>
  Effect.callback((resume) => {
    const leave = beginCall(parts, options, resume)
    return Effect.sync(leave)
  })

/** A call of which the first commit is handed over, as the last one. */
export interface BegunCall extends Called {
  /** As it is then. */
  readonly record: TaskRecord | undefined
}

export type TellCalled = (called: Exit.Exit<BegunCall, Fault | StoreUnavailable>) => void

/**
 * `callFunction` for a callback, while tasks run; what it gives takes that back, as long as nothing was done. The task is begun in
 * its turn among those that can run: start and first segment are one commit, so that a short call is written and flushed once.
 */
export const beginCall = (parts: ProgramParts, options: CallOptions, told: TellCalled): (() => void) => {
  const beginning = new BeginningCall(parts, options, told)
  parts.scheduler.begin(beginning)
  return () => {
    beginning.isGivenUp = true
  }
}

class BeginningCall extends Beginning {
  readonly #parts: ProgramParts
  readonly #options: CallOptions
  readonly #told: TellCalled
  #callee: Callee | undefined

  constructor(parts: ProgramParts, options: CallOptions, told: TellCalled) {
    super()
    this.#parts = parts
    this.#options = options
    this.#told = told
  }

  make(): NewTask | undefined {
    this.#callee = find(this.#parts, this.#options)
    return this.#callee.new
  }

  begun(record: TaskRecord | undefined): void {
    const { new: made, task } = this.#callee!
    this.#told(Exit.succeed({ kind: made === undefined ? "joined" : "started", task, record }))
  }

  refused(refusal: Exit.Exit<never, Fault | StoreUnavailable>): void {
    this.#told(refusal)
  }
}

interface Callee {
  readonly task: string
  /** Writes it; undefined: it was there before. */
  readonly new: NewTask | undefined
}

const find = (parts: ProgramParts, { args, bundle, id, name, trace }: CallOptions): Callee => {
  const { places, tasks } = parts
  const manifest = places.manifest(bundle)
  const index = manifest?.exports.find((each) => each.name === name)?.function
  const facts = index === undefined ? undefined : manifest?.functions[index]
  if (manifest === undefined || index === undefined || facts === undefined || facts.captured > 0) {
    throw fault("no such function", `the bundle ${bundle.slice(0, 12)} exports no function ${describeOperand(name)}`)
  }
  const given = id === undefined ? undefined : callTaskId({ program: manifest.program, name, id })
  if (given !== undefined && tasks.read(given) !== undefined) return { task: given, new: undefined }
  const slots = bindArguments("call", facts, places.registry.records(bundle), args)
  const marks = given === undefined ? places.newTasks.next(name) : tasks.marks(given)
  return { task: marks.task, new: newTask(parts, marks, { bundle, function: index, trace }, slots) }
}
