import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { TaskState, TaskView } from "../../runtime/index.ts"
import { printDuration, printNumber } from "../duration.ts"
import { printJson } from "../json.ts"
import { JsonRows } from "../json-rows.ts"
import { printPlace } from "../place.ts"
import { type RuntimeError, type Session, withSession } from "../session.ts"
import { Table } from "../table.ts"
import { clip, visible } from "../visible.ts"

export interface PsOptions {
  readonly all: boolean
  readonly state: TaskState | undefined
  readonly limit: number
  readonly json: boolean
  readonly store: string | undefined
}

/** Tasks are read in pages of so many, so that a store with a million of them fits into any memory. The namespace reads as
 * many at once: smaller pages would read the rest of each again. */
const pageItems = 500
/** Rows beyond the limit that are counted, not shown. Each is read as a whole: with 10,000 the command took 1.8 times as
 * long on a full store as on an empty one (bench/restart.ts). */
const countedMax = 1000

/** Lists tasks in the order of their ids, row by row. */
export const ps = Effect.fn("ps")((options: PsOptions) =>
  withSession({ store: options.store, create: false }, (session) =>
    Effect.gen(function* () {
      const { shell } = session
      const rows: Rows = options.json
        ? new JsonRows((task: TaskView) => printJson(task))
        : new TextRows(yield* Clock.currentTimeMillis)
      const limit = options.limit === 0 ? Number.POSITIVE_INFINITY : options.limit
      let seen = 0
      yield* forEachPage(session, options, (page) => {
        const shown = page.slice(0, Math.max(0, limit - seen))
        if (shown.length > 0) shell.out(rows.print(shown))
        seen += page.length
        return seen <= limit + countedMax && !shell.isOutClosed()
      })
      shell.out(rows.end())
      if (seen === 0 && !options.json) shell.err(nothing(options))
      if (seen > limit) shell.err(more(seen - limit))
    })
  )
)

const nothing = ({ all, state }: PsOptions): string => {
  if (state !== undefined) return `no task is ${state}\n`
  return all ? "there are no tasks\n" : "no task is left; --all shows those that have ended\n"
}

const more = (count: number): string =>
  count > countedMax
    ? `… and at least ${printNumber(countedMax)} more; --limit 0 shows all\n`
    : `… and ${printNumber(count)} more; --limit 0 shows all\n`

/** Calls `use` with each page of the tasks that were asked for, until it says false. */
const forEachPage = Effect.fnUntraced(function* (
  { namespace }: Session,
  { all, state }: PsOptions,
  use: (page: ReadonlyArray<TaskView>) => boolean
): Effect.fn.Return<void, RuntimeError> {
  let after: string | undefined
  for (;;) {
    const page = yield* namespace.tasks({
      limit: pageItems,
      ...(after !== undefined && { after }),
      ...(state !== undefined ? { state } : { left: !all })
    })
    if (!use(page) || page.length < pageItems) return
    after = page.at(-1)!.id
  }
})

// ─── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Rows {
  readonly print: (tasks: ReadonlyArray<TaskView>) => string
  /** What comes after the last row. */
  readonly end: () => string
}

const waitUnitsMax = 60

class TextRows implements Rows {
  readonly #table = new Table(["TASK", "STATE", "FUNCTION", "PLACE", "WAITS FOR", "SINCE"])
  readonly #now: number

  constructor(now: number) {
    this.#now = now
  }

  print(tasks: ReadonlyArray<TaskView>): string {
    return this.#table.print(
      tasks.map((task) => [
        task.id,
        task.damage === undefined ? task.state : "damaged",
        visible(task.function),
        printPlace(task),
        // Which record is damaged must be read to its end.
        task.damage === undefined ? clip(visible(task.waitsFor ?? ""), waitUnitsMax) : visible(task.damage),
        task.state === "damaged" ? "" : printDuration(this.#now - task.since)
      ])
    )
  }

  end(): string {
    return ""
  }
}
