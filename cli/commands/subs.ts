import * as Effect from "effect/Effect"
import type { SubscriptionView } from "../../runtime/index.ts"
import { printJson } from "../json.ts"
import { JsonRows } from "../json-rows.ts"
import { atHandler } from "../left-subscriptions.ts"
import { withSession } from "../session.ts"
import { Table } from "../table.ts"
import { visible } from "../visible.ts"

export interface SubsOptions {
  readonly limit: number
  readonly json: boolean
  readonly store: string | undefined
}

const pageItems = 500

/** Lists the subscriptions of programs and tasks, in the order of their ids. */
export const subs = Effect.fn("subs")((options: SubsOptions) =>
  withSession({ store: options.store, create: false }, ({ namespace, shell }) =>
    Effect.gen(function* () {
      const limit = options.limit === 0 ? Number.POSITIVE_INFINITY : options.limit
      const table = new Table(["SUBSCRIPTION", "EVENTS", "TYPE", "OF", "PLACE", "QUEUED", "RUNNING", "DEAD"])
      const json = new JsonRows((view: SubscriptionView) => printJson(view))
      let shown = 0
      for (let after: string | undefined; ; ) {
        // One more than is shown says whether there are more.
        const wanted = Math.min(pageItems, limit - shown + 1)
        const page = yield* namespace.bus.subscriptions({ limit: wanted, ...(after !== undefined && { after }) })
        const rows = page.slice(0, limit - shown)
        if (rows.length > 0) shell.out(options.json ? json.print(rows) : table.print(rows.map(row)))
        shown += rows.length
        after = rows.at(-1)?.id
        if (page.length > rows.length) shell.err("… and more; --limit 0 shows all\n")
        // Those that cannot be read are left out, so that a page may be short.
        if (page.length === 0 || page.length > rows.length || shell.isOutClosed()) break
      }
      if (options.json) shell.out(json.end())
      else if (shown === 0) shell.err("there are no subscriptions\n")
    })
  )
)

const row = (view: SubscriptionView): ReadonlyArray<string> => [
  view.id,
  `${view.channel}/${view.topic}`,
  view.type ?? "",
  visible(view.task ?? view.program ?? ""),
  atHandler(view),
  String(view.queued),
  String(view.running),
  String(view.deadLetters)
]
