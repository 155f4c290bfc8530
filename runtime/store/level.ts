import { mkdirSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Level } from "level"
import { limits } from "../limits.ts"
import { currentBoot } from "./anchor.ts"
import { openAnchorFile } from "./anchor-file.ts"
import { type ChainedWriter, openChained, type RawDatabase } from "./chained.ts"
import {
  checkSame,
  damaged,
  databaseOf,
  hasStore,
  type Identity,
  newIdentity,
  readIdentity,
  sealIdentity,
  unsealIdentity,
  writeIdentity
} from "./identity.ts"
import { formatKey } from "./keys.ts"
import { heldByOther, removeOwner, reserve, writeOwner } from "./lock.ts"
import { describeLoss, type Loss } from "./loss.ts"
import { damagedRecord } from "./record.ts"
import { type KeyRange, type Snapshot, Store, StoreUnavailable } from "./store.ts"

export interface LevelOptions {
  /** Folder of the store; see identity.ts for what is in it. */
  readonly directory: string
  /** Whether to make a new store when the folder has none; else nothing is created. */
  readonly create: boolean
  /** Hears of writes that are lost, and the store goes on with what is there; else it does not open then. */
  readonly acceptLoss?: (loss: string) => void
}

/**
 * A store in a folder, by LevelDB. Fails with `held` when somebody has it open, `format` when another version wrote it,
 * `damaged` when its parts do not fit together, `io` when it is missing or cannot be read.
 */
export const layerLevel = (options: LevelOptions): Layer.Layer<Store, StoreUnavailable> =>
  Layer.effect(Store, openLevel(options))

type Database = Level<string, string>

interface Opened {
  readonly database: Database
  readonly writer: ChainedWriter
}

const openLevel = Effect.fnUntraced(function* (
  options: LevelOptions
): Effect.fn.Return<Store["Service"], StoreUnavailable, Scope.Scope> {
  yield* attempt("open", () => prepare(options))
  const { path } = yield* Effect.acquireRelease(
    attemptAsync("open", () => reserve(options.directory)),
    ({ release }) => Effect.promise(release)
  )
  const anchor = yield* Effect.acquireRelease(
    Effect.sync(() => openAnchorFile(path)),
    ({ close }) => Effect.sync(close)
  )
  const opened = yield* Effect.acquireRelease(openDatabase({ ...options, path, anchor }), ({ database }) =>
    closeDatabase(database, path)
  )
  return makeStore(opened, path)
})

/** Makes the folder when asked to. */
const prepare = ({ create, directory }: LevelOptions): void => {
  if (create) mkdirSync(directory, { recursive: true })
  else if (!hasStore(directory)) throw missing(directory)
}

const missing = (directory: string): StoreUnavailable =>
  new StoreUnavailable({ operation: "open", reason: "io", detail: `there is no store in ${directory}` })

interface Opening extends LevelOptions {
  /** The real path of the folder. */
  readonly path: string
  readonly anchor: ReturnType<typeof openAnchorFile>
}

// The database is closed again when its content is refused: the acquisition has failed then, so nobody else would.
const openDatabase = (opening: Opening): Effect.Effect<Opened, StoreUnavailable> =>
  Effect.gen(function* () {
    const { directory, path } = opening
    const file = yield* attempt("open", () => readIdentity(directory))
    const isNew = !hasStore(directory)
    const database: Database = new Level(databaseOf(path), { createIfMissing: isNew })
    yield* Effect.tryPromise({ try: () => database.open(), catch: (cause) => openFailure(directory, cause) })
    const checked = attemptAsync("open", async () => {
      const { id } = await identify({ database, directory, file })
      return openChain(database, opening, id)
    }).pipe(Effect.mapError((failure) => withWayOut(directory, failure)))
    const writer = yield* Effect.tap(checked, () => attempt("open", () => writeOwner(path))).pipe(
      Effect.onError(() => closeDatabase(database, path))
    )
    return { database, writer }
  })

const openChain = (database: Database, opening: Opening, store: string): Promise<ChainedWriter> => {
  const { acceptLoss, anchor, directory } = opening
  const onLoss = (loss: Loss) => {
    const described = describeLoss(loss)
    if (acceptLoss === undefined) throw damaged(directory, `${described}. ${waysOut}`)
    acceptLoss(described)
  }
  return openChained({ database: rawDatabase(database), anchor, store, boot: currentBoot(), onLoss })
}

const waysOut = "Restore the folder from a backup, or go on with what is there: sxs doctor --accept-loss"

const rawDatabase = (database: Database): RawDatabase => ({
  get: (key) => database.getSync(key),
  scan: ({ from, to }) => database.iterator({ gte: from, lt: to, highWaterMarkBytes: pageBytes }).all(),
  write: (batch) => writeBatch(database, batch)
})

/** Checks that the opened database is the one that `store.json` names, or makes both in a new store. */
const identify = async (options: {
  readonly database: Database
  readonly directory: string
  readonly file: ReturnType<typeof readIdentity>
}): Promise<Identity> => {
  const { database, directory, file } = options
  const record = database.getSync(formatKey)
  const stored = record === undefined ? undefined : unsealIdentity(directory, record)
  if (file !== undefined) {
    checkSame(directory, file, stored)
    return file
  }
  if (stored === undefined && !(await isEmpty(database)))
    throw damaged(directory, "its database was not made by sxs. Use another folder")
  const identity = stored ?? newIdentity()
  if (stored === undefined) await database.put(formatKey, sealIdentity(identity), { sync: true })
  writeIdentity(directory, identity)
  return identity
}

const isEmpty = async (database: Database): Promise<boolean> => (await database.keys({ limit: 1 }).all()).length === 0

const closeDatabase = (database: Database, path: string): Effect.Effect<void> =>
  Effect.promise(async () => {
    try {
      removeOwner(path)
    } finally {
      await database.close()
    }
  })

const makeStore = ({ database, writer }: Opened, path: string): Store["Service"] => {
  let failure: StoreUnavailable | undefined
  return Store.of({
    directory: path,
    get: (key) => {
      try {
        return database.getSync(key)
      } catch (cause) {
        const failure = failureOf("read", cause)
        throw failure.reason === "damaged" ? damagedRecord(key, failure.detail) : failure
      }
    },
    snapshot: () => takeSnapshot(database),
    commit: (writes, { sync }) =>
      Effect.suspend(() => {
        if (failure !== undefined) return Effect.fail(failure)
        return Effect.tapError(
          attemptAsync("commit", () => writer.write(writes, sync)),
          // Level refuses all later writes of a handle whose log may be torn; so do we, with the first reason.
          (error) => Effect.sync(() => (failure = error))
        )
      }).pipe(Effect.uninterruptible)
  })
}

const writeBatch = async (
  database: Database,
  { link, sync, writes }: Parameters<RawDatabase["write"]>[0]
): Promise<void> => {
  const batch = database.batch()
  try {
    for (const write of writes) {
      if (write.type === "put") batch.put(write.key, write.value)
      else batch.del(write.key)
    }
    batch.put(link.key, link.record)
    await batch.write({ sync })
  } catch (cause) {
    await batch.close().catch(() => undefined)
    throw cause
  }
}

const takeSnapshot = (database: Database): Snapshot => {
  const snapshot = throwing("read", () => database.snapshot())
  return {
    scan: (range, limit) => attemptAsync("read", () => readRange({ database, snapshot, range, limit })),
    // It waits for scans that still run; nobody needs to wait for that.
    close: () => void snapshot.close().catch(() => undefined)
  }
}

/** Bytes that an iterator fetches at once. Its default of 16 KiB makes a hop to another thread for every 80 entries. */
const pageBytes = 256 * 1024

/** Level takes a limit as a 32-bit int. */
const limitMax = 2 ** 31 - 1

// Level reserves memory for as many items as are asked for, and aborts the process when it cannot.
const pageItems = limits.scanPageItems

const readRange = async (options: {
  readonly database: Database
  readonly snapshot: ReturnType<Database["snapshot"]>
  readonly range: KeyRange
  readonly limit: number
}): Promise<ReadonlyArray<readonly [string, string]>> => {
  const { database, snapshot, range, limit } = options
  const found: Array<readonly [string, string]> = []
  if (limit <= 0) return found
  const iterator = database.iterator({
    gte: range.from,
    lt: range.to,
    limit: Math.min(limit, limitMax),
    snapshot,
    highWaterMarkBytes: pageBytes
  })
  try {
    for (;;) {
      const page = await iterator.nextv(pageItems)
      if (page.length === 0) return found
      found.push(...page)
    }
  } finally {
    await iterator.close()
  }
}

const throwing = <A>(operation: string, run: () => A): A => {
  try {
    return run()
  } catch (cause) {
    throw failureOf(operation, cause)
  }
}

const attempt = <A>(operation: string, run: () => A): Effect.Effect<A, StoreUnavailable> =>
  Effect.try({ try: run, catch: (cause) => failureOf(operation, cause) })

const attemptAsync = <A>(operation: string, run: () => Promise<A>): Effect.Effect<A, StoreUnavailable> =>
  Effect.tryPromise({ try: run, catch: (cause) => failureOf(operation, cause) })

const failureOf = (operation: string, cause: unknown): StoreUnavailable =>
  cause instanceof StoreUnavailable
    ? cause
    : new StoreUnavailable({ operation, reason: reasonOf(cause), detail: messageOf(cause) })

/** Level tells disk errors apart by their text only. */
const reasonOf = (cause: unknown): StoreUnavailable["reason"] => {
  const { code } = cause as { readonly code?: unknown }
  if (code === "ENOSPC" || code === "EDQUOT" || /No space left|Disk quota/i.test(messageOf(cause))) return "full"
  return code === "LEVEL_CORRUPTION" ? "damaged" : "io"
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** For what cannot be read while a store is opened, and cannot be made good either. */
const withWayOut = (directory: string, failure: StoreUnavailable): StoreUnavailable =>
  failure.reason !== "damaged" || failure.detail.startsWith("the store ")
    ? failure
    : damaged(directory, `${failure.detail}. Restore the folder from a backup`)

/** Level hides the reason for which it did not open in the error's cause. */
const openFailure = (directory: string, error: unknown): StoreUnavailable => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if ((cause as { readonly code?: unknown }).code === "LEVEL_LOCKED") return heldByOther(directory)
  const failure = failureOf("open", cause)
  // A file that the database names, and that is not there, is no matter of rights or of the disk.
  const isMissing = /No such file/i.test(failure.detail)
  return isMissing
    ? damaged(directory, `${failure.detail}. Restore the folder from a backup`)
    : withWayOut(directory, failure)
}
