import { constants } from "node:fs"
import { cp, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import * as Effect from "effect/Effect"
import { library } from "../../cli/library.ts"
import { type Namespace, openNamespace, type StoreUnavailable, type TaskNotFound } from "../../runtime/index.ts"
import { Keys, namespaceKey } from "../../runtime/store/keys.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import { unseal } from "../../runtime/store/record.ts"
import { Store } from "../../runtime/store/store.ts"
import { parseLine, type TaskName } from "./kill-program.ts"

/** What the store says of one task of the program. */
export interface TaskTraces {
  readonly state: string
  /** Both 0 before the first turn. */
  readonly count: number
  readonly last: number
  /** Turns in the durable log, in its order. */
  readonly log: ReadonlyArray<number>
  /** Turns whose lines are durable and may not have been shown yet, in their order. */
  readonly unshown: ReadonlyArray<number>
}

export type StorePicture = Readonly<Record<TaskName, TaskTraces>>

/** Reads the store as a next process finds it, without changing it: from a copy, which is opened and recovered. */
export const auditStore = async (directory: string): Promise<StorePicture> => {
  const copy = await mkdtemp(join(tmpdir(), "sxs-audit-"))
  try {
    const filter = (path: string): boolean => basename(path) !== "control" // A socket cannot be copied.
    await cp(directory, copy, { recursive: true, mode: constants.COPYFILE_FICLONE, filter })
    return await Effect.runPromise(
      picture.pipe(Effect.scoped, Effect.provide(layerLevel({ directory: copy, create: true })))
    )
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

const picture = Effect.gen(function* () {
  const namespace = yield* openNamespace({
    library,
    output: ({ text }) => {
      throw new Error(`an audit shows nothing, got ${text}`)
    }
  })
  const unshown = yield* readOutbox
  return {
    main: yield* tracesOf(namespace, "main", unshown),
    side: yield* tracesOf(namespace, "side", unshown)
  }
})

const linesMax = Number.MAX_SAFE_INTEGER

const tracesOf = Effect.fnUntraced(function* (namespace: Namespace, name: TaskName, unshown: ReadonlyArray<string>) {
  const tasks = (yield* namespace.tasks({ limit: 10 })).filter((task) => task.function === name)
  if (tasks.length > 1) throw new Error(`the program was started ${tasks.length} times`)
  const [task] = tasks
  return {
    state: task?.state ?? "missing",
    count: yield* numberAt(namespace, `${name}/count`),
    last: yield* numberAt(namespace, `${name}/last`),
    log: task === undefined ? [] : yield* logOf(namespace, task.id, name),
    unshown: turnsOfTask(unshown, name)
  }
})

const numberAt = (namespace: Namespace, key: string) =>
  Effect.map(namespace.kv.get(key), (value) => (typeof value === "number" ? value : 0))

/** The log without gaps in its numbering, as turns. */
const logOf = (
  namespace: Namespace,
  task: string,
  name: TaskName
): Effect.Effect<ReadonlyArray<number>, TaskNotFound | StoreUnavailable> =>
  Effect.map(namespace.logs(task, { limit: linesMax }), (lines) => {
    for (const [index, line] of lines.entries()) {
      if (line.seq !== index) throw new Error(`line ${index} of the log of ${task} has the number ${line.seq}`)
    }
    return turnsOfTask(
      lines.map((line) => line.text),
      name
    )
  })

const turnsOfTask = (lines: ReadonlyArray<string>, name: TaskName): ReadonlyArray<number> =>
  lines
    .map(parseLine)
    .filter(({ task }) => task === name)
    .map(({ turn }) => turn)

/** Lines in the outbox, which no interface of the namespace names: they are shown by the next start. */
export const readOutbox = Effect.gen(function* () {
  const store = yield* Store
  const key = namespaceKey("default")
  const keys = new Keys(unseal(key, store.get(key)!))
  const snapshot = store.snapshot()
  const records = yield* Effect.ensuring(
    snapshot.scan(keys.outputRange, linesMax),
    Effect.sync(() => snapshot.close())
  )
  return records.map(([key, record]) => (JSON.parse(unseal(key, record)) as { readonly text: string }).text)
})
