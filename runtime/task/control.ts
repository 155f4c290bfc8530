import * as Effect from "effect/Effect"
import type { BundleRejected } from "../bundle/errors.ts"
import { rangeAfter } from "../store/keys.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { Value } from "../value/value.ts"
import { TaskAmbiguous, TaskEnded, TaskNotFound, TaskNotPaused } from "./errors.ts"
import type { HandOver } from "./hand-over.ts"
import { type Inspection, inspectTask, type TaskView, viewTask } from "./inspect.ts"
import type { Places } from "./places.ts"
import { decodeLogEntry, type LogEntry } from "./segment.ts"
import { isEnded, type TaskEvent, type TaskRecord, type TaskState } from "./task.ts"
import { hasNumber } from "./task-id.ts"
import { taskKeys } from "./task-keys.ts"

const tasksPerPage = 500
const matchesShownMax = 10

/** What an operator does with tasks from outside. Between segments every task stands at a suspension point, so each of
 * these acts at once. */
export class Control {
  readonly #places: Places
  readonly #handOver: HandOver
  readonly #now: () => number
  readonly #rejection: (task: string) => BundleRejected | undefined

  constructor(options: {
    readonly places: Places
    readonly handOver: HandOver
    readonly now: () => number
    readonly rejection: (task: string) => BundleRejected | undefined
  }) {
    this.#places = options.places
    this.#handOver = options.handOver
    this.#now = options.now
    this.#rejection = options.rejection
  }

  view(record: TaskRecord): TaskView {
    return viewTask(this.#places, record, this.#rejection)
  }

  /** In the order of their ids, from behind `after` on. */
  readonly tasks = Effect.fnUntraced(
    { self: this },
    function* (
      this: Control,
      options: { readonly state?: TaskState; readonly after?: string; readonly limit: number }
    ): Effect.fn.Return<ReadonlyArray<TaskView>, StoreUnavailable> {
      const { keys, view, tasks } = this.#places
      const found: Array<TaskView> = []
      let range = keys.taskRange()
      if (options.after !== undefined) range = rangeAfter(range, keys.task(options.after))
      while (found.length < options.limit) {
        const page = yield* view.scan(range, tasksPerPage)
        for (const [key] of page) {
          const record = tasks.read(keys.parseTask(key))
          if (record === undefined || (options.state !== undefined && record.state !== options.state)) continue
          if (found.length < options.limit) found.push(this.view(record))
        }
        if (page.length < tasksPerPage) break
        range = rangeAfter(range, page.at(-1)![0])
      }
      return found
    }
  )

  /** How many tasks there are, counted up to a bound. */
  count(upTo: number): Effect.Effect<number, StoreUnavailable> {
    return Effect.map(this.#places.view.scan(this.#places.keys.taskRange(), upTo), (page) => page.length)
  }

  /** The id that `text` means: an exact id, else the only one that begins with it, else the only one of that number. */
  readonly find = Effect.fnUntraced({ self: this }, function* (this: Control, text: string): Effect.fn.Return<
    string,
    TaskNotFound | TaskAmbiguous | StoreUnavailable
  > {
    if (text === "" || text.includes("/") || !text.isWellFormed()) return yield* new TaskNotFound({ task: text })
    const { keys, view, tasks } = this.#places
    if (tasks.read(text) !== undefined) return text
    const page = yield* view.scan(keys.taskRange(text), matchesShownMax)
    let matches = page.map(([key]) => keys.parseTask(key))
    if (matches.length === 0 && /^\d+$/.test(text)) matches = yield* this.#byNumber(text)
    if (matches.length === 1) return matches[0]!
    return yield* matches.length === 0 ? new TaskNotFound({ task: text }) : new TaskAmbiguous({ task: text, matches })
  })

  readonly inspect = (task: string): Effect.Effect<Inspection, TaskNotFound | StoreUnavailable> =>
    this.#withRecord(task, (record) => inspectTask(this.#places, record, this.#rejection))

  readonly keys = (
    task: string
  ): Effect.Effect<ReadonlyArray<readonly [key: string, value: Value]>, TaskNotFound | StoreUnavailable> =>
    this.#withRecord(task, (record) => taskKeys(this.#places, record))

  /** The last `limit` lines of the task's log, oldest first. */
  readonly logs = Effect.fnUntraced(
    { self: this },
    function* (
      this: Control,
      task: string,
      limit: number
    ): Effect.fn.Return<ReadonlyArray<LogEntry & { readonly seq: number }>, TaskNotFound | StoreUnavailable> {
      const { keys, view } = this.#places
      const { logs } = yield* this.#withRecord(task, (record) => record)
      const first = Math.max(logs - limit, 0)
      const range = { from: keys.log(task, first), to: keys.logRange(task).to }
      const page = yield* view.scan(range, limit)
      return page.map(([key, text]) => ({ seq: keys.parseLog(key).line, ...decodeLogEntry(text) }))
    }
  )

  /** Paused where it stands; a task that is paused already stays so. Durable when the Effect returns. */
  pause(task: string): Effect.Effect<TaskView, TaskNotFound | TaskEnded | StoreUnavailable> {
    return this.#apply(task, { type: "held" }, (record) => new TaskEnded({ task, state: record.state }))
  }

  /** Whether the task was paused from outside. */
  readonly isHeld = (task: string): Effect.Effect<boolean, TaskNotFound | StoreUnavailable> =>
    this.#withRecord(task, (record) => record.held)

  /** Lets a paused task go on. Its own `pause` yields `value`. */
  resume(
    task: string,
    value: Value
  ): Effect.Effect<TaskView, TaskNotFound | TaskEnded | TaskNotPaused | StoreUnavailable> {
    return this.#apply(task, { type: "released", value }, (record) =>
      isEnded(record.state)
        ? new TaskEnded({ task, state: record.state })
        : new TaskNotPaused({ task, state: record.state })
    )
  }

  /** Ends a task, after what its functions have deferred; who joins it gets an error value. */
  cancel(task: string): Effect.Effect<TaskView, TaskNotFound | TaskEnded | StoreUnavailable> {
    return this.#apply(task, this.#cancellation, (record) => new TaskEnded({ task, state: record.state }))
  }

  /** Changes the task in a commit of its own. */
  #apply<E>(
    task: string,
    event: TaskEvent | ((record: TaskRecord) => TaskEvent),
    refused: (record: TaskRecord) => E
  ): Effect.Effect<TaskView, E | TaskNotFound | StoreUnavailable> {
    const change = this.#withRecord(task, (record) => {
      const happens = typeof event === "function" ? event(record) : event
      const changed = this.#handOver.transact(() => this.#change(task, happens))
      return changed === undefined ? Effect.fail(refused(record)) : Effect.succeed(this.view(changed))
    })
    return Effect.andThen(
      this.#handOver.vacancy,
      Effect.tap(Effect.flatten(change), () => this.#handOver.durable)
    )
  }

  readonly #cancellation = (record: TaskRecord): TaskEvent => ({
    type: "cancelled",
    standing: this.#places.standing(this.#places.frames(record))
  })

  #change(task: string, event: TaskEvent): TaskRecord | undefined {
    const { tasks } = this.#places
    const outcome = tasks.apply(task, event, this.#now())
    if (outcome === undefined || "refused" in outcome) return undefined
    if (!outcome.actions.some((action) => action.type === "discard")) return outcome.record
    const stack = this.#places.stack(outcome.record)
    stack.clear()
    stack.prepare()()
    const record = { ...outcome.record, depth: 0 }
    tasks.save(outcome.record, record)
    return record
  }

  #withRecord<A>(task: string, use: (record: TaskRecord) => A): Effect.Effect<A, TaskNotFound | StoreUnavailable> {
    return this.#handOver.read((): Effect.Effect<A, TaskNotFound> => {
      const isId = task !== "" && !task.includes("/") && task.isWellFormed()
      const record = isId ? this.#places.tasks.read(task) : undefined
      return record === undefined ? Effect.fail(new TaskNotFound({ task })) : Effect.succeed(use(record))
    })
  }

  readonly #byNumber = Effect.fnUntraced({ self: this }, function* (this: Control, number: string) {
    const matches: Array<string> = []
    const { keys, view } = this.#places
    yield* view.walk(keys.taskRange(), (key) => {
      const task = keys.parseTask(key)
      if (hasNumber(task, number)) matches.push(task)
      return matches.length < matchesShownMax
    })
    return matches
  })
}
