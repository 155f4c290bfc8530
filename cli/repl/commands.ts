import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { print } from "../../runtime/index.ts"
import { printDuration } from "../duration.ts"
import { attempt, type CommandFailed, usageError } from "../exit.ts"
import { renderFrames, renderInspection } from "../inspection.ts"
import { printPlace } from "../place.ts"
import { readValue } from "../read-value.ts"
import type { OwnSession, RuntimeError } from "../session.ts"
import { Table } from "../table.ts"
import { clip, visible } from "../visible.ts"
import type { Entries } from "./entries.ts"

export interface ReplCommand {
  readonly name: string
  /** What it takes, as the help shows it. */
  readonly takes: string
  readonly does: string
  readonly run: (argument: string, parts: ReplParts) => Effect.Effect<boolean, CommandFailed | RuntimeError>
}

export interface ReplParts {
  readonly session: OwnSession
  readonly entries: Entries
}

const rowsMax = 50
const valueUnitsMax = 200

/** What a line that begins with `:` may ask for; each yields whether it went well. Their names are complete words, so that a type such
 * as `:int` is none of them. */
export const replCommands: ReadonlyArray<ReplCommand> = [
  { name: ":tasks", takes: "", does: "the tasks that have not ended", run: (_, parts) => listTasks(parts) },
  {
    name: ":task",
    takes: "[ID]",
    does: "a task with its frames; that of the last entry without ID",
    run: (id, parts) => showTask(id, parts)
  },
  { name: ":frames", takes: "[ID]", does: "its frames only", run: (id, parts) => showFrames(id, parts) },
  {
    name: ":resume",
    takes: "ID [VALUE]",
    does: "wakes a paused task",
    run: (argument, parts) => resume(argument, parts)
  },
  { name: ":cancel", takes: "ID", does: "ends a task", run: (id, parts) => cancel(id, parts) },
  {
    name: ":kv",
    takes: "[PREFIX]",
    does: "keys with their values; those of tasks when PREFIX begins with fn:",
    run: (prefix, parts) => listKeys(prefix, parts)
  },
  { name: ":help", takes: "", does: "this list", run: (_, { session }) => Effect.sync(() => show(help(), session)) },
  { name: ":quit", takes: "", does: "ends the session, as Ctrl-D does", run: () => Effect.succeed(true) }
]

/** What was typed when it is a command: `:` and a word, and perhaps more. */
export const commandOf = (line: string): { readonly name: string; readonly argument: string } | undefined => {
  const found = /^\s*(:[a-z?]\S*)\s*(.*?)\s*$/.exec(line)
  return found === null ? undefined : { name: found[1]!, argument: found[2]! }
}

const help = (): string => {
  const table = new Table(["TYPE", "FOR"])
  return table.print([
    ["an expression", "its value; def, defn and #(…) stay for what is typed later"],
    ...replCommands.map(({ does, name, takes }) => [`${name} ${takes}`.trim(), does])
  ])
}

const show = (text: string, { shell }: OwnSession): true => {
  shell.out(text)
  return true
}

const listTasks = ({ entries, session }: ReplParts) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const states = ["running", "waiting", "paused", "initialized"] as const
    const pages = yield* Effect.forEach(states, (state) => session.namespace.tasks({ state, limit: rowsMax }))
    const tasks = pages.flat().slice(0, rowsMax)
    if (tasks.length === 0) return show("no task is left\n", session)
    const table = new Table(["TASK", "STATE", "PLACE", "WAITS FOR", "SINCE"])
    const rows = tasks.map((task) => [
      task.id,
      task.state,
      printPlace(entries.texts.task(task)),
      visible(task.waitsFor ?? ""),
      printDuration(now - task.since)
    ])
    return show(table.print(rows), session)
  })

const found = (text: string, { entries, session }: ReplParts) =>
  text === "" && entries.latest !== undefined
    ? Effect.succeed(entries.latest)
    : text === ""
      ? Effect.fail(usageError("nothing has run yet; name a task, :tasks lists them"))
      : session.namespace.findTask(text)

const showTask = (text: string, parts: ReplParts) =>
  Effect.gen(function* () {
    const { namespace, shell } = parts.session
    const inspection = yield* namespace.inspect(yield* found(text, parts))
    const typed = parts.entries.texts.inspection(inspection)
    const now = yield* Clock.currentTimeMillis
    return show(renderInspection(typed, { now, colour: shell.colour.out }), parts.session)
  })

const showFrames = (text: string, parts: ReplParts) =>
  Effect.gen(function* () {
    const { namespace, shell } = parts.session
    const inspection = yield* namespace.inspect(yield* found(text, parts))
    const { frames, task } = parts.entries.texts.inspection(inspection)
    if (frames.length === 0) return show(`${task.id} has ended and has no frames\n`, parts.session)
    const now = yield* Clock.currentTimeMillis
    return show(renderFrames(frames, { now, colour: shell.colour.out }), parts.session)
  })

const resume = (argument: string, parts: ReplParts) =>
  Effect.gen(function* () {
    const [, text = "", written = ""] = /^(\S*)\s*(.*)$/.exec(argument)!
    const value = yield* attempt(() => (written === "" ? null : readValue(written)))
    if (text === "") return yield* usageError(":resume needs a task; :tasks lists them")
    const id = yield* parts.session.namespace.findTask(text)
    yield* parts.session.namespace.resume(id, value)
    return parts.entries.isEntry(id) ? yield* parts.entries.follow(id) : true
  })

const cancel = (text: string, parts: ReplParts) =>
  Effect.gen(function* () {
    const id = yield* found(text, parts)
    yield* parts.session.namespace.cancel(id)
    return yield* parts.entries.follow(id)
  })

/** Without a prefix the keys of tasks are left out: each entry has some. */
const listKeys = (prefix: string, { session }: ReplParts) =>
  Effect.gen(function* () {
    const { kv } = session.namespace
    const first = yield* kv.list(prefix, 0, rowsMax + 1)
    const skipped = prefix === "" ? first.findIndex(([key]) => key.startsWith(taskKeys)) : -1
    const before = skipped < 0 ? first : first.slice(0, skipped)
    const behind = skipped < 0 ? [] : yield* kv.list("", 0, rowsMax + 1, `${taskKeys}\u{10ffff}`)
    const found = [...before, ...behind]
    if (found.length === 0) return show("there are no such keys\n", session)
    const lines = found
      .slice(0, rowsMax)
      .map(([key, value]) => `${visible(key)}\t${clip(print(value), valueUnitsMax)}\n`)
    return show(lines.join("") + (found.length > rowsMax ? "… and more; name more of the prefix\n" : ""), session)
  })

const taskKeys = "fn:"
