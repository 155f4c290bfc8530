import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isTaskId, rangeAfter } from "../store/keys.ts"
import type { KeyRange, StoreUnavailable } from "../store/store.ts"
import type { Value } from "../value/value.ts"
import { cancelTask } from "./cancel.ts"
import { isDamagedRecord, isDamagedTask, unlessDamaged } from "./damage.ts"
import { TaskAmbiguous, TaskEnded, TaskNotFound, TaskNotPaused } from "./errors.ts"
import type { HandOver } from "./hand-over.ts"
import { type Inspection, inspectTask, type Rejections, type TaskView, viewDamaged, viewTask } from "./inspect.ts"
import type { Places } from "./places.ts"
import { decodeLogEntry, type LogEntry } from "./segment.ts"
import { isEnded, type TaskEvent, type TaskRecord, type TaskState } from "./task.ts"
import { hasNumber, typedTaskId } from "./task-id.ts"
import { taskKeys } from "./task-keys.ts"
import { stateOf } from "./task-record.ts"

const tasksPerPage = 500
const matchesShownMax = 10

export interface TasksOptions {
  readonly state?: TaskState
  /** Only those that have not ended. */
  readonly left?: boolean
  readonly after?: string
  readonly limit: number
}

export interface FoundTasks {
  readonly tasks: ReadonlyArray<TaskView>
  /** There are more than were looked at. */
  readonly isCut: boolean
}

interface Found {
  readonly tasks: ReadonlyArray<TaskView>
  /** What was not looked at; undefined: there is nothing more. */
  readonly behind: KeyRange | undefined
}

interface StoredTask {
  readonly task: string
  /** When the page was asked for; undefined: that is to be read. */
  readonly state: TaskState | undefined
}

const endedStates: ReadonlySet<TaskView["state"]> = new Set<TaskState>(["done", "failed", "cancelled"])

/** What an operator does with tasks from outside. Between segments every task stands at a suspension point, so each of
 * these acts at once. */
export class Control {
  readonly #places: Places
  readonly #handOver: HandOver
  readonly #now: () => number
  readonly #rejection: Rejections

  constructor(options: {
    readonly places: Places
    readonly handOver: HandOver
    readonly now: () => number
    readonly rejection: Rejections
  }) {
    this.#places = options.places
    this.#handOver = options.handOver
    this.#now = options.now
    this.#rejection = options.rejection
  }

  view(record: TaskRecord): TaskView {
    return viewTask(this.#places, record, this.#rejection)
  }

  /** Also of a task whose record cannot be read. */
  #viewOf(task: string): TaskView | undefined {
    let damage: TaskView | undefined
    const record = unlessDamaged(
      () => this.#places.tasks.read(task),
      ({ detail }) => {
        damage = viewDamaged(task, detail)
      }
    )
    return record === undefined ? damage : this.view(record)
  }

  /** In the order of their ids, from behind `after` on. */
  tasks(options: TasksOptions): Effect.Effect<ReadonlyArray<TaskView>, StoreUnavailable> {
    return Effect.map(this.#look({ ...options, among: Number.POSITIVE_INFINITY }), ({ tasks }) => tasks)
  }

  /** Those of the first `among` tasks, in the order of their ids, that have not ended. */
  left(among: number): Effect.Effect<FoundTasks, StoreUnavailable> {
    return Effect.flatMap(this.#look({ left: true, limit: among, among }), ({ behind, tasks }) => {
      if (behind === undefined) return Effect.succeed({ tasks, isCut: false })
      return Effect.map(this.#places.view.scanKeys(behind, 1), (more) => ({ tasks, isCut: more.length > 0 }))
    })
  }

  readonly #look = Effect.fnUntraced(
    { self: this },
    function* (
      this: Control,
      options: TasksOptions & { readonly among: number }
    ): Effect.fn.Return<Found, StoreUnavailable> {
      const { after, among, left, limit, state } = options
      const isWanted = (found: TaskView["state"]): boolean =>
        (state === undefined || found === state) && !(left === true && endedStates.has(found))
      const { keys } = this.#places
      const tasks: Array<TaskView> = []
      let range = keys.taskRange()
      if (after !== undefined) range = rangeAfter(range, keys.task(after))
      for (let lookedAt = 0; tasks.length < limit && lookedAt < among; lookedAt += tasksPerPage) {
        const page = yield* this.#page(range)
        for (const stored of page) {
          if (tasks.length >= limit) break
          if (stored.state !== undefined && !isWanted(stored.state)) continue
          // What has become of it meanwhile counts.
          const task = this.#viewOf(stored.task)
          if (task !== undefined && isWanted(task.state)) tasks.push(task)
        }
        if (page.length < tasksPerPage) return { tasks, behind: undefined }
        range = rangeAfter(range, keys.task(page.at(-1)!.task))
      }
      return { tasks, behind: range }
    }
  )

  /** The next tasks with their states; without these when the record of one of them cannot be read. */
  #page(range: KeyRange): Effect.Effect<ReadonlyArray<StoredTask>, StoreUnavailable> {
    const { keys, view } = this.#places
    const read = Effect.map(view.scan(range, tasksPerPage), (page) =>
      page.map(([key, text]): StoredTask => ({ task: keys.parseTask(key), state: stateOf(text) }))
    )
    const named = Effect.map(view.scanKeys(range, tasksPerPage), (page) =>
      page.map((key): StoredTask => ({ task: keys.parseTask(key), state: undefined }))
    )
    return Effect.catchIf(read, isDamagedRecord, () => named)
  }

  /** How many tasks there are, counted up to a bound. */
  count(upTo: number): Effect.Effect<number, StoreUnavailable> {
    return Effect.map(this.#places.view.scanKeys(this.#places.keys.taskRange(), upTo), (page) => page.length)
  }

  /** The id that `text` means: an exact id, else the only one that begins with it, else the only one of that number. What stands
   * behind an `@` may also be unencoded. */
  readonly find = Effect.fnUntraced({ self: this }, function* (this: Control, text: string): Effect.fn.Return<
    string,
    TaskNotFound | TaskAmbiguous | StoreUnavailable
  > {
    const typed = typedTaskId(text)
    const ids = (typed === undefined ? [text] : [text, typed]).filter(isTaskId)
    const exact = ids.find((id) => this.#viewOf(id) !== undefined)
    if (exact !== undefined) return exact
    const wasRemoved = isTaskId(text) && this.#places.tasks.wasRemoved(text)
    let matches: ReadonlyArray<string> = []
    for (const id of ids) if (matches.length === 0) matches = yield* this.#beginningWith(id, wasRemoved)
    if (matches.length === 0 && /^\d+$/.test(text)) matches = yield* this.#byNumber(text)
    if (matches.length === 1) return matches[0]!
    const given = typed === undefined && !wasRemoved ? typedTaskId(`@${text}`) : undefined
    if (matches.length === 0 && given !== undefined && isTaskId(given) && this.#viewOf(given) !== undefined)
      return given
    return yield* matches.length === 0
      ? new TaskNotFound({ task: text, wasRemoved })
      : new TaskAmbiguous({ task: text, matches })
  })

  readonly #beginningWith = Effect.fnUntraced(
    { self: this },
    function* (
      this: Control,
      text: string,
      wasRemoved: boolean
    ): Effect.fn.Return<ReadonlyArray<string>, StoreUnavailable> {
      const { keys, view } = this.#places
      const page = yield* view.scanKeys(keys.taskRange(text), matchesShownMax)
      // Who means `worker-1`, which was removed, does not mean `worker-12`.
      return page.map((key) => keys.parseTask(key)).filter((id) => !wasRemoved || !/^\d/.test(id.slice(text.length)))
    }
  )

  readonly inspect = (task: string): Effect.Effect<Inspection, TaskNotFound | StoreUnavailable> =>
    Effect.catch(
      this.#withRecord(task, (record) => inspectTask(this.#places, record, this.#rejection)),
      (error) =>
        isDamagedTask(this.#places.keys, error)
          ? Effect.succeed({ task: viewDamaged(task, error.detail), frames: [], sources: [], limits: [], timeline: [] })
          : Effect.fail(error)
    )

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
      const page = yield* view.scanReadable(range, limit)
      return page.map(([key, text]) => ({ seq: keys.parseLog(key).line, ...decodeLogEntry(text) }))
    }
  )

  /** Paused where it stands; a task that is paused already stays so. Durable when the Effect returns. */
  pause(task: string): Effect.Effect<TaskView, TaskNotFound | TaskEnded | StoreUnavailable> {
    return this.#apply(task, this.#event({ type: "held" }), (record) => new TaskEnded({ task, state: record.state }))
  }

  /** Whether the task was paused from outside. */
  readonly isHeld = (task: string): Effect.Effect<boolean, TaskNotFound | StoreUnavailable> =>
    this.#withRecord(task, (record) => record.held)

  /** Lets a paused task go on. Its own `pause` yields `value`. */
  resume(
    task: string,
    value: Value
  ): Effect.Effect<TaskView, TaskNotFound | TaskEnded | TaskNotPaused | StoreUnavailable> {
    return this.#apply(task, this.#event({ type: "released", value }), (record) =>
      isEnded(record.state)
        ? new TaskEnded({ task, state: record.state })
        : new TaskNotPaused({ task, state: record.state })
    )
  }

  /** Ends a task, after what its functions have deferred; who joins it gets an error value. */
  cancel(task: string): Effect.Effect<TaskView, TaskNotFound | TaskEnded | StoreUnavailable> {
    const change = () => cancelTask(this.#places, task, this.#now())
    return this.#apply(task, change, (record) => new TaskEnded({ task, state: record.state }))
  }

  /** Changes the task in a commit of its own; `change` yields undefined when that is refused. */
  #apply<E>(
    task: string,
    change: (task: string) => TaskRecord | undefined,
    refused: (record: TaskRecord) => E
  ): Effect.Effect<TaskView, E | TaskNotFound | StoreUnavailable> {
    const changed = this.#withRecord(task, (record) => {
      const changed = this.#handOver.transact(() => change(task))
      return changed === undefined ? Effect.fail(refused(record)) : Effect.succeed(this.view(changed))
    })
    return Effect.andThen(
      this.#handOver.vacancy,
      Effect.tap(Effect.flatten(changed), () => this.#handOver.durable)
    )
  }

  #event(event: TaskEvent): (task: string) => TaskRecord | undefined {
    return (task) => {
      const outcome = this.#places.tasks.apply(task, event, this.#now())
      return outcome !== undefined && "record" in outcome ? outcome.record : undefined
    }
  }

  #withRecord<A>(task: string, use: (record: TaskRecord) => A): Effect.Effect<A, TaskNotFound | StoreUnavailable> {
    return this.#handOver.read((): Effect.Effect<A, TaskNotFound> => {
      const record = isTaskId(task) ? this.#places.tasks.read(task) : undefined
      return record === undefined ? this.notFound(task) : Effect.succeed(use(record))
    })
  }

  /** For a task of which there is no record. */
  notFound(task: string): Exit.Exit<never, TaskNotFound> {
    return Exit.fail(new TaskNotFound({ task, wasRemoved: isTaskId(task) && this.#places.tasks.wasRemoved(task) }))
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
