import type { RetentionOptions } from "../runtime/index.ts"
import { usageError } from "./exit.ts"
import type { ShellService } from "./shell.ts"

const unitsMs: ReadonlyMap<string, number> = new Map([
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000]
])

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
  const match = /^(\d{1,9})(d|h|min|s)?$/.exec(part)
  if (match === null)
    throw usageError(
      `SXS_KEEP is a time such as 30d, 12h, 90min or 30s, a number of tasks, both (30d,5000), or all; not ${text}`
    )
  const [, digits, unit] = match
  return unit === undefined ? { tasks: Number(digits) } : { ageMs: Number(digits) * unitsMs.get(unit)! }
}
