import { existsSync, realpathSync } from "node:fs"
import { relative, resolve, sep } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Inspection, StoreUnavailable, TaskNotFound, TaskView } from "../runtime/index.ts"
import { print } from "../runtime/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { type CommandFailed, endWith, exitCodes, usageError } from "./exit.ts"
import { renderFault, type SourceTexts, textsOf } from "./fault.ts"
import { findLeftTasks, showLeftTasks } from "./left-tasks.ts"
import { atPlace, printState } from "./place.ts"
import { type RuntimeError, type Session, withSession } from "./session.ts"
import type { Shell } from "./shell.ts"
import type { StoreLocation } from "./store-location.ts"
import { visible } from "./visible.ts"

export interface RunOptions {
  readonly store: string | undefined
  readonly fresh: boolean
  readonly print: boolean
  readonly durability: "strict" | "relaxed"
}

/** The source file of a program, by which two programs of one name are told apart. */
export interface Origin {
  readonly file: string
}

/** Ensures the program runs, and lets everything run until nothing can. `opened` is told where the store is; a built bundle
 * has no `origin`. */
export const runProgram = (
  bundle: Bundle,
  options: RunOptions,
  from: { readonly origin?: Origin; readonly opened?: (session: Session) => void } = {}
): Effect.Effect<void, CommandFailed, Shell> =>
  withSession({ store: options.store, create: true, durability: options.durability }, (session) =>
    Effect.gen(function* () {
      from.opened?.(session)
      const startedAt = yield* Clock.currentTimeMillis
      const start = { bundle, fresh: options.fresh, ...(from.origin && originOf(from.origin, session.location)) }
      const started = yield* session.namespace.startProgram(start)
      if (started.kind === "elsewhere") return yield* elsewhere(started, bundle.manifest.program)
      const { kind, task } = started
      if (kind === "resumed") session.shell.err(`resuming ${task.id}${describe(task, startedAt)}\n`)
      const {
        tasks: [main]
      } = yield* runToRest(session, { tasks: [task.id], startedAt, texts: bundleTexts(bundle) })
      if (options.print && main?.result !== undefined) session.shell.out(`${print(main.result)}\n`)
      if (main?.task.state === "failed" || main?.task.state === "cancelled") return yield* endWith(exitCodes.failed)
    })
  )

// Relative to the store, so that a project may be moved together with it.
const originOf = ({ file }: Origin, location: StoreLocation) => {
  const folder = location.kind === "directory" ? location.directory : process.cwd()
  const isMoved = (origin: string): boolean => !existsSync(resolve(folder, origin))
  return { origin: relative(folder, realpathSync(file)), isMoved }
}

const elsewhere = (
  { task, origin }: { readonly task: TaskView; readonly origin: string },
  program: string
): CommandFailed =>
  usageError(
    `${task.id} in this store is the unfinished run of another program called ${visible(program)}, from ${visible(basenames(origin))}.\n` +
      `Give this one a name of its own with #(program "…") in its first line, or start it beside the other with --new`
  )

/** The last two parts of a path: enough to know the file by. */
const basenames = (path: string): string => path.split(sep).slice(-2).join(sep)

/** ` at main.sxs:5 (paused since 3 s)`. */
export const describe = (task: TaskView, now: number): string => `${atPlace(task)} (${printState(task, now)})`

export interface Rest {
  /** What has become of the tasks that were asked for. */
  readonly tasks: ReadonlyArray<Inspection>
  /** Other tasks that failed meanwhile; the first few. */
  readonly failed: ReadonlyArray<TaskView>
}

/**
 * Waits until nothing can run any more, then shows the faults of `tasks`, the other tasks that failed since `startedAt`
 * (ms since 1970), and what is left waiting.
 */
export const runToRest = (
  session: Session,
  options: { readonly tasks: ReadonlyArray<string>; readonly startedAt: number; readonly texts?: SourceTexts }
): Effect.Effect<Rest, RuntimeError> =>
  Effect.gen(function* () {
    const { namespace, shell } = session
    yield* namespace.idle
    const tasks = yield* Effect.forEach(options.tasks, (task) => namespace.result(task))
    for (const each of tasks) showEnd(each, session, options.texts)
    const left = yield* findLeftTasks(namespace, options.startedAt)
    const failed = left.failed.filter((task) => !options.tasks.includes(task.id))
    for (const { id } of failed) shell.err(`${id} failed. See: sxs inspect ${id}${session.location.flag}\n`)
    showLeftTasks(left, session)
    return { tasks, failed }
  }).pipe(Effect.onInterrupt(() => sayHowToGoOn(session)))

const showEnd = (ended: Inspection, { shell }: Session, texts: SourceTexts | undefined): void => {
  const { error, task } = ended
  const known: SourceTexts = (name) => textsOf(ended)(name) ?? texts?.(name)
  if (error !== undefined) {
    shell.err(`${task.id} failed\n${renderFault(error, known, { colour: shell.colour.err })}`)
  } else if (task.state === "cancelled") shell.err(`${task.id} was cancelled\n`)
}

// Closing the session writes what was handed over; until then the message would be a promise.
const sayHowToGoOn = ({ location, namespace, shell }: Session): Effect.Effect<void> =>
  Effect.matchEffect(namespace.stop, {
    onFailure: (error: StoreUnavailable | TaskNotFound) =>
      Effect.sync(() => shell.err(`sxs: not all was written: ${error.message}\n`)),
    onSuccess: () =>
      Effect.sync(() =>
        shell.err(
          location.kind === "memory"
            ? "sxs: stopped; the store was in memory and is gone\n"
            : `sxs: stopped; go on where it stood with: ${shell.self}${location.flag}\n`
        )
      )
  })

/** The program's own source, which the map carries. */
const bundleTexts = (bundle: Bundle): SourceTexts => {
  const map = JSON.parse(bundle.map) as {
    readonly sources: ReadonlyArray<string>
    readonly sourcesContent?: ReadonlyArray<string | null>
  }
  return (name) => map.sourcesContent?.[map.sources.indexOf(name)] ?? undefined
}
