import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../runtime/index.ts"
import { hasIdentity, storeFormat } from "../runtime/store/identity.ts"
import { layerLevel } from "../runtime/store/level.ts"
import { hasOwner, leftoverOwner } from "../runtime/store/lock.ts"
import { Store } from "../runtime/store/store.ts"
import { checkTableFile, tablesOf } from "../runtime/store/table-file.ts"
import { type Flaw, type Scrubbed, scrub } from "../runtime/task/scrub.ts"
import { printCount } from "./duration.ts"
import { explainStore } from "./explain.ts"
import type { Finding } from "./health.ts"
import { Shell } from "./shell.ts"
import type { StoreLocation } from "./store-location.ts"
import { visible } from "./visible.ts"

export interface StoreCheckOptions {
  readonly directory: string
  readonly location: StoreLocation
  /** Goes on with what is there, and puts in order what has only one order. */
  readonly acceptLoss: boolean
}

/** Flaws that are shown one by one. */
const flawsShownMax = 100

/** Reads the whole store: its tables as files, then, opened, its chain of batches and each record. */
export const checkStoreContent = Effect.fnUntraced(function* (
  options: StoreCheckOptions
): Effect.fn.Return<ReadonlyArray<Finding>, never, Shell> {
  const { directory } = options
  const leftover = leftoverOwner(directory)
  const before: ReadonlyArray<Finding> =
    leftover === undefined
      ? []
      : [ok("lock", `${visible(leftover)} ended without closing the store; its lock has ended with it, nothing to do`)]
  const tables = checkTables(directory)
  // The tables of a store that a program has open come and go. Whether one has only the lock can say: what names the owner
  // may have been left by a process of another host, or by one whose number another process has now.
  if (tables.length > 0 && !hasOwner(directory)) return [...before, ...tables]
  const opened = openAndScrub(tables.length > 0 ? { ...options, acceptLoss: false } : options).pipe(
    // What the records say is of no use where tables have lost some.
    Effect.map((found) => (tables.length > 0 ? tables : found)),
    Effect.catch((error) =>
      Effect.succeed(tables.length > 0 && error.reason !== "held" ? tables : [notOpened(error, options)])
    ),
    // LevelDB's own threads end with the scope.
    Effect.scoped
  )
  return [...before, ...(yield* opened)]
})

const checkTables = (directory: string): ReadonlyArray<Finding> =>
  tablesOf(directory).flatMap((name) => {
    const wrong = checkTableFile(directory, name)
    return wrong === undefined
      ? []
      : [fail("table", `db/${name} is damaged: ${wrong}; restore the folder from a backup`)]
  })

const openAndScrub = ({ acceptLoss, directory }: StoreCheckOptions) => {
  const isIdentityLost = !hasIdentity(directory)
  const accepted: Array<Finding> = []
  const accept = (loss: string) =>
    void accepted.push({ level: "warn", name: "loss", message: `accepted, as was asked: ${loss}` })
  const layer = layerLevel({ directory, create: false, ...(acceptLoss && { acceptLoss: accept }) })
  return Effect.gen(function* () {
    const store = yield* Store
    const shell = yield* Shell
    const flaws: Array<Flaw> = []
    const found = yield* scrub(store, {
      onFlaw: (flaw) => flaws.push(flaw),
      onProgress: progress(shell.err, yield* Clock.Clock)
    })
    if (acceptLoss) yield* repair(store, flaws)
    return [...accepted, ...(isIdentityLost ? [identityMade] : []), ...report(found, flaws, acceptLoss)]
  }).pipe(Effect.provide(layer))
}

const identityMade = {
  level: "ok",
  name: "repair",
  message: "its file store.json was missing, and is written again from the database"
} as const

const progressMs = 1000

const progress = (say: (text: string) => void, clock: Clock.Clock): ((recordCount: number) => void) => {
  let next = clock.currentTimeMillisUnsafe() + progressMs
  return (recordCount) => {
    const now = clock.currentTimeMillisUnsafe()
    if (now < next) return
    next = now + progressMs
    say(`${printCount(recordCount, "record")} read so far\n`)
  }
}

const repairsPerBatch = 1000

const repair = Effect.fnUntraced(function* (
  store: Store["Service"],
  flaws: ReadonlyArray<Flaw>
): Effect.fn.Return<void, StoreUnavailable> {
  const writes = flaws.flatMap((flaw) => flaw.repair ?? [])
  for (let at = 0; at < writes.length; at += repairsPerBatch)
    yield* store.commit(writes.slice(at, at + repairsPerBatch), { sync: true })
})

const report = (found: Scrubbed, flaws: ReadonlyArray<Flaw>, isRepaired: boolean): ReadonlyArray<Finding> => {
  const left = flaws.filter((flaw) => !isRepaired || flaw.repair === undefined)
  const repaired = flaws.length - left.length
  const content = `${printCount(found.recordCount, "record")} of ${printCount(found.taskCount, "task")}`
  const shown = left.slice(0, flawsShownMax).map((flaw) => fail("record", describe(flaw)))
  const more = left.length - shown.length
  return [
    ...shown,
    ...(more > 0 ? [fail("record", `${printCount(more, "other record")} besides`)] : []),
    ...(repaired > 0 ? [ok("repair", `${printCount(repaired, "record")} put in order`)] : []),
    ...(left.length === 0 ? [ok("store", `format ${storeFormat}, whole: ${content}`)] : [])
  ]
}

const describe = ({ key, kind, subject = "", what }: Flaw): string =>
  `${visible(JSON.stringify(key))}: ${what}. ${cures[kind](visible(subject))}`

/** What is lost with a record, and what to do. */
const cures: Readonly<Record<Flaw["kind"], (subject: string) => string>> = {
  value: (key) =>
    `A program that reads ${key} gets a fault; write it again or delete it with sxs kv, or restore a backup`,
  task: (task) => `The task ${task} stands still, others go on; restore a backup to let it go on`,
  code: () => "Tasks in this program stand still; run the program again, which stores its code again",
  index: () => "sxs doctor --accept-loss makes it again from the tasks, and nothing is lost",
  line: () => "Nothing runs before it is gone: sxs doctor --accept-loss removes it; the task's log still has the line",
  other: () => "Restore a backup"
}

const notOpened = (error: StoreUnavailable, { acceptLoss, location }: StoreCheckOptions): Finding => {
  const { holder } = error
  if (holder === undefined) return fail("store", explainStore(error, location))
  // A program that runs has its store to itself: that is as it should be.
  return acceptLoss
    ? fail("store", `in use, so nothing was accepted or put in order: ${holder}. End that process first`)
    : ok("store", `in use, so it was not read: ${holder}`)
}

const ok = (name: string, message: string): Finding => ({ level: "ok", name, message })

const fail = (name: string, message: string): Finding => ({ level: "fail", name, message })
