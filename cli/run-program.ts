import { existsSync } from "node:fs"
import { relative, resolve } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Inspection, StoreUnavailable, TaskNotFound, TaskView } from "../runtime/index.ts"
import { print } from "../runtime/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { attempt, type CommandFailed, endWith, exitCodes, usageError } from "./exit.ts"
import { renderFault, textsOf } from "./fault.ts"
import { announce, othersThatGoOn } from "./going-on.ts"
import { showLeftSubscriptions } from "./left-subscriptions.ts"
import { findLeftTasks, showLeftTasks, waitsForModule } from "./left-tasks.ts"
import type { Profiled } from "./profile/cpu-profile.ts"
import { type OwnSession, type RuntimeError, type Session, withOwnSession } from "./session.ts"
import type { Shell } from "./shell.ts"
import { realFile } from "./source-file.ts"
import { tellFailures } from "./tell-failures.ts"
import { visible } from "./visible.ts"

export interface RunOptions {
  readonly store: string | undefined
  readonly fresh: boolean
  readonly print: boolean
  /** Ends with 1 when any task has failed meanwhile. */
  readonly fail: boolean
  readonly durability: "strict" | "relaxed"
  /** The file for a CPU profile; empty for one named after the program. */
  readonly cpuProfile: string | undefined
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
  Effect.flatMap(profilerFor(bundle, options, from), (profiled) =>
    withOwnSession({ store: options.store, create: true, durability: options.durability, serves: true }, (session) =>
      profiled(session, runIn(session, bundle, options, from))
    )
  )

const profilerFor = (
  { manifest }: Bundle,
  { cpuProfile }: RunOptions,
  { folder }: ProgramSource
): Effect.Effect<Profiled, CommandFailed, Shell> =>
  cpuProfile === undefined
    ? Effect.succeed((_, run) => run)
    : Effect.flatMap(
        Effect.promise(() => import("./profile/cpu-profile.ts")),
        ({ profileTo }) => profileTo({ file: cpuProfile, program: manifest.program, folder })
      )

const runIn = Effect.fnUntraced(function* (
  session: OwnSession,
  bundle: Bundle,
  options: RunOptions,
  from: ProgramSource
): Effect.fn.Return<void, CommandFailed | RuntimeError> {
  from.opened?.(session)
  const now = yield* Clock.currentTimeMillis
  const origin = from.origin && (yield* attempt(() => originOf(from.origin!, session)))
  const start = { bundle, fresh: options.fresh, folder: from.folder, ...origin }
  const started = yield* session.namespace.startProgram(start)
  if (started.kind === "elsewhere") return yield* elsewhere(started, { program: bundle.manifest.program, session })
  const { kind, task } = started
  if (kind === "resumed") {
    announce([task], session.shell, now)
    if (yield* hasChanged(bundle, task, session)) session.shell.err(changed)
  }
  const others = yield* othersThatGoOn(session, started, now)
  announce(others, session.shell, now)
  const [main] = yield* runToRest(session, { tasks: [task.id], self: from.self, hasOthers: others.length > 0 })
  if (options.print && main?.result !== undefined) session.shell.out(`${print(main.result)}\n`)
  if (main?.task.state === "failed" || main?.task.state === "cancelled") return yield* endWith(exitCodes.failed)
  if (options.fail && session.failures.count > 0) return yield* endWith(exitCodes.failed)
  if (yield* standStill(session)) return yield* endWith(exitCodes.failed)
})

/** Throws `CommandFailed` when the file is not there any more. */
// Relative to the store, so that a project may be moved together with it.
export const originOf = ({ file }: Origin, { location, shell }: Session) => {
  const folder = location.kind === "directory" ? location.directory : process.cwd()
  const isMoved = (origin: string): boolean => !existsSync(resolve(folder, origin))
  return { origin: relative(folder, realFile(file, shell)), isMoved }
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

export interface RestOptions {
  /** What the command is about. */
  readonly tasks: ReadonlyArray<string>
  /** The words that go on with it after an interruption, without the store's flag. */
  readonly self: string
  /** Other tasks were named that go on as well. */
  readonly hasOthers?: boolean
}

/**
 * Tells of tasks that fail until nothing can run any more, then shows the faults of `tasks` and what is left waiting. A task that
 * was to handle an event is told of as all of these are. Yields what has become of `tasks`, as far as they are still there.
 */
export const runToRest = (
  session: OwnSession,
  options: RestOptions
): Effect.Effect<ReadonlyArray<Inspection>, RuntimeError> =>
  Effect.gen(function* () {
    const { failures, namespace } = session
    const tellWithheld = tellFailures(session, new Set(options.tasks))
    yield* Effect.onInterrupt(session.rest, () => Effect.sync(tellWithheld))
    // A handler that is done and has logged nothing leaves nothing behind.
    const found = yield* Effect.forEach(options.tasks, (task) =>
      Effect.catchTag(namespace.result(task), "TaskNotFound", () => Effect.undefined)
    )
    const tasks = found.filter((each) => each !== undefined)
    for (const each of tasks) if (each.task.handles === undefined) showEnd(each, session)
    failures.finish()
    showLeftTasks(
      yield* findLeftTasks(
        namespace,
        tasks.map(({ task }) => task)
      ),
      session
    )
    yield* showLeftSubscriptions(namespace, session)
    return tasks
  }).pipe(Effect.onInterrupt(() => sayHowToGoOn(session, options.self, options.hasOthers)))

/** Whether a task waits for a function of a module that is not there. */
export const standStill = ({ namespace, withoutModule }: OwnSession): Effect.Effect<boolean, RuntimeError> =>
  Effect.map(
    Effect.forEach([...withoutModule], (task) => Effect.option(namespace.inspect(task))),
    (found) => found.some((each) => each._tag === "Some" && waitsForModule(each.value.task))
  )

/** Says how the task has ended, unless it is done; nothing of one that has not. */
export const showEnd = (ended: Inspection, { shell }: Session): void => {
  const { error, task } = ended
  if (error !== undefined) {
    shell.err(`${task.id} failed\n${renderFault(error, textsOf(ended), { colour: shell.colour.err })}`)
  } else if (task.state === "cancelled") shell.err(`${task.id} was cancelled\n`)
}

/** After an interruption: `self` are the words that go on, without the store's flag. */
// Closing the session writes what was handed over; until then the message would be a promise.
export const sayHowToGoOn = (
  { location, namespace, shell }: OwnSession,
  self: string,
  hasOthers = false
): Effect.Effect<void> =>
  Effect.matchEffect(namespace.stop, {
    onFailure: (error: StoreUnavailable | TaskNotFound) =>
      Effect.sync(() => shell.err(`sxs: not all was written: ${error.message}\n`)),
    onSuccess: () =>
      Effect.sync(() => {
        // Under `sxs run --watch` the watching process says it, where it is one that is wanted.
        if (shell.env.SXS_WATCHED === "1") return
        if (location.kind === "memory") return shell.err("sxs: stopped; the store was in memory and is gone\n")
        shell.err(`sxs: stopped; go on where it stood with: ${visible(self + location.flag)}\n`)
        if (hasOthers) shell.err(`sxs: the others that were resumed go on with: sxs resume${visible(location.flag)}\n`)
      })
  })

/** The texts of the files that the bundle was made from, which the map carries. */
const sourceTexts = ({ map }: Bundle): ReadonlyArray<string> => {
  const { sourcesContent = [] } = JSON.parse(map) as { readonly sourcesContent?: ReadonlyArray<string | null> }
  return sourcesContent.filter((text) => text !== null)
}
