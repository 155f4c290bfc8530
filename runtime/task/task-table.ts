import { limits } from "../limits.ts"
import type { Bookmark } from "../store/entry.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { ErrorValue, type Value } from "../value/value.ts"
import { orDamageFault, unlessDamaged } from "./damage.ts"
import { decodeCall, type ExternCall, encodeCall } from "./extern-call.ts"
import type { Frame } from "./frame.ts"
import type { Observer } from "./observer.ts"
import { isPlain } from "./plain-value.ts"
import type { NewTask } from "./start-task.ts"
import {
  type Action,
  dueOf,
  externDueOf,
  isAnnouncing,
  isEnded,
  isOver,
  isRunnable,
  leavesNothing,
  type Outcome,
  type TaskEvent,
  type TaskRecord,
  transition,
  type Wait
} from "./task.ts"
import { isGivenId, removedCounter, wasRemoved } from "./task-id.ts"
import { TaskMarks } from "./task-marks.ts"
import { decodeRecord, encodeRecord } from "./task-record.ts"
import { decodeTimeline, encodeTimeline, joined, type Timeline } from "./timeline.ts"

/** An action that waits for the commit it belongs to: carried out once that is handed over. */
export interface PendingAction {
  readonly task: string
  readonly action: Exclude<Action, { readonly type: "announce" | "discard" }>
  /** Of a task that the commit begins: it may go on with these. */
  readonly begun?: NewTask | undefined
}

/** The bus hears of changes of tasks as they are written, and does what follows from them in the same commit. */
export interface BusHooks {
  /** Yields the record with what has become of the event that the task was to handle. */
  readonly ended: (record: TaskRecord, now: number) => TaskRecord
  /** It does not wait for an event any more. */
  readonly leftAwait: (task: string, consumer: number) => void
  /** It waits for room in the event queue from now on. */
  readonly waitsForRoom: (record: TaskRecord) => void
}

/**
 * The tasks of a namespace as the current write set has them. Whatever changes a record goes through `save`, which
 * keeps the two indexes, of runnable tasks and of timers, equal to what the record says.
 */
export class TaskTable {
  readonly #view: View
  readonly #keys: Keys
  readonly #joinersPerCommit: number
  readonly #traceOf: Observer["traceOf"] | undefined
  #pending: Array<PendingAction> = []
  #ended: Array<TaskRecord> = []
  #running: TaskRecord | undefined
  /** Of the running one, while nothing of it is written. */
  #unwritten: Frame | undefined
  #bus: BusHooks | undefined

  constructor(view: View, keys: Keys, joinersPerCommit: number, traceOf?: Observer["traceOf"]) {
    this.#view = view
    this.#keys = keys
    this.#joinersPerCommit = joinersPerCommit
    this.#traceOf = traceOf
  }

  /** To be called once, before any task is changed. */
  connect(bus: BusHooks): void {
    this.#bus = bus
  }

  /** Undefined: nothing is written of it, as of the running one in the first segment of a call. */
  read(task: string): TaskRecord | undefined {
    const key = this.#keys.task(task)
    if (this.#running === undefined || this.#running.id === task) return this.#view.read(key, decodeRecord)
    // Another task that is damaged is no reason for the running one to stand still.
    return orDamageFault(this.#keys, () => this.#view.read(key, decodeRecord))
  }

  /** For who reads and writes that task again and again. */
  marks(task: string): TaskMarks {
    return new TaskMarks(this.#keys, task)
  }

  /** The record at that bookmark. Only between segments. */
  readAt(at: Bookmark): TaskRecord | undefined {
    return this.#view.readAt(at, decodeRecord)
  }

  /** Whether the task is not there because it has ended and was removed. */
  wasRemoved(task: string): boolean {
    return wasRemoved(this.#view, this.#keys, task) && this.read(task) === undefined
  }

  /** Says whose segment runs, with the record that it runs with; undefined when it has ended. `unwritten`: its first frame, if
   * nothing of it is written. */
  setRunning(record: TaskRecord | undefined, unwritten?: Frame): void {
    this.#running = record
    this.#unwritten = unwritten
  }

  /** The first frame of a task that runs before anything of it is written. */
  unwritten(task: string): Frame | undefined {
    return this.#running?.id === task ? this.#unwritten : undefined
  }

  /** The task as the program sees it. The write set has the running one as it was before: that it has started or was woken
   * is written with what it does next. */
  seen(task: string): TaskRecord | undefined {
    return this.#running?.id === task ? this.#running : this.read(task)
  }

  /** What a task carries as its `trace` that `parent` starts in its segment. */
  traceBelow(parent: string | undefined): string | undefined {
    const running = this.#running
    if (running === undefined || running.id !== parent) return undefined
    return this.#traceOf?.(running) ?? running.trace
  }

  /** Writes what differs, and yields the record as it stands then. A value that cannot be stored is a fault, and then nothing has
   * been written. */
  save(before: TaskRecord | undefined, next: TaskRecord, marks: TaskMarks = this.marks(next.id)): TaskRecord {
    if (before !== undefined && isSameRecord(before, next)) return next
    const isLong = next.timeline.length > limits.timelineRecentMax && !isEnded(next.state)
    const after = isLong ? { ...next, timeline: next.timeline.slice(-1), hasOlder: true } : next
    this.#write(before, after, marks)
    // Behind what may fault.
    if (isLong) this.#putOlder(next)
    else if (before?.hasOlder === true && (!after.hasOlder || leavesNothing(after)))
      this.#view.delete(this.#keys.timeline(after.id))
    return after
  }

  /** What is known of its timeline. Older entries that are damaged count as forgotten. */
  timeline({ hasOlder, id, timeline }: TaskRecord): Timeline {
    const older = hasOlder && unlessDamaged(() => this.#view.read(this.#keys.timeline(id), decodeTimeline))
    return joined(older || [], timeline)
  }

  #putOlder(record: TaskRecord): void {
    const older = this.timeline(record).slice(0, -1)
    this.#view.put(this.#keys.timeline(record.id), encodeTimeline(older), older)
  }

  #write(before: TaskRecord | undefined, after: TaskRecord, marks: TaskMarks): void {
    if (leavesNothing(after)) this.#remove(marks)
    else if (isPlainRecord(after)) this.#view.putLaterAt(marks.record, after, encodeLater, unitsOfPlain(after))
    else this.#view.putAt(marks.record, encodeRecord(after), after)
    // Who has called it from outside is told; only those who were started by a task are joined by others.
    if (after.parent === undefined && isOver(after)) this.#view.letPass(marks.record)
    this.#index(before !== undefined && isRunnable(before), isRunnable(after), marks)
    this.#timer(before, after)
    if (isOver(after) && !(before !== undefined && isOver(before)) && !isGivenId(after.id) && !leavesNothing(after))
      this.#view.putIndex(this.#keys.ended(after.since, after.id))
    if (before?.wait?.kind === "children" && after.wait?.kind !== "children") this.forgetChildren(after.id)
    this.#externDue(before, after)
    if (before?.wait?.kind === "extern" && after.wait?.kind !== "extern") this.forgetExternCall(after.id)
    if (before?.wait !== after.wait) this.#waits(before?.wait, after)
  }

  /** What the bus keeps for a wait begins and ends with it. */
  #waits(before: Wait | undefined, after: TaskRecord): void {
    if (before?.kind === "event") this.#bus?.leftAwait(after.id, before.consumer)
    if (before?.kind === "room") this.#view.delete(this.#keys.room(before.number))
    if (after.wait?.kind !== "room") return
    this.#view.put(this.#keys.room(after.wait.number), after.id, after.id)
    this.#bus?.waitsForRoom(after)
  }

  #remove({ record }: TaskMarks): void {
    this.#view.deleteAt(record)
    const counter = this.#keys.counter(removedCounter)
    const removed = (this.#view.read(counter, Number) ?? 0) + 1
    this.#view.put(counter, String(removed), removed)
  }

  /** The children of the form that the task waits in, in the order of its functions. */
  children(task: string): ReadonlyArray<string> {
    return this.#view.read(this.#keys.children(task), asIds) ?? []
  }

  saveChildren(task: string, ids: ReadonlyArray<string>): void {
    this.#view.put(this.#keys.children(task), JSON.stringify(ids), ids)
  }

  forgetChildren(task: string): void {
    this.#view.delete(this.#keys.children(task))
  }

  /** The extern call that the task waits for. */
  externCall(task: string): ExternCall | undefined {
    return this.#view.read(this.#keys.externCall(task), decodeCall)
  }

  /** Throws `Fault` for arguments that cannot be stored. */
  saveExternCall(task: string, call: ExternCall): void {
    this.#view.put(this.#keys.externCall(task), encodeCall(call), call)
  }

  forgetExternCall(task: string): void {
    this.#view.delete(this.#keys.externCall(task))
  }

  /** Applies an event that comes from outside the task, such as a resume; saves the result and remembers what is to be
   * done about it. Undefined: there is no such task. The running one waits for nothing any more, whatever the write set says. */
  apply(task: string, event: TaskEvent, now: number): Outcome | undefined {
    const before = this.seen(task)
    if (before === undefined) return undefined
    const outcome = transition(before, event, now)
    if ("refused" in outcome) return outcome
    const after = this.save(before, outcome.record)
    return { ...outcome, record: this.note(after, outcome.actions, now) }
  }

  /** Remembers the actions for after the hand-over. The form that an ended task belongs to counts it right here, in the same
   * commit, and who joins it is woken; of very many some are left for commits of their own. Yields the record as it is then. */
  note(record: TaskRecord, actions: ReadonlyArray<Action>, now: number, begun?: NewTask): TaskRecord {
    let noted = record
    for (const action of actions) {
      if (action.type === "announce") {
        noted = this.wakeJoiners(record, now)
        this.#countInForm(record, now)
        if (isAnnouncing(noted)) this.#pending.push({ task: record.id, action: { type: "run" } })
      } else if (action.type !== "discard") this.#pending.push({ task: record.id, action, begun })
    }
    if (!isEnded(noted.state)) return noted
    noted = this.#bus?.ended(noted, now) ?? noted
    this.#ended.push(noted)
    return noted
  }

  /** How much is remembered for after the hand-over; `forgetSince` drops what came later. */
  get remembered(): { readonly pending: number; readonly ended: number } {
    return { pending: this.#pending.length, ended: this.#ended.length }
  }

  /** Nothing is remembered: the write set changes nothing for another task. */
  get isQuiet(): boolean {
    return this.#pending.length === 0 && this.#ended.length === 0
  }

  forgetSince(mark: { readonly pending: number; readonly ended: number }): void {
    this.#pending.length = mark.pending
    this.#ended.length = mark.ended
  }

  takePending(): ReadonlyArray<PendingAction> {
    const pending = this.#pending
    if (pending.length > 0) this.#pending = []
    return pending
  }

  /** The tasks that end with the commit. */
  takeEnded(): ReadonlyArray<TaskRecord> {
    const ended = this.#ended
    if (ended.length > 0) this.#ended = []
    return ended
  }

  /**
   * Puts `task` on the list of those who join `target`. The list is linked through its own records, newest first, because
   * a segment can read single keys only; the oldest has none, so that a single joiner costs nothing but its name in the target's
   * record. An entry stays when its task stops waiting (time limit, cancellation): it is skipped and removed when the target
   * ends, and used again when the task joins again; the oldest then gets a record too, and stands in the list twice.
   */
  addJoiner(target: TaskRecord, task: string): { readonly isFirst: boolean } {
    const isFirst = target.joiner === undefined
    if (target.joiner === task) return { isFirst }
    if (target.joiner !== undefined) {
      const key = this.#keys.joiner(target.id, task)
      if (this.#view.read(key, asText) !== undefined) return { isFirst }
      this.#view.put(key, target.joiner, target.joiner)
    }
    this.save(target, { ...target, joiner: task })
    return { isFirst }
  }

  /** Wakes those who joined the ended task, as many as one commit takes. Yields its record, which names the next one. */
  wakeJoiners(target: TaskRecord, now: number): TaskRecord {
    if (target.joiner === undefined) return target
    const value = joinValue(target)
    let joiner: string | undefined = target.joiner
    for (let count = 0; joiner !== undefined && count < this.#joinersPerCommit; count++) {
      // One that cannot be read stands still anyway.
      const joining: string = joiner
      const wait = unlessDamaged(() => this.read(joining))?.wait
      const isWaiting = wait?.kind === "join" && wait.task === target.id
      const next = isWaiting && wait.isFirst === true ? undefined : this.#takeJoiner(target.id, joining)
      if (isWaiting) this.apply(joiner, { type: "woke", value }, now)
      joiner = next === "" ? undefined : next
      if (this.#view.writtenUnits >= limits.segmentUnitsSoft) break
    }
    return this.save(target, { ...target, joiner })
  }

  /** Takes the task off the list of those who join `target`; yields the one who did before, an empty text or none at its end. */
  #takeJoiner(target: string, task: string): string | undefined {
    const key = this.#keys.joiner(target, task)
    const next = this.#view.read(key, asText)
    if (next !== undefined) this.#view.delete(key)
    return next
  }

  #countInForm({ id, isChild, parent, state }: TaskRecord, now: number): void {
    if (!isChild || parent === undefined || unlessDamaged(() => this.read(parent)) === undefined) return
    this.apply(parent, { type: "child ended", child: id, state }, now)
  }

  #timer(before: TaskRecord | undefined, after: TaskRecord): void {
    const was = before && dueOf(before)
    const is = dueOf(after)
    if (was === is) return
    if (was !== undefined) this.#view.delete(this.#keys.timer(was, after.id))
    if (is !== undefined) this.#view.put(this.#keys.timer(is, after.id), "", "")
  }

  #externDue(before: TaskRecord | undefined, after: TaskRecord): void {
    const was = before && externDueOf(before)
    const is = externDueOf(after)
    if (was === is) return
    if (was !== undefined) this.#view.delete(this.#keys.externDue(was, after.id))
    if (is !== undefined) this.#view.put(this.#keys.externDue(is, after.id), "", "")
  }

  #index(was: boolean, is: boolean, { runnable }: TaskMarks): void {
    if (is && !was) this.#view.putIndexAt(runnable)
    else if (was && !is) this.#view.deleteIndexAt(runnable)
  }
}

/** Whether it is certain to be storable, so that its text need not be made before it is needed. */
const isPlainRecord = ({ error, result, value }: TaskRecord): boolean =>
  error === undefined && isPlain(value) && (result === undefined || isPlain(result))

const encodeLater = (record: unknown): string => encodeRecord(record as TaskRecord)

/** About the size of the record in UTF-16 units. */
const unitsOfPlain = ({ kvPrefix, timeline }: TaskRecord): number => 512 + kvPrefix.length + timeline.length * 64

const asText = (text: string): string => text

const asIds = (text: string): ReadonlyArray<string> => JSON.parse(text) as ReadonlyArray<string>

/** Records are never changed in place, so equal fields are equal references. */
const isSameRecord = (a: TaskRecord, b: TaskRecord): boolean => {
  if (a === b) return true
  for (const field in b) if (!Object.is(a[field as keyof TaskRecord], b[field as keyof TaskRecord])) return false
  return true
}

/** What joining an ended task yields. */
export const joinValue = (record: TaskRecord): Value => {
  if (!isEnded(record.state)) return null
  if (record.state === "done") return record.result ?? null
  if (record.state === "cancelled") return new ErrorValue(`task ${record.id} was cancelled`)
  return new ErrorValue(record.error?.message ?? `task ${record.id} failed`)
}
