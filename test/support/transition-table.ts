import type { ExternWait } from "../../runtime/task/extern-wait.ts"
import { type ChildrenWait, isEnded, type TaskEvent, type TaskRecord, transition } from "../../runtime/task/task.ts"
import { newRecord } from "../../runtime/task/task-record.ts"

/*
 * The table of states that docs/tasks.md shows, made by trying every event on a record of every situation that events lead
 * to from a new task. So the page says what the function does.
 */

const fresh = newRecord({ id: "work-2", bundle: "ab", function: 1, now: 0 })

const children: ChildrenWait = { kind: "children", form: "all", count: 2, left: 2 }

const call: ExternWait = {
  kind: "extern",
  name: "f",
  module: "./m.ts",
  key: "k",
  phase: "due",
  dueAt: 0,
  attempt: 0,
  attempts: 3,
  lost: 0
}

/** Each kind of event, as the table calls it, in the order of its rows. */
const events: ReadonlyArray<readonly [name: string, event: TaskEvent]> = [
  ["started", { type: "started" }],
  ["ran out of fuel, checkpoint, flush", { type: "ran out of fuel" }],
  ["waited", { type: "waited", wait: { kind: "sleep", until: 9 } }],
  ["waited", { type: "waited", wait: children }],
  ["waited", { type: "waited", wait: { kind: "resume" } }],
  ["waited", { type: "waited", wait: call }],
  ["woke", { type: "woke", value: 1 }],
  ["a child ended", { type: "child ended", child: "a", state: "failed" }],
  ["a child ended", { type: "child ended", child: "a", state: "done" }],
  ["has cancelled children of its form", { type: "children asked", count: 2 }],
  ["an attempt of its call has begun", { type: "attempt begun" }],
  ["an attempt of its call has failed", { type: "attempt failed", message: "m", until: 9 }],
  ["the next attempt is due", { type: "attempt due" }],
  ["a deadline passed", { type: "overdue" }],
  ["held (paused from outside)", { type: "held" }],
  ["released (resumed)", { type: "released", value: 1 }],
  ["ended", { type: "ended", result: 1 }],
  ["faulted", { type: "faulted", error: { message: "m", code: "SXS6301", data: null, trace: [] } }],
  ["cancelled, nothing deferred", { type: "cancelled", standing: "plain" }],
  ["cancelled, something deferred", { type: "cancelled", standing: "deferring" }],
  ["cancelled, in deferred work", { type: "cancelled", standing: "shielded" }]
]

/** What a record is as far as `transition` is concerned. */
export const situationOf = (record: TaskRecord): string => {
  const { cancelling, held, state, wait } = record
  const words = [
    state === "paused" && held ? "held" : state,
    wait === undefined || isEnded(state) ? "" : waitWords(record)
  ]
  if (cancelling !== undefined) words.push(`(cancelling: ${cancelling})`)
  return words.filter((word) => word !== "").join(" ")
}

const waitWords = ({ held, wait }: TaskRecord): string => {
  if (wait?.kind === "extern") return `${held ? "while waiting for" : "for"} a call that is ${wait.phase}`
  if (wait?.kind !== "children") return held ? "while waiting" : ""
  const preposition = held ? "while waiting for" : "for"
  if (wait.left === 0) return `${preposition} no child any more`
  if (wait.asked === undefined) return `${preposition} children`
  return wait.asked < wait.count ? `${preposition} children to cancel` : `${preposition} cancelled children`
}

/** Every event on a record of every situation that events lead to from a new task. */
const steps = () => {
  const found: Array<{ readonly event: string; readonly before: TaskRecord; readonly after: TaskRecord }> = []
  const reached = new Map([[situationOf(fresh), fresh]])
  for (const before of reached.values()) {
    for (const [event, happens] of events) {
      const outcome = transition(before, happens, 5)
      if ("refused" in outcome) continue
      const after = outcome.record
      found.push({ event, before, after })
      if (!reached.has(situationOf(after))) reached.set(situationOf(after), after)
    }
  }
  return found
}

/** The words of the page: a held task is told apart only by whether it waits, and one with children by nothing. */
const wordsOf = ({ held, state, wait }: TaskRecord): string => {
  if (held) return "held"
  return state === "waiting" && wait?.kind === "children" ? "waiting for children" : state
}

const outcomeOf = (before: TaskRecord, after: TaskRecord): string => {
  const words = wordsOf(after) === wordsOf(before) ? "the same" : wordsOf(after)
  return `${words}${after.cancelling === undefined ? "" : ", to be cancelled"}`
}

/** What becomes of tasks that are not being cancelled, those with the same outcome in one row. */
export const transitionTable = (): string => {
  const plain = steps().filter(({ before }) => before.cancelling === undefined)
  const lines = [...new Set(events.map(([event]) => event))].flatMap((event) => {
    const bySituation = Map.groupBy(
      plain.filter((step) => step.event === event),
      ({ before }) => wordsOf(before)
    )
    const rows = [...bySituation].map(([from, steps]) => ({
      from,
      to: [...new Set(steps.map(({ after, before }) => outcomeOf(before, after)))].join(" or ")
    }))
    return [...Map.groupBy(rows, ({ to }) => to)].map(
      ([to, same]) => `| ${event} | ${same.map(({ from }) => from).join(", ")} | ${to} |`
    )
  })
  return ["| event | from | becomes |", "|---|---|---|", ...lines].join("\n")
}
