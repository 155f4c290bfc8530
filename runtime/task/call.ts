import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Fault } from "../errors.ts"
import { StoreUnavailable } from "../store/store.ts"
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
 * its turn: start and first segment are one commit, so that a short call is written and flushed once. What cannot be, and what was
 * called before, is told at once.
 */
export const beginCall = (parts: ProgramParts, options: CallOptions, told: TellCalled): (() => void) => {
  let callee: Callee
  try {
    callee = find(parts, options)
    if (isThere(parts, callee)) return toldNow(told, Exit.succeed(joined(callee.given)))
  } catch (thrown) {
    const isKnown = thrown instanceof Fault || thrown instanceof StoreUnavailable
    return toldNow(told, isKnown ? Exit.fail(thrown) : Exit.die(thrown))
  }
  const beginning = new BeginningCall(parts, callee, told)
  parts.scheduler.begin(beginning)
  return () => {
    beginning.isGivenUp = true
  }
}

const toldNow = (told: TellCalled, exit: Parameters<TellCalled>[0]): (() => void) => {
  told(exit)
  return () => undefined
}

class BeginningCall extends Beginning {
  readonly isWritten = false
  readonly #parts: ProgramParts
  readonly #callee: Callee
  readonly #told: TellCalled
  #task: NewTask | undefined

  constructor(parts: ProgramParts, callee: Callee, told: TellCalled) {
    super()
    this.#parts = parts
    this.#callee = callee
    this.#told = told
  }

  make(): NewTask | undefined {
    // It may have been called since.
    this.#task = isThere(this.#parts, this.#callee) ? undefined : newCall(this.#parts, this.#callee)
    return this.#task
  }

  begun(record: TaskRecord | undefined): void {
    const task = this.#task?.record.id
    this.#told(Exit.succeed(task === undefined ? joined(this.#callee.given!) : { kind: "started", task, record }))
  }

  refused(refusal: Exit.Exit<never, Fault | StoreUnavailable>): void {
    this.#told(refusal)
  }
}

/** What is called, with what. */
interface Callee {
  readonly bundle: string
  readonly function: number
  readonly name: string
  readonly slots: ReadonlyArray<Value>
  readonly trace: string | undefined
  /** The id that follows from the caller's own. */
  readonly given: string | undefined
}

const find = ({ places }: ProgramParts, { args, bundle, id, name, trace }: CallOptions): Callee => {
  const manifest = places.manifest(bundle)
  const index = manifest?.exports.find((each) => each.name === name)?.function
  const facts = index === undefined ? undefined : manifest?.functions[index]
  if (manifest === undefined || index === undefined || facts === undefined || facts.captured > 0) {
    throw fault("no such function", `the bundle ${bundle.slice(0, 12)} exports no function ${describeOperand(name)}`)
  }
  const given = id === undefined ? undefined : callTaskId({ program: manifest.program, name, id })
  const slots = bindArguments("call", facts, places.registry.records(bundle), args)
  return { bundle, function: index, name, slots, trace, given }
}

/** It was called before. */
const isThere = ({ tasks }: ProgramParts, callee: Callee): callee is Callee & { readonly given: string } =>
  callee.given !== undefined && tasks.read(callee.given) !== undefined

const joined = (task: string): BegunCall => ({ kind: "joined", task, record: undefined })

const newCall = (parts: ProgramParts, { bundle, function: index, given, name, slots, trace }: Callee): NewTask => {
  const { places, tasks } = parts
  const marks = given === undefined ? places.newTasks.next(name) : tasks.marks(given)
  return newTask(parts, marks, { bundle, function: index, trace }, slots)
}
