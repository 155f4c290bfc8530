import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"
import { idOf } from "../bundle/extern-modules.ts"
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
import { WorkMeter } from "../value/work.ts"
import { bindArguments } from "./arguments.ts"
import { handlersAbove } from "./bus-tasks.ts"
import { cancelTask } from "./cancel.ts"
import { disownChildren } from "./children.ts"
import { type ExternCall, idempotencyKey } from "./extern-call.ts"
import { Cancelled, fault, isTooLargeForCommit } from "./faults.ts"
import { type Frame, pcStart } from "./frame.ts"
import type { Rejections } from "./inspect.ts"
import { inspectionValue } from "./inspection-value.ts"
import type { KeyValues } from "./key-values.ts"
import { PassedSteps } from "./passed-steps.ts"
import type { Places } from "./places.ts"
import { type BusBeginning, SegmentBus, type SegmentBusParts } from "./segment-bus.ts"
import type { Stack } from "./stack.ts"
import { startTask } from "./start-task.ts"
import type { Form, TaskFault, TaskOnBus, TaskRecord, Wait } from "./task.ts"
import { givenTaskId } from "./task-id.ts"
import { RunningLimits, type TaskLimit } from "./task-limits.ts"
import type { TaskMarks } from "./task-marks.ts"
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

const noneSpawned = { count: 0, last: "" }

export interface SegmentParts {
  readonly view: View
  readonly keys: Keys
  readonly tasks: TaskTable
  readonly kv: KeyValues
  readonly places: Places
  /** Why a task cannot go on although it is runnable. */
  readonly rejection: Rejections
  readonly records: (bundle: string) => RecordTypes
  /** Whether a call would be made at once. */
  readonly canBegin: (call: ExternCall) => boolean
  /** Lets the modules of the bundle be found where those of the other one are. */
  readonly shareFolder: (hash: string, other: string) => void
  readonly bus: SegmentBusParts
  readonly evaluator: Evaluator | undefined
  /** Whether a checkpoint may be passed, so that several steps are one commit. */
  readonly passesCheckpoints: boolean
  /** Shows a line that is not part of any log. */
  readonly debug: (text: string) => void
}

/** What an `atomic` goes back to. */
interface Beginning {
  readonly savepoint: Savepoint
  readonly logs: number
  readonly lines: number
  readonly remembered: TaskTable["remembered"]
  readonly spawned: Segment["spawned"]
  readonly scope: string
  /** Fuel in the meter, and fuel spent by then. */
  readonly fuel: number
  readonly spent: number
  /** How many limits the task stood in. */
  readonly limits: number
  readonly bus: BusBeginning
}

/**
 * The segment that runs now: what library functions with effects work on. A namespace has one, as its segments never
 * overlap. All that is done here goes into one write set and becomes durable with the task's frames or not at all.
 */
export class Segment {
  readonly #parts: SegmentParts
  readonly #functionName: FunctionName
  #meter = { fuel: 0 }
  /** The limits that the task stands in. */
  readonly limits = new RunningLimits()
  /** How many tasks it has spawned that are independent of it, and which one last. */
  spawned = noneSpawned
  /** What its library functions have to do. */
  readonly work = new WorkMeter(() => this.#endSoon())
  readonly bus: SegmentBus
  #record: TaskRecord | undefined
  #now = 0
  #scope = ""
  #logs = 0
  #lines: Array<LogLine> = []
  #wait: Wait | undefined
  #isFlushing = false
  /** Whether it may pass checkpoints: said by who runs it. */
  mayPass = false
  readonly #passed = new PassedSteps()
  /** Of the segment, in the writes of its commit. */
  #beginning: Savepoint = 0
  /** Frames saved since the segment began, innermost first. */
  #captured: Array<Frame> = []
  /** Where the `atomic`s around the running code began, outermost first. */
  #atomics: Array<Beginning> = []
  /** Traces of faults that a region has caught, so that they show where they came from. */
  readonly #traces = new WeakMap<Fault, TaskFault>()
  /** A fault with its trace, as the task stands now. */
  traceOf: (fault: Fault) => TaskFault = (fault) => ({
    message: fault.message,
    code: fault.code,
    data: null,
    trace: []
  })

  constructor(parts: SegmentParts) {
    this.#parts = parts
    this.#functionName = ({ bundle, index }) => functionNameOf(parts.places.facts(bundle, index))
    this.bus = new SegmentBus(parts.bus, {
      record: () => this.#running,
      now: () => this.#now,
      scope: () => this.#scope,
      wrote: () => this.wrote(),
      endSoon: () => this.#endSoon(),
      suspend: (wait) => this.suspend(wait),
      refuseInAtomic: () => this.#refuseInAtomic(),
      handlings: () => handlersAbove(parts.places, this.#running).flatMap(({ bus }) => bus?.handles ?? []),
      startForProcessor: (closure, bus, processor) => this.#startForProcessor(closure, bus, processor)
    })
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

  /** Enters a limit; yields its name, with which it is left. */
  enterLimit(given: TaskLimit["given"]): number {
    const { depth } = this.limits
    if (depth >= limits.taskLimitsMax)
      throw fault("too deep", `core/task/limit: at most ${limits.taskLimitsMax} limits inside each other`)
    this.limits.enter(given, this.#now)
    return depth
  }

  /** Suspends the task until `wait` is over. Return what this returns. */
  suspend(wait: Wait): unknown {
    this.#refuseInAtomic()
    this.#wait = wait
    return SUSPENDED
  }

  /** Suspends the task until the function of a module has yielded something. Return what this returns. */
  callExtern(call: ExternCall): unknown {
    this.#refuseInAtomic()
    const { key, name, retry = 0 } = { ...call.extern.options, name: idOf(call.extern) }
    this.tasks.saveExternCall(this.task, call)
    this.wrote()
    const isBegun = this.#parts.canBegin(call)
    return this.suspend({
      kind: "extern",
      name,
      module: call.extern.module,
      key: idempotencyKey(this.task, key),
      phase: isBegun ? "begun" : "due",
      dueAt: this.#now,
      attempt: Number(isBegun),
      attempts: retry + 1,
      lost: 0
    })
  }

  /** Ends the segment here and goes on in the next one, or passes. Return what this returns. */
  checkpoint(): unknown {
    this.#refuseInAtomic()
    if (!this.#isPassable) return SUSPENDED
    this.#passed.pass(this.writtenUnits, this.work.share)
    this.work.begin()
    this.limits.refill()
    return null
  }

  /**
   * What a short step writes is one commit with what the next one does, as nobody runs between them and no batch is made: the frames
   * are saved once for all. The next one has all the fuel and room that a segment has, so that it ends where it would have ended.
   * What touches more than keys ends here.
   */
  get #isPassable(): boolean {
    return (
      this.mayPass &&
      this.#parts.passesCheckpoints &&
      this.#passed.hasRoom({
        fuel: this.limits.share,
        written: this.writtenUnits / limits.segmentUnitsSoft,
        work: this.work.share
      }) &&
      this.limits.depth === 0 &&
      this.#lines.length === 0 &&
      this.tasks.isQuiet &&
      !this.bus.isOverfull &&
      // It is due where its segment ends.
      this.#running.cancelling === undefined
    )
  }

  /** It has come past a checkpoint: where it ends it is saved. */
  get hasPassed(): boolean {
    return this.#passed.count > 0
  }

  /** The same, and the next one begins when all that was handed over by then is durable. Return what this returns. */
  flush(): unknown {
    this.#refuseInAtomic()
    this.#isFlushing = true
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
      spawned: this.spawned,
      scope: this.#scope,
      fuel: this.#meter.fuel,
      spent: this.limits.spent,
      limits: this.limits.depth,
      bus: this.bus.beginning
    })
    if (this.#atomics.length === 1) this.limits.set(Math.min(limits.atomicFuel, this.limits.left))
    this.work.isAtomic = true
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
    this.spawned = beginning.spawned
    this.limits.leave(beginning.limits)
    this.bus.goBackTo(beginning.bus)
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
    if (!view.hasWhole(keys.bundle(compiled.hash)) || !view.hasWhole(keys.map(compiled.hash))) {
      view.put(keys.bundle(compiled.hash), bundleText(compiled))
      view.put(keys.map(compiled.hash), compiled.map)
      this.wrote()
    }
    if (compiled.manifest.externs.length > 0) this.#parts.shareFolder(compiled.hash, this.#running.bundle)
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

  /** Starts a task that runs the closure; it gets its turn when this segment is handed over. Yields its id. */
  spawn(closure: Closure, args: ReadonlyArray<Value>): string {
    const slots = this.#slots("core/task/spawn", closure, args)
    const task = this.#start(this.#newTask(closure), closure, slots)
    this.spawned = { count: this.spawned.count + 1, last: task }
    this.wrote()
    return task
  }

  /** The same once for each `id`: if there is or was a task of it, nothing is started, whatever that runs. */
  spawnAs(id: string, closure: Closure, args: ReadonlyArray<Value>): string {
    const task = givenTaskId(id)
    if (this.tasks.read(task) !== undefined) return task
    this.#start(this.tasks.marks(task), closure, this.#slots("core/task/spawn-as", closure, args))
    this.spawned = { count: this.spawned.count + 1, last: task }
    this.wrote()
    return task
  }

  /** Starts a task of each closure and suspends this one until the form is over: see children.ts. Return what this returns. */
  spawnChildren(form: Form, closures: ReadonlyArray<Closure>): unknown {
    this.#refuseInAtomic()
    const name = `core/task/${form}`
    const count = closures.length
    if (count > limits.childrenMax)
      throw fault("too many children", `${name}: at most ${limits.childrenMax} tasks at once, got ${count} functions`)
    const slots = closures.map((closure) => this.#slots(name, closure, []))
    const children: Array<string> = []
    try {
      for (const [index, closure] of closures.entries()) {
        children.push(this.#start(this.#newTask(closure), closure, slots[index]!, true))
        this.wrote()
      }
    } catch (thrown) {
      if (thrown instanceof Fault) disownChildren(this.#parts.places, this.task, children, this.#now)
      throw thrown
    }
    this.tasks.saveChildren(this.task, children)
    this.wrote()
    return this.suspend({ kind: "children", form, count, left: count })
  }

  /** False when the task has ended before. The running one ends here: then this throws `Cancelled`. */
  cancel(task: string): boolean {
    if (task === this.task) throw new Cancelled()
    const cancelled = cancelTask(this.#parts.places, task, this.#now)
    this.wrote()
    return cancelled !== undefined
  }

  /** What is known of the task, as a map; of the running one, its frames where it has waited last. Undefined: there is none. */
  inspect(task: string): Value | undefined {
    const record = this.tasks.seen(task)
    const { places, rejection } = this.#parts
    return record && inspectionValue(places, record, rejection)
  }

  /** To be called behind all that the program writes: a segment that has written much ends at its next fuel point. Throws
   * `Fault` when there has been none for too long. */
  wrote(): void {
    this.endSoonIfLarge()
    if (this.writtenUnits - this.#passed.units <= limits.segmentUnitsMax) return
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
    if (this.#lines.length > 0) this.#lines = []
    this.#wait = undefined
    this.#isFlushing = false
    this.#passed.begin(this.writtenUnits)
    this.#beginning = this.#parts.view.begin()
    if (this.#captured.length > 0) this.#captured = []
    if (this.#atomics.length > 0) this.#atomics = []
    this.spawned = noneSpawned
    this.limits.begin(record.limits, meter)
    this.bus.begin()
    this.work.isAtomic = false
  }

  /** Drops all that the segment has done. What is written before it is kept, as is what is part of its commit: that has left
   * nothing to be done for after the hand-over. */
  abandon(): void {
    this.#parts.view.rollback(this.#beginning)
    this.#parts.tasks.takePending()
    this.#parts.tasks.takeEnded()
    this.#parts.bus.taps.forgetSince(0)
    this.begin(this.#running, this.#now, this.#meter)
  }

  /** UTF-16 units of keys and payloads. */
  get writtenUnits(): number {
    return this.#parts.view.writtenUnits
  }

  endSoonIfLarge(): void {
    if (this.share > 1 || this.bus.isOverfull) this.#endSoon()
  }

  #endSoon(): void {
    if (this.#atomics.length === 0 && this.#meter.fuel > 0) this.limits.set(0)
  }

  /** How much it has written or done since it passed a checkpoint; 1: as much as one segment should. */
  get share(): number {
    return Math.max((this.writtenUnits - this.#passed.units) / limits.segmentUnitsSoft, this.work.share)
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
      // A loop that counts its fuel in a local has not given it back.
      if (this.#meter.fuel >= 0) this.#meter.fuel = -1
      const exceeded = this.limits.exceeded(this.#now)
      if (exceeded !== undefined) throw exceeded
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
    this.#isFlushing = false
  }

  /** Whether a region of the program may catch it. What the segment begins again for goes past all of them. */
  isCatchable(thrown: unknown): thrown is Fault | Cancelled {
    if (thrown instanceof Cancelled) return true
    return thrown instanceof Fault && !(this.work.canBeginAgain && isTooLargeForCommit(thrown))
  }

  /** The fault with its trace, found when it is asked for first. */
  trace(thrown: Fault): TaskFault {
    const known = this.#traces.get(thrown)
    if (known !== undefined) return known
    const traced = this.traceOf(thrown)
    this.#traces.set(thrown, traced)
    return traced
  }

  /** Puts the frames saved so far onto the stack, the innermost on top, and forgets them. */
  moveCaptured(stack: Pick<Stack, "push">): void {
    for (let frame = this.#captured.pop(); frame !== undefined; frame = this.#captured.pop()) stack.push(frame)
  }

  get wait(): Wait | undefined {
    return this.#wait
  }
  /** Its next segment waits for what this one has done to be durable. */
  get isFlushing(): boolean {
    return this.#isFlushing
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
    this.work.isAtomic = this.#atomics.length > 0
    if (this.#atomics.length === 0) this.limits.set(beginning.fuel - (this.limits.spent - beginning.spent))
    return beginning
  }

  #refuseInAtomic(): void {
    if (this.#atomics.length > 0)
      throw fault("waits in atomic", "atomic: nothing inside may wait, as all of it happens at once or not at all")
  }

  /** What the closure's first frame holds. A fault unless it takes these arguments. */
  #slots(caller: string, closure: Closure, args: ReadonlyArray<Value>): ReadonlyArray<Value> {
    const { places, records } = this.#parts
    const facts = places.facts(closure.bundle, closure.index)
    const bound = facts === undefined ? args : bindArguments(caller, facts, records(closure.bundle), args)
    return [...closure.captured, ...bound]
  }

  #startForProcessor(closure: Closure, bus: TaskOnBus, processor: number): string {
    const slots = this.#slots("core/expr/proc", closure, [])
    const marks = this.#newTask(closure)
    const facts = { bundle: closure.bundle, function: closure.index, kvPrefix: this.#scope, parent: this.task }
    const wait: Wait = { kind: "turn", processor }
    startTask({ places: this.#parts.places, now: () => this.#now }, marks, { ...facts, bus, wait }, slots)
    this.spawned = { count: this.spawned.count + 1, last: marks.task }
    return marks.task
  }

  #newTask(closure: Closure): TaskMarks {
    const { places } = this.#parts
    return places.newTasks.next(places.taskName(closure.bundle, closure.index) ?? "task")
  }

  #start(marks: TaskMarks, closure: Closure, slots: ReadonlyArray<Value>, isChild = false): string {
    const facts = { bundle: closure.bundle, function: closure.index, kvPrefix: this.#scope, isChild }
    startTask({ places: this.#parts.places, now: () => this.#now }, marks, { ...facts, parent: this.task }, slots)
    return marks.task
  }
}

/** How a function is called in print: a closure has no name, so it gets its place. Undefined when its bundle is lost. */
export const functionNameOf = (facts: FunctionFacts | undefined): string | undefined =>
  facts?.name === "fn" ? `${facts.position.line}:${facts.position.column}` : facts?.name
