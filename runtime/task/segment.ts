import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"
import type { Evaluator } from "../evaluator.ts"
import { limits } from "../limits.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { encode } from "../value/codec.ts"
import { display, type FunctionName } from "../value/print.ts"
import type { Closure, Value } from "../value/value.ts"
import { fault } from "./faults.ts"
import { type Frame, pcStart } from "./frame.ts"
import type { KeyValues } from "./key-values.ts"
import { Stack } from "./stack.ts"
import type { TaskRecord, Wait } from "./task.ts"
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
  readonly evaluator: Evaluator | undefined
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
    this.#wait = wait
    return SUSPENDED
  }

  /** Ends the segment here and goes on in the next one. Return what this returns. */
  checkpoint(): unknown {
    return SUSPENDED
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
    if (facts !== undefined) checkArity("core/task/spawn", facts, args.length)
    const { view, keys, tasks } = this.#parts
    const record = newRecord({
      id: newTaskId(view, keys, facts?.name ?? "task"),
      bundle: closure.bundle,
      function: closure.index,
      now: this.#now,
      kvPrefix: this.#scope,
      parent: this.task
    })
    this.#writeFirstFrame(record, [...closure.captured, ...args])
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
    if (this.writtenUnits > limits.segmentUnitsSoft && this.#meter.fuel > 0) this.#meter.fuel = 0
  }

  save(frame: Frame): unknown {
    this.#captured.push(frame)
    return SUSPENDED
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

  #writeFirstFrame(record: TaskRecord, slots: ReadonlyArray<Value>): void {
    const stack = new Stack({ ...this.#parts, task: record.id, depth: 0, names: this.#parts.slotNames })
    stack.push({ bundle: record.bundle, function: record.function, pc: pcStart, slots })
    stack.prepare()()
  }
}

/** How a function is called in print: a closure has no name, so it gets its place. Undefined when its bundle is lost. */
export const functionNameOf = (facts: FunctionFacts | undefined): string | undefined =>
  facts?.name === "fn" ? `${facts.position.line}:${facts.position.column}` : facts?.name

/** A fault unless the function takes `count` arguments. Its message names those it takes. */
export const checkArity = (caller: string, facts: FunctionFacts, count: number): void => {
  const params = facts.params.slice(facts.captured)
  if (params.length === count) return
  const names = params.length === 0 ? "no arguments" : params.map((param) => `\`${param.name}\``).join(", ")
  throw fault("arity", `${caller}: \`${facts.name}\` takes ${params.length} (${names}), got ${count}`)
}
