import { dirname, resolve } from "node:path"
import * as Effect from "effect/Effect"
import type { Upgrade, UpgradePoint } from "../../runtime/index.ts"
import { compileAndShow } from "../compile-and-show.ts"
import { printCount } from "../duration.ts"
import { attempt, type CommandFailed, endWith, exitCodes, storeError } from "../exit.ts"
import { printJson } from "../json.ts"
import { elsewhere, originOf } from "../run-program.ts"
import { type GuestSession, type OwnSession, type Session, withEither, withOwnSession } from "../session.ts"
import { Shell } from "../shell.ts"
import { readSourceFile } from "../source-file.ts"
import { shellWord } from "../store-location.ts"
import { Table } from "../table.ts"
import { visible } from "../visible.ts"

export interface UpgradeFileOptions {
  readonly file: string
  readonly apply: boolean
  readonly strict: boolean
  readonly json: boolean
  readonly noCheck: boolean
  readonly store: string | undefined
}

/** Says for each place where live tasks of the program stand whether they can go on in the new code, and with `apply` moves
 * those that can. Ends with 1 when `strict` and a task cannot; then none is moved. */
export const upgrade = Effect.fn("upgrade")(function* (options: UpgradeFileOptions) {
  const shell = yield* Shell
  const bytes = yield* attempt(() => readSourceFile(options.file, shell))
  const { bundle } = yield* compileAndShow(options, bytes)
  const { store } = options
  const file = resolve(shell.cwd, options.file)
  const own = (session: OwnSession) =>
    Effect.gen(function* () {
      const origin = yield* attempt(() => originOf({ file }, session))
      const found = yield* session.namespace.upgrade({ ...options, ...origin, folder: dirname(file), bundle })
      if (found.kind === "elsewhere") return yield* elsewhere(found, { program: bundle.manifest.program, session })
      show(found, options, session)
      if (found.isApplied) yield* removeOldCode(session)
      return yield* strictEnd(found, options)
    })
  const guest = (session: GuestSession) =>
    Effect.gen(function* () {
      const { isMoved, origin } = yield* attempt(() => originOf({ file }, session))
      const compared = yield* session.guest.compare(bundle, origin)
      const found =
        compared.kind === "elsewhere" && isMoved(compared.origin)
          ? yield* session.guest.compare(bundle, undefined)
          : compared
      if (found.kind === "elsewhere") return yield* elsewhere(found, { program: bundle.manifest.program, session })
      show(found, options, session)
      if (found.tasks.movable > 0)
        shell.err(`Tasks move while nothing runs: end process ${session.guest.owner} first\n`)
      return yield* strictEnd(found, options)
    })
  if (options.apply) return yield* Effect.mapError(withOwnSession({ store, create: false }, own), inUse)
  return yield* withEither({ store, create: false }, { own, guest })
})

const strictEnd = ({ tasks }: Upgrade, { strict }: UpgradeFileOptions) =>
  strict && tasks.pinned > 0 ? Effect.fail(endWith(exitCodes.failed)) : Effect.void

/** The tasks have moved, whatever becomes of this: a record that cannot be read may need any code. */
const removeOldCode = ({ location, namespace, shell }: OwnSession) =>
  Effect.catchIf(namespace.clean, isDamage, () =>
    Effect.sync(() =>
      shell.err(`old code was not removed, as a record cannot be read; sxs doctor${location.flag} says more\n`)
    )
  )

const isDamage = (error: { readonly _tag: string; readonly reason?: string }): boolean => error.reason === "damaged"

/** A task in use has its frames in the memory of another process. */
const inUse = (error: CommandFailed): CommandFailed =>
  error.holder === undefined
    ? error
    : storeError(
        `tasks get new code only while nothing runs, and the store is in use: ${error.holder}.\n` +
          "End that process and run the command again: its tasks go on where they stand, on the new code as far as they can"
      )

const show = (found: Upgrade, options: UpgradeFileOptions, { location, shell }: Session): void => {
  if (options.json) return void shell.out(`${printJson(toJson(found), 2)}\n`)
  const { current, movable, pinned } = found.tasks
  if (found.points.length > 0) {
    const table = new Table(["VERDICT", "FUNCTION", "STANDS AT", "NEW PLACE", "TASKS", "WHY"])
    shell.out(table.print(found.points.map(row)))
  }
  const handlers = found.subscriptions ?? { movable: 0, pinned: 0 }
  if (handlers.movable > 0) shell.err(`${handlersMove(handlers.movable, found.isApplied)}\n`)
  if (handlers.pinned > 0) shell.err(`${handlersStay(handlers.pinned)}\n`)
  const none = current === 0 ? `no task of ${visible(found.program)} is left in this store` : "nothing to do"
  if (movable + pinned === 0)
    return shell.err(`${none}${current === 0 ? "" : `: ${printCount(current, "task")} on this code already`}\n`)
  shell.err(`${summary(found)}\n`)
  if (options.apply && options.strict && pinned > 0 && movable > 0) return shell.err(keptBack)
  if (!options.apply && movable > 0 && !(options.strict && pinned > 0))
    shell.err(`Move them with: sxs upgrade ${shellWord(options.file)} --apply${location.flag}\n`)
}

const handlersMove = (count: number, isApplied: boolean): string => {
  const theirs = count === 1 ? "its handler" : "their handlers"
  return `${printCount(count, "subscription")} ${isApplied ? `got ${theirs} in the new code` : `can get ${theirs} in the new code, with --apply`}`
}

const handlersStay = (count: number): string =>
  `${printCount(count, "subscription")} ${count === 1 ? "has its handler" : "have their handlers"} in old code, until the program runs again and subscribes`

const keptBack =
  "nothing was moved, as --strict moves tasks only when none must stay; without it those that can move do so\n"

const summary = ({ isApplied, tasks: { movable, pinned } }: Upgrade): string => {
  const stay = `${printCount(pinned, "task")} ${pinned === 1 ? "stays" : "stay"} on the code that ${pinned === 1 ? "it has" : "they have"}`
  if (movable === 0) return stay
  const move = isApplied ? "moved to the new code" : "can move to the new code"
  return `${printCount(movable, "task")} ${move}${pinned === 0 ? "" : `, ${stay}`}`
}

const row = (point: UpgradePoint): ReadonlyArray<string> => [
  point.verdict,
  visible(point.function),
  `${printPlace(point.old)}${standing(point)}`,
  printPlace(point.now),
  String(point.tasks),
  visible(point.reason ?? point.note ?? "")
]

const standing = ({ callee, kind }: UpgradePoint): string => {
  if (kind === "call") return ` (${visible(callee)})`
  return { entry: " (its beginning)", loop: " (a loop)", start: " (not begun)" }[kind]
}

const printPlace = (place: UpgradePoint["old"]): string =>
  place === undefined ? "-" : `${visible(place.source)}:${place.line}:${place.column}`

const toJson = ({ bundle, isApplied, points, program, subscriptions, tasks }: Upgrade) => ({
  program,
  bundle,
  tasks,
  subscriptions: subscriptions ?? { movable: 0, pinned: 0 },
  isApplied,
  points
})
