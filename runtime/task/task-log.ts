import * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../store/store.ts"
import type { Endings } from "./endings.ts"
import { TaskNotFound } from "./errors.ts"
import type { HandOver } from "./hand-over.ts"
import type { Places } from "./places.ts"
import { decodeLogEntry, type LogEntry } from "./segment.ts"
import { isEnded } from "./task.ts"

/** A line of a task's log. `seq` counts them from 0, `at` is in ms since 1970. */
export interface NumberedLine extends LogEntry {
  readonly seq: number
}

export interface ReadLogOptions {
  /** Number of the first line; with `last` the later one of both counts. */
  readonly from?: number
  /** Only so many lines of those that are there now. */
  readonly last?: number
  /** Only lines of that time or later, in ms since 1970. */
  readonly since?: number
  /** Waits for further lines until the task has ended. */
  readonly follow: boolean
}

/** Where reading a log has come to. */
export interface LogRead {
  /** Number of the line that would come next. */
  readonly next: number
  /** The task has ended, so that no more come. */
  readonly isEnded: boolean
}

/** Takes some lines, at least one, oldest first; the next ones are read when it succeeds. */
export type TakeLines<E> = (lines: ReadonlyArray<NumberedLine>) => Effect.Effect<void, E>

interface TaskLogParts {
  readonly places: Places
  readonly handOver: HandOver
  readonly endings: Endings
}

/**
 * Reads the log of a task in order, page by page, and waits for what is still to come. Only durable lines are given. The store
 * is the buffer: whoever takes them slowly holds one page, and nothing waits for it.
 */
export const readLog = Effect.fnUntraced(function* <E>(
  parts: TaskLogParts,
  task: string,
  options: ReadLogOptions,
  take: TakeLines<E>
): Effect.fn.Return<LogRead, E | TaskNotFound | StoreUnavailable> {
  const { handOver } = parts
  const { since = 0 } = options
  const begun = yield* standing(parts, task)
  if (begun === undefined) return yield* new TaskNotFound({ task, wasRemoved: wasRemoved(parts, task) })
  let next = Math.max(options.from ?? 0, options.last === undefined ? 0 : begun.logs - options.last)
  let size = pageLinesMin
  for (let now: Standing | undefined = begun; now !== undefined; ) {
    const lines: ReadonlyArray<NumberedLine> = yield* page(parts, task, { from: next, to: now.logs, size })
    yield* Effect.andThen(handOver.durable, handOver.intact)
    const wanted = lines.filter(({ at }) => at >= since)
    if (wanted.length > 0) yield* take(wanted)
    next = lines.length === size ? lines.at(-1)!.seq + 1 : Math.max(next, now.logs)
    if (next >= now.logs && (now.isEnded || !options.follow)) return { next, isEnded: now.isEnded }
    size = sizeAfter(lines, size)
    now = yield* moreThan(parts, task, next)
  }
  // It was removed meanwhile, and so had ended.
  return { next, isEnded: true }
})

/** Lines of the first page; one may have 4 MiB. */
const pageLinesMin = 16
const pageLinesMax = 2000
/** UTF-16 units of a page that is large enough. */
const pageUnits = 256 * 1024

const sizeAfter = (lines: ReadonlyArray<NumberedLine>, size: number): number => {
  const units = lines.reduce((sum, { text }) => sum + text.length, 0)
  return units < pageUnits ? Math.min(size * 2, pageLinesMax) : Math.max(1, Math.floor(size / 2))
}

interface Standing {
  readonly logs: number
  readonly isEnded: boolean
}

/** Undefined when there is no such task. */
const standing = (parts: TaskLogParts, task: string): Effect.Effect<Standing | undefined, StoreUnavailable> =>
  parts.handOver.read(() => {
    const record = isId(task) ? parts.places.tasks.read(task) : undefined
    return Effect.succeed(record && { logs: record.logs, isEnded: isEnded(record.state) })
  })

/** Waits until the log has more lines than that, or the task has ended. */
const moreThan = (
  parts: TaskLogParts,
  task: string,
  lines: number
): Effect.Effect<Standing | undefined, StoreUnavailable> =>
  // Between looking and listening no segment runs.
  Effect.flatMap(standing(parts, task), (now) =>
    now === undefined || now.isEnded || now.logs > lines
      ? Effect.succeed(now)
      : Effect.andThen(
          Effect.raceFirst(parts.endings.changed(task), parts.handOver.failure),
          moreThan(parts, task, lines)
        )
  )

const page = (
  { places: { keys, view } }: TaskLogParts,
  task: string,
  { from, size, to }: { readonly from: number; readonly to: number; readonly size: number }
) => {
  if (from >= to) return Effect.succeed([])
  const range = { from: keys.log(task, from), to: keys.log(task, to) }
  return Effect.map(view.scanReadable(range, size), (entries) =>
    entries.map(([key, text]) => ({ seq: keys.parseLog(key).line, ...decodeLogEntry(text) }))
  )
}

const isId = (task: string): boolean => task !== "" && !task.includes("/") && task.isWellFormed()

const wasRemoved = ({ places }: TaskLogParts, task: string): boolean => isId(task) && places.tasks.wasRemoved(task)
