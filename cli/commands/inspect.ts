import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { print } from "../../runtime/index.ts"
import { encodable } from "../encodable.ts"
import { renderInspection } from "../inspection.ts"
import { printJson } from "../json.ts"
import { withSession } from "../session.ts"
import { visible } from "../visible.ts"

export interface InspectOptions {
  readonly task: string
  readonly raw: boolean
  readonly json: boolean
  readonly store: string | undefined
}

/** Shows a task: where it stands, its frames with their source, what their variables hold; `raw`: its keys. */
export const inspect = Effect.fn("inspect")((options: InspectOptions) =>
  withSession({ store: options.store, create: false }, ({ namespace, shell }) =>
    Effect.gen(function* () {
      const id = yield* namespace.findTask(options.task)
      if (options.raw) {
        const entries = yield* namespace.taskKeys(id)
        if (options.json) return shell.out(toJson(entries.map(([key, value]) => ({ key, value: print(value) }))))
        return shell.out(entries.map(([key, value]) => `${visible(key)} = ${print(value)}\n`).join(""))
      }
      const inspection = yield* namespace.inspect(id)
      if (options.json) return shell.out(toJson(encodable(inspection)))
      const now = yield* Clock.currentTimeMillis
      shell.out(renderInspection(inspection, { now, colour: shell.colour.out }))
    })
  )
)

const toJson = (data: unknown): string => `${printJson(data, 2)}\n`
