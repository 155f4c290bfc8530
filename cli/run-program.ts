import { existsSync, realpathSync } from "node:fs"
import { relative, resolve } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Inspection, StoreUnavailable, TaskNotFound, TaskView } from "../runtime/index.ts"
import { print } from "../runtime/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { printNumber } from "./duration.ts"
import { type CommandFailed, endWith, exitCodes, usageError } from "./exit.ts"
import { renderFault, textsOf } from "./fault.ts"
import { showLeftSubscriptions } from "./left-subscriptions.ts"
import { findLeftTasks, showLeftTasks } from "./left-tasks.ts"
import { atPlace, printState } from "./place.ts"
import { type OwnSession, type RuntimeError, type Session, withOwnSession } from "./session.ts"
import type { Shell } from "./shell.ts"
import type { StoreLocation } from "./store-location.ts"
import { clip, visible } from "./visible.ts"

export interface RunOptions {
  readonly store: string | undefined
  readonly fresh: boolean
  readonly print: boolean
  /** Ends with 1 when any task has failed meanwhile. */
  readonly fail: boolean
  readonly durability: "strict" | "relaxed"
}

/** The source file of a program, by which two programs of one name are told apart. */
export interface Origin {
  readonly file: string
}

export interface ProgramSource {
  /** The words that start the program, for hints, without the store's flag: `sxs run main.sxs` or `node out/main.js`. */
  readonly self: string
  /** A built bundle has none. */
  readonly origin?: Origin
  /** From which the modules are found that it calls. */
  readonly folder: string
  /** Is told where the store is. */
  readonly opened?: (session: OwnSession) => void
}

/** Ensures the program runs, and lets everything run until nothing can. */
export const runProgram = (
  bundle: Bundle,
  options: RunOptions,
  from: ProgramSource
): Effect.Effect<void, CommandFailed, Shell> =>
  withOwnSession({ store: options.store, create: true, durability: options.durability, serves: true }, (session) =>
    Effect.gen(function* () {
      from.opened?.(session)
      const now = yield* Clock.currentTimeMillis
      const origin = from.origin && originOf(from.origin, session.location)
      const start = { bundle, fresh: options.fresh, folder: from.folder, ...origin }
      const started = yield* session.namespace.startProgram(start)
      if (started.kind === "elsewhere") return yield* elsewhere(started, { program: bundle.manifest.program, session })
      const { kind, task } = started
      if (kind === "resumed") {
        session.shell.err(`resuming ${task.id}${describe(task, now)}\n`)
        if (yield* hasChanged(bundle, task, session)) session.shell.err(changed)
      }
      const [main] = yield* runToRest(session, { tasks: [task.id], self: from.self })
      if (options.print && main?.result !== undefined) session.shell.out(`${print(main.result)}\n`)
      if (main?.task.state === "failed" || main?.task.state === "cancelled") return yield* endWith(exitCodes.failed)
      if (options.fail && session.failures.count > 0) return yield* endWith(exitCodes.failed)
    })
  )

// Relative to the store, so that a project may be moved together with it.
export const originOf = ({ file }: Origin, location: StoreLocation) => {
  const folder = location.kind === "directory" ? location.directory : process.cwd()
  const isMoved = (origin: string): boolean => !existsSync(resolve(folder, origin))
  return { origin: relative(folder, realpathSync(file)), isMoved }
}

export const elsewhere = (
  { task, origin }: { readonly task: TaskView; readonly origin: string },
  { program, session }: { readonly program: string; readonly session: Session }
): CommandFailed => {
  const { location, shell } = session
  const file = relative(shell.cwd, location.kind === "directory" ? resolve(location.directory, origin) : origin)
  return usageError(
    `${task.id} in this store is the unfinished run of another program called ${visible(program)}, from ${visible(file)}.\n` +
      `Give this one a name of its own with #(program "…") in its first line, or start it beside the other with --new`
  )
}

const changed =
  "the source has changed since: this run goes on with the code that it began with; --new starts the new code beside it, sxs upgrade moves it\n"

/** Whether the text of the program differs from the one that the task began with, in its own file or in one that it imports;
 * their paths or the compiler may. */
const hasChanged = (
  bundle: Bundle,
  task: TaskView,
  { namespace }: OwnSession
): Effect.Effect<boolean, RuntimeError> => {
  if (task.bundle === bundle.hash) return Effect.succeed(false)
  return Effect.map(namespace.inspect(task.id), ({ sources }) => {
    const before = sources.map(({ text }) => text).toSorted()
    const now = sourceTexts(bundle).toSorted()
    // Without its map nothing is known of a program.
    return before.length > 0 && now.length > 0 && JSON.stringify(before) !== JSON.stringify(now)
  })
}

/** ` at main.sxs:5 (paused since 3 s)`. */
export const describe = (task: TaskView, now: number): string => `${atPlace(task)} (${printState(task, now)})`

export interface RestOptions {
  /** What the command is about. */
  readonly tasks: ReadonlyArray<string>
  /** The words that go on with it after an interruption, without the store's flag. */
  readonly self: string
}

/**
 * Waits until nothing can run any more, then shows the faults of `tasks`, the other tasks that failed meanwhile, and what is
 * left waiting. Yields what has become of `tasks`.
 */
export const runToRest = (
  session: OwnSession,
  options: RestOptions
): Effect.Effect<ReadonlyArray<Inspection>, RuntimeError> =>
  Effect.gen(function* () {
    const { namespace } = session
    yield* session.rest
    const tasks = yield* Effect.forEach(options.tasks, (task) => namespace.result(task))
    for (const each of tasks) showEnd(each, session)
    showFailures(session, tasks)
    showLeftTasks(
      yield* findLeftTasks(
        namespace,
        tasks.map(({ task }) => task)
      ),
      session
    )
    yield* showLeftSubscriptions(namespace, session)
    return tasks
  }).pipe(Effect.onInterrupt(() => sayHowToGoOn(session, options.self)))

/** Says how the task has ended, unless it is done; nothing of one that has not. */
export const showEnd = (ended: Inspection, { shell }: Session): void => {
  const { error, task } = ended
  if (error !== undefined) {
    shell.err(`${task.id} failed\n${renderFault(error, textsOf(ended), { colour: shell.colour.err })}`)
  } else if (task.state === "cancelled") shell.err(`${task.id} was cancelled\n`)
}

const failureUnitsMax = 200

/** The tasks that failed meanwhile, but for those whose faults are shown. */
const showFailures = ({ failures, location, shell }: OwnSession, shown: ReadonlyArray<Inspection>): void => {
  const ids = new Set(shown.map(({ task }) => task.id))
  for (const task of failures.first) {
    if (ids.has(task.id)) continue
    const why = clip(visible(task.failure ?? ""), failureUnitsMax)
    shell.err(
      `${task.id} failed${atPlace(task)}: ${why}\n${eventWords(task, location)}  See: sxs inspect ${task.id}${location.flag}\n`
    )
  }
  const more = failures.count - failures.first.length
  if (more > 0) shell.err(`… and ${printNumber(more)} more failed: sxs ps --state failed --limit 0${location.flag}\n`)
}

/** After an interruption: `self` are the words that go on, without the store's flag. */
// Closing the session writes what was handed over; until then the message would be a promise.
export const sayHowToGoOn = ({ location, namespace, shell }: OwnSession, self: string): Effect.Effect<void> =>
  Effect.matchEffect(namespace.stop, {
    onFailure: (error: StoreUnavailable | TaskNotFound) =>
      Effect.sync(() => shell.err(`sxs: not all was written: ${error.message}\n`)),
    onSuccess: () =>
      Effect.sync(() => {
        // Under `sxs run --watch` the watching process says it, where it is one that is wanted.
        if (shell.env.SXS_WATCHED === "1") return
        shell.err(
          location.kind === "memory"
            ? "sxs: stopped; the store was in memory and is gone\n"
            : `sxs: stopped; go on where it stood with: ${visible(self + location.flag)}\n`
        )
      })
  })

/** The texts of the files that the bundle was made from, which the map carries. */
const sourceTexts = ({ map }: Bundle): ReadonlyArray<string> => {
  const { sourcesContent = [] } = JSON.parse(map) as { readonly sourcesContent?: ReadonlyArray<string | null> }
  return sourcesContent.filter((text) => text !== null)
}

/** What becomes of the event that a failed task was to handle. */
const eventWords = ({ handles }: TaskView, location: StoreLocation): string => {
  if (handles?.retriedBy !== undefined) return `  The event is tried again by ${handles.retriedBy}, after a pause\n`
  if (handles?.deadLetter === undefined) return ""
  const times = handles.attempt === 1 ? "once" : `${handles.attempt} times`
  return `  The event was tried ${times} and is a dead letter now: sxs dead retry ${handles.deadLetter}${location.flag}\n`
}
