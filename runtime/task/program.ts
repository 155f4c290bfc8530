import * as Effect from "effect/Effect"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { HandOver } from "./hand-over.ts"
import type { Places } from "./places.ts"
import { recover } from "./recovery.ts"
import type { Retention } from "./retention.ts"
import type { Scheduler } from "./scheduler.ts"
import { startTask } from "./start-task.ts"
import { isEnded, type TaskRecord } from "./task.ts"

export interface ProgramParts extends Pick<Places, "view" | "keys" | "tasks"> {
  readonly places: Places
  readonly handOver: HandOver
  readonly showInterrupted: Effect.Effect<void, StoreUnavailable>
  readonly scheduler: Scheduler
  readonly retention: Retention
  readonly now: () => number
}

export interface StartOptions {
  readonly bundle: Bundle
  readonly fresh: boolean
  /** Who starts it, as a W3C `traceparent`. */
  readonly trace?: string
  /** Where the program comes from, such as the path of its source: two programs of one name are told apart by it. */
  readonly origin?: string
  /** The folder from which the modules that it calls are found. */
  readonly folder?: string
  /** Whether the program that came from another origin, now gone, is this one. */
  readonly isMoved?: (origin: string) => boolean
}

export type Started<A> =
  /** `others`: the first tasks that were interrupted and go on as well. */
  | { readonly kind: "started" | "resumed"; readonly task: A; readonly others: ReadonlyArray<A> }
  /** Nothing was done: the unfinished run under this name is that of another program. */
  | { readonly kind: "elsewhere"; readonly task: A; readonly origin: string }

/** The latest run of a program. */
interface LatestRun {
  readonly task: string
  readonly origin?: string
}

const decodeRun = (text: string): LatestRun => JSON.parse(text) as LatestRun

/** The unfinished main task of the program, or a new one, on its way after all that was interrupted. */
export const startProgram = Effect.fnUntraced(function* (
  parts: ProgramParts,
  options: StartOptions
): Effect.fn.Return<Started<TaskRecord>, StoreUnavailable> {
  const unfinished = options.fresh ? undefined : yield* findUnfinished(parts, options.bundle.manifest.program)
  if (unfinished !== undefined && isElsewhere(options, unfinished.origin)) {
    return { kind: "elsewhere", task: unfinished.record, origin: unfinished.origin }
  }
  const recovered = yield* recover(parts)
  const others = recovered.filter(({ id }) => id !== unfinished?.record.id)
  if (unfinished !== undefined) return { kind: "resumed", task: unfinished.record, others }
  return { kind: "started", task: yield* parts.handOver.change(() => startMain(parts, options)), others }
})

/** The unfinished run of another program of that name, which came from elsewhere; undefined when there is none. */
export const findElsewhere = (
  parts: Pick<ProgramParts, "handOver" | "view" | "keys" | "tasks">,
  options: Omit<StartOptions, "fresh">
): Effect.Effect<{ readonly record: TaskRecord; readonly origin: string } | undefined, StoreUnavailable> =>
  Effect.map(findUnfinished(parts, options.bundle.manifest.program), (unfinished) =>
    unfinished !== undefined && isElsewhere(options, unfinished.origin)
      ? { record: unfinished.record, origin: unfinished.origin }
      : undefined
  )

// A built bundle has no origin: it may go on with what its source began, and the other way round.
const isElsewhere = (
  { origin, isMoved }: Pick<StartOptions, "origin" | "isMoved">,
  other: string | undefined
): other is string => origin !== undefined && other !== undefined && other !== origin && isMoved?.(other) !== true

const findUnfinished = (
  parts: Pick<ProgramParts, "handOver" | "view" | "keys" | "tasks">,
  program: string
): Effect.Effect<{ readonly record: TaskRecord; readonly origin: string | undefined } | undefined, StoreUnavailable> =>
  parts.handOver.read(() => {
    const run = parts.view.read(parts.keys.program(program), decodeRun)
    const record = run === undefined ? undefined : parts.tasks.read(run.task)
    if (record === undefined || isEnded(record.state)) return Effect.undefined
    return Effect.succeed({ record, origin: run?.origin })
  })

/** Whether no later run of the program has begun. */
export const isLatestRun = ({ keys, view }: Pick<Places, "view" | "keys">, program: string, task: string): boolean =>
  view.read(keys.program(program), decodeRun)?.task === task

const startMain = (parts: ProgramParts, { bundle, origin, trace }: StartOptions): TaskRecord => {
  const { view, keys } = parts
  const { program } = bundle.manifest
  const record = startTask(
    parts,
    parts.places.newTasks.next(program),
    { bundle: bundle.hash, function: 0, program, ...(trace !== undefined && { trace }) },
    []
  )
  const run: LatestRun = { task: record.id, ...(origin !== undefined && { origin }) }
  view.put(keys.program(program), JSON.stringify(run), run)
  return record
}
