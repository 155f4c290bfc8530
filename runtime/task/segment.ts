import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"
import { bundleText } from "../bundle/registry.ts"
import { Fault } from "../errors.ts"
import type { Evaluator } from "../evaluator.ts"
import { limits } from "../limits.ts"
import type { Keys } from "../store/keys.ts"
import type { Savepoint, View } from "../store/view.ts"
import { encode } from "../value/codec.ts"
import { display, type FunctionName, print } from "../value/print.ts"
import type { RecordTypes } from "../value/types.ts"
import { type Closure, ErrorValue, type Value } from "../value/value.ts"
import { bindArguments } from "./arguments.ts"
import { Cancelled, fault, isTooLargeForCommit } from "./faults.ts"
import { type Frame, pcStart } from "./frame.ts"
import type { KeyValues } from "./key-values.ts"
import { Stack } from "./stack.ts"
import type { TaskFault, TaskRecord, Wait } from "./task.ts"
import { newTaskId } from "./task-id.ts"
import { newRecord } from "./task-record.ts"
import type { TaskTable } from "./task-table.ts"

/** What a library function and compiled code return when the task must wait; the frames are saved by then. */
export const SUSPENDED: unique symbol = Symbol("SUSPENDED")

/** One line for the task's log, shown once its commit is durable. */
export interface LogLine {
  readonly task: string
  readonly text: string
}

export interface LogEntry {
  readonly at: number
  readonly text: string
}

export const decodeLogEntry = (text: string): LogEntry => JSON.parse(text) as LogEntry

export interface SegmentParts {
  readonly view: View
  readonly keys: Keys
  readonly tasks: TaskTable
  readonly kv: KeyValues
  readonly facts: (bundle: string, index: number) => FunctionFacts | undefined
  readonly slotNames: (frame: Frame) => ReadonlyArray<string>
  readonly placeInWords: (frame: Frame) => string
  readonly records: (bundle: string) => RecordTypes
  readonly evaluator: Evaluator | undefined
  /** Shows a line that is not part of any log. */
  readonly debug: (text: string) => void
}

/** What an `atomic` goes back to. */
interface Beginning {
  readonly savepoint: Savepoint
  readonly logs: number
  readonly lines: number
  readonly remembered: TaskTable["remembered"]
  readonly scope: string
  readonly fuel: number
}

/**
 * The segment that runs now: what library functions with effects work on. A namespace has one, as its segments never
 * overlap. All that is done here goes into one write set and becomes durable with the task's frames or not at all.
 */
export class Segment {
  readonly #parts: SegmentParts
  readonly #functionName: FunctionName
  #meter = { fuel: 0 }
  #record: TaskRecord | undefined
  #now = 0
  #scope = ""
  #logs = 0
  #lines: Array<LogLine> = []
  #wait: Wait | undefined
  /** Frames saved since the segment began, innermost first. */
  #captured: Array<Frame> = []
  /** Where the `atomic`s around the running code began, outermost first. */
  #atomics: Array<Beginning> = []
  /** Traces of faults that a region has caught, so that they show where they came from. */
  readonly #traces = new WeakMap<Fault, TaskFault>()
  /** It may be dropped and begun again with less fuel. */
  mayBeginAgain = false
  /** A fault with its trace, as the task stands now. */
  traceOf: (fault: Fault) => TaskFault = (fault) => ({
    message: fault.message,
    code: fault.code,
    data: null,
    trace: []
  })

  constructor(parts: SegmentParts) {
    this.#parts = parts
    this.#functionName = ({ bundle, index }) => functionNameOf(parts.facts(bundle, index))
  }

  // For library functions.

  get kv(): KeyValues {
    return this.#parts.kv
  }
  get tasks(): TaskTable {
    return this.#parts.tasks
  }
  get evaluator(): Evaluator | undefined {
    return this.#parts.evaluator
  }
  /** The id of the running task. */
  get task(): string {
    return this.#running.id
  }
  /** The time at which the segment began, in ms since 1970. */
  get now(): number {
    return this.#now
  }
  /** The prefix that `core/kv/scope` puts before every key. */
  get scope(): string {
    return this.#scope
  }

  enterScope(scope: string): void {
    this.#scope = scope
  }

  /** Suspends the task until `wait` is over. Return what this returns. */
  suspend(wait: Wait): unknown {
    this.#refuseInAtomic()
    this.#wait = wait
    return SUSPENDED
  }

  /** Ends the segment here and goes on in the next one. Return what this returns. */
  checkpoint(): unknown {
    this.#refuseInAtomic()
    return SUSPENDED
  }

  /** From here on everything can be undone, and nothing may wait. */
  beginAtomic(): void {
    const { view, tasks } = this.#parts
    this.#atomics.push({
      savepoint: view.begin(),
      logs: this.#logs,
      lines: this.#lines.length,
      remembered: tasks.remembered,
      scope: this.#scope,
      fuel: this.#meter.fuel
    })
    if (this.#atomics.length === 1) this.#meter.fuel = limits.atomicFuel
  }

  endAtomic(): void {
    this.#leaveAtomic()
    this.endSoonIfLarge()
  }

  /** Undoes what was done since the innermost `beginAtomic`: writes, log lines, tasks. */
  undoAtomic(): void {
    const beginning = this.#leaveAtomic()
    this.#parts.view.rollback(beginning.savepoint)
    this.#parts.tasks.forgetSince(beginning.remembered)
    this.#logs = beginning.logs
    this.#lines.length = beginning.lines
    this.#scope = beginning.scope
  }

  /** Compiles the text and runs it as a call of this task. Return what this returns: an error value when it does not
   * compile. */
  evaluate(text: string): unknown {
    const { evaluator, view, keys } = this.#parts
    if (evaluator === undefined) return new ErrorValue("no compiler is present to evaluate the text with")
    if (text.length > limits.evalUnitsMax)
      return new ErrorValue(`the text has more than ${limits.evalUnitsMax} characters`)
    const compiled = evaluator.compile(text)
    if (typeof compiled === "string") return new ErrorValue(compiled)
    if (!view.has(keys.bundle(compiled.hash)) || !view.has(keys.map(compiled.hash))) {
      view.put(keys.bundle(compiled.hash), bundleText(compiled))
      view.put(keys.map(compiled.hash), compiled.map)
      this.wrote()
    }
    this.#refuseInAtomic()
    this.save({ bundle: compiled.hash, function: 0, pc: pcStart, slots: [] })
    return this.suspend({ kind: "load", bundle: compiled.hash })
  }

  /** Shows a line at once, outside the log and past no gate. */
  debug(place: string, values: ReadonlyArray<Value>): void {
    this.#parts.debug(`${place}: ${values.map((value) => print(value, this.#functionName)).join(" ")}`)
  }

  /** Adds a line to the task's log. */
  log(values: ReadonlyArray<Value>): void {
    const text = values.map((value) => display(value, this.#functionName)).join(" ")
    encode(text)
    if (this.#lines.length >= limits.outputsPerCommitMax) {
      throw fault(
        "too many lines",
        `log: at most ${limits.outputsPerCommitMax} lines between two checkpoints: put a (core/task/checkpoint) between them`
      )
    }
    const entry: LogEntry = { at: this.#now, text }
    this.#parts.view.put(this.#parts.keys.log(this.task, this.#logs), JSON.stringify(entry), entry)
    this.#lines.push({ task: this.task, text })
    this.#logs++
    this.wrote()
  }

  /** Starts a task that runs the closure; it gets its fiber when this segment is handed over. Yields its id. */
  spawn(closure: Closure, args: ReadonlyArray<Value>): string {
    const facts = this.#parts.facts(closure.bundle, closure.index)
    const { view, keys, tasks } = this.#parts
    const bound = this.#bind("core/task/spawn", closure, args)
    const record = newRecord({
      id: newTaskId(view, keys, facts?.name ?? "task"),
      bundle: closure.bundle,
      function: closure.index,
      now: this.#now,
      kvPrefix: this.#scope,
      parent: this.task
    })
    this.#writeFirstFrame(record, [...closure.captured, ...bound])
    tasks.save(undefined, record)
    tasks.note(record, [{ type: "run" }], this.#now)
    this.wrote()
    return record.id
  }

  /** To be called behind all that the program writes: a segment that has written much ends at its next fuel point. Throws
   * `Fault` when there has been none for too long. */
  wrote(): void {
    this.endSoonIfLarge()
    if (this.writtenUnits <= limits.segmentUnitsMax) return
    throw fault(
      "too much written",
      `at most ${limits.segmentUnitsMax} characters of keys and values can be written between two checkpoints: put a (core/task/checkpoint) between the writes`
    )
  }

  // For the driver and the intrinsics.

  /** `fuel` of the meter is what the segment may still do. */
  begin(record: TaskRecord, now: number, meter: { fuel: number }): void {
    this.#meter = meter
    this.#record = record
    this.#now = now
    this.#scope = record.kvPrefix
    this.#logs = record.logs
    this.#lines = []
    this.#wait = undefined
    this.#captured = []
    this.#atomics = []
  }

  /** Drops all that the segment has done. */
  abandon(): void {
    this.#parts.view.rollback()
    this.#parts.tasks.takePending()
    this.begin(this.#running, this.#now, this.#meter)
  }

  /** UTF-16 units of keys and payloads. */
  get writtenUnits(): number {
    return this.#parts.view.writtenUnits
  }

  endSoonIfLarge(): void {
    if (this.#atomics.length > 0) return
    if (this.writtenUnits > limits.segmentUnitsSoft && this.#meter.fuel > 0) this.#meter.fuel = 0
  }

  get isInAtomic(): boolean {
    return this.#atomics.length > 0
  }

  save(frame: Frame): unknown {
    this.refuseToSave()
    this.#captured.push(frame)
    return SUSPENDED
  }

  /** A fault inside an `atomic`: it has run out of fuel. */
  refuseToSave(): void {
    if (this.#atomics.length > 0) {
      throw fault(
        "endless atomic",
        `atomic: more than ${limits.atomicFuel} loop turns and calls, and nothing can interrupt them`
      )
    }
  }

  /** What was saved for a wait that does not come about. */
  forgetSuspension(): void {
    this.#captured = []
    this.#wait = undefined
  }

  /** Whether a region of the program may catch it. What the segment begins again for goes past all of them. */
  isCatchable(thrown: unknown): thrown is Fault | Cancelled {
    if (thrown instanceof Cancelled) return true
    return thrown instanceof Fault && !(this.mayBeginAgain && isTooLargeForCommit(thrown))
  }

  /** The fault with its trace, found when it is asked for first. */
  trace(thrown: Fault): TaskFault {
    const known = this.#traces.get(thrown)
    if (known !== undefined) return known
    const traced = this.traceOf(thrown)
    this.#traces.set(thrown, traced)
    return traced
  }

  /** The frames saved so far, innermost first, and forgets them. */
  takeCaptured(): ReadonlyArray<Frame> {
    const captured = this.#captured
    this.#captured = []
    return captured
  }

  get wait(): Wait | undefined {
    return this.#wait
  }
  get logs(): number {
    return this.#logs
  }
  get lines(): ReadonlyArray<LogLine> {
    return this.#lines
  }

  get #running(): TaskRecord {
    if (this.#record === undefined) throw new Error("no segment runs")
    return this.#record
  }

  #leaveAtomic(): Beginning {
    const beginning = this.#atomics.pop()
    if (beginning === undefined) throw new Error("no atomic has begun")
    if (this.#atomics.length === 0) this.#meter.fuel += beginning.fuel - limits.atomicFuel
    return beginning
  }

  #refuseInAtomic(): void {
    if (this.#atomics.length > 0)
      throw fault("waits in atomic", "atomic: nothing inside may wait, as all of it happens at once or not at all")
  }

  #bind(caller: string, closure: Closure, args: ReadonlyArray<Value>): ReadonlyArray<Value> {
    const facts = this.#parts.facts(closure.bundle, closure.index)
    return facts === undefined ? args : bindArguments(caller, facts, this.#parts.records(closure.bundle), args)
  }

  #writeFirstFrame(record: TaskRecord, slots: ReadonlyArray<Value>): void {
    const stack = new Stack({
      ...this.#parts,
      task: record.id,
      depth: 0,
      names: this.#parts.slotNames,
      place: this.#parts.placeInWords
    })
    stack.push({ bundle: record.bundle, function: record.function, pc: pcStart, slots })
    stack.prepare()()
  }
}

/** How a function is called in print: a closure has no name, so it gets its place. Undefined when its bundle is lost. */
export const functionNameOf = (facts: FunctionFacts | undefined): string | undefined =>
  facts?.name === "fn" ? `${facts.position.line}:${facts.position.column}` : facts?.name
