import type { RetentionOptions } from "../runtime/index.ts"
import { readDuration } from "./duration.ts"
import { usageError } from "./exit.ts"
import type { ShellService } from "./shell.ts"

/** How long ended tasks are kept and how many, from `SXS_KEEP`: `30d`, `12h`, `90min`, `30s`, `5000`, `30d,5000`, or `all`. What it
 * does not say stays as it is without it. Throws a usage error. */
export const readKeep = ({ env }: ShellService): Partial<RetentionOptions> => {
  const text = env.SXS_KEEP
  if (text === undefined || text === "") return {}
  if (text === "all") return { ageMs: Number.POSITIVE_INFINITY, tasks: Number.POSITIVE_INFINITY }
  const parts: ReadonlyArray<Partial<RetentionOptions>> = text.split(",").map((part) => readPart(part.trim(), text))
  return Object.assign({}, ...parts) as Partial<RetentionOptions>
}

const readPart = (part: string, text: string): Partial<RetentionOptions> => {
  if (/^\d{1,9}$/.test(part)) return { tasks: Number(part) }
  const ageMs = readDuration(part)
  if (ageMs !== undefined) return { ageMs }
  throw usageError(
    `SXS_KEEP is a time such as 30d, 12h, 90min or 30s, a number of tasks, both (30d,5000), or all; not ${text}`
  )
}
