import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import type { Upgrade, UpgradePoint } from "../../runtime/index.ts"
import { compileAndShow } from "../compile-and-show.ts"
import { printCount } from "../duration.ts"
import { attempt, type CommandFailed, endWith, exitCodes, storeError } from "../exit.ts"
import { printJson } from "../json.ts"
import { elsewhere, originOf } from "../run-program.ts"
import { type OwnSession, withOwnSession } from "../session.ts"
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
  yield* Effect.mapError(
    withOwnSession({ store: options.store, create: false }, (session) =>
      Effect.gen(function* () {
        const origin = originOf({ file: resolve(shell.cwd, options.file) }, session.location)
        const found = yield* session.namespace.upgrade({ ...options, ...origin, bundle })
        if (found.kind === "elsewhere") return yield* elsewhere(found, { program: bundle.manifest.program, session })
        show(found, options, session)
        if (found.isApplied) yield* removeOldCode(session)
        if (options.strict && found.tasks.pinned > 0) return yield* endWith(exitCodes.failed)
      })
    ),
    inUse
  )
})

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

const show = (found: Upgrade, options: UpgradeFileOptions, { location, shell }: OwnSession): void => {
  if (options.json) return void shell.out(`${printJson(toJson(found), 2)}\n`)
  const { current, movable, pinned } = found.tasks
  if (found.points.length > 0) {
    const table = new Table(["VERDICT", "FUNCTION", "STANDS AT", "NEW PLACE", "TASKS", "WHY"])
    shell.out(table.print(found.points.map(row)))
  }
  const none = current === 0 ? `no task of ${visible(found.program)} is left in this store` : "nothing to do"
  if (movable + pinned === 0)
    return shell.err(`${none}${current === 0 ? "" : `: ${printCount(current, "task")} on this code already`}\n`)
  shell.err(`${summary(found)}\n`)
  if (options.apply && options.strict && pinned > 0 && movable > 0) return shell.err(keptBack)
  if (!options.apply && movable > 0 && !(options.strict && pinned > 0))
    shell.err(`Move them with: sxs upgrade ${shellWord(options.file)} --apply${location.flag}\n`)
}

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

const toJson = ({ bundle, isApplied, points, program, tasks }: Upgrade) => ({
  program,
  bundle,
  tasks,
  isApplied,
  points
})
