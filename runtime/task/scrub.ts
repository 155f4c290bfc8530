import * as Effect from "effect/Effect"
import { hashOf } from "../bundle/loader.ts"
import { limits } from "../limits.ts"
import { decodeHead } from "../store/batch.ts"
import { allKeys, Keys, namespacesRange, rangeAfter } from "../store/keys.ts"
import { seal, unseal } from "../store/record.ts"
import { type KeyRange, type Snapshot, type Store, StoreUnavailable, type Write } from "../store/store.ts"
import { decode } from "../value/codec.ts"
import { decodeCall } from "./extern-call.ts"
import { decodeFrame } from "./frame.ts"
import { type BusScrub, checkBusRecord, checkRoom } from "./scrub-bus.ts"
import { decodeLogEntry } from "./segment.ts"
import { dueOf, externDueOf, isEnded, isOver, isRunnable, type TaskRecord } from "./task.ts"
import { decodeRecord } from "./task-record.ts"

/** What is wrong with a record, or missing beside it. */
export interface Flaw {
  readonly key: string
  readonly what: string
  /** What cannot be read: a user's value, something of a task, the code of programs, an entry of an index, a line that was not
   * shown yet; or something else, which the runtime keeps for itself. */
  readonly kind: "value" | "task" | "code" | "index" | "line" | "other"
  /** The user's key, or the task. */
  readonly subject?: string
  /** Of an index, made again from the records, or of a line that nobody can show any more: writes that put it in order. */
  readonly repair?: ReadonlyArray<Write>
}

export interface Scrubbed {
  readonly recordCount: number
  readonly taskCount: number
}

export interface ScrubOptions {
  readonly onFlaw: (flaw: Flaw) => void
  /** Called after each page, with the number of records so far. */
  readonly onProgress: (recordCount: number) => void
}

/**
 * Reads every record of the store: its checksum and version, what it holds, and what must stand beside it: the frames and
 * locals of a task, its bundles, its entries in the indexes, and of those the task. Takes as long as the store is large, and
 * little memory. Changes nothing.
 */
export const scrub = (store: Store["Service"], options: ScrubOptions): Effect.Effect<Scrubbed, StoreUnavailable> =>
  Effect.acquireUseRelease(
    Effect.sync(() => store.snapshot()),
    (snapshot) => scrubAll(store, snapshot, options),
    (snapshot) => Effect.sync(() => snapshot.close())
  )

const scrubAll = Effect.fnUntraced(function* (
  store: Store["Service"],
  snapshot: Snapshot,
  { onFlaw, onProgress }: ScrubOptions
): Effect.fn.Return<Scrubbed, StoreUnavailable> {
  const named = yield* snapshot.scan(namespacesRange, limits.scanItemsMax)
  const scrubber = new Scrubber(store, named, onFlaw)
  let recordCount = 0
  let range: KeyRange = allKeys
  for (;;) {
    const page = yield* snapshot.scan(range, limits.scanPageItems)
    for (const [key, record] of page) scrubber.check(key, record)
    recordCount += page.length
    onProgress(recordCount)
    if (page.length < limits.scanPageItems) return { recordCount, taskCount: scrubber.taskCount }
    range = rangeAfter(range, page.at(-1)![0])
  }
})

class Scrubber {
  readonly #spaces: ReadonlyArray<NamespaceScrubber>
  readonly #onFlaw: ScrubOptions["onFlaw"]

  constructor(
    store: Store["Service"],
    named: ReadonlyArray<readonly [key: string, record: string]>,
    onFlaw: ScrubOptions["onFlaw"]
  ) {
    this.#onFlaw = onFlaw
    // One that cannot be read is found by `check`.
    this.#spaces = named.flatMap(([key, record]) => {
      const id = payloadOf(key, record)
      return id === undefined ? [] : [new NamespaceScrubber(store, new Keys(id), onFlaw)]
    })
  }

  get taskCount(): number {
    return this.#spaces.reduce((count, space) => count + space.taskCount, 0)
  }

  check(key: string, record: string): void {
    const space = this.#spaces.find(({ keys }) => keys.space(key) !== undefined)
    const wrong = said(() => {
      const payload = unseal(key, record)
      if (space !== undefined) space.check(key, payload)
      else if (key.startsWith("n")) throw new Wrong("no namespace has such a key")
    })
    if (wrong === undefined) return
    if (space === undefined) this.#onFlaw({ key, what: wrong, kind: "other" })
    else space.report(key, wrong)
  }
}

/** Thrown with what is wrong about a record. */
class Wrong extends Error {}

/** What `check` finds wrong; undefined when nothing is. */
const said = (check: () => void): string | undefined => {
  try {
    check()
    return undefined
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return cause.detail.replace(/^the record .* is damaged: /, "")
    if (cause instanceof Wrong) return cause.message
    return "what it holds makes no sense"
  }
}

const payloadOf = (key: string, record: string): string | undefined => {
  try {
    return unseal(key, record)
  } catch {
    return undefined
  }
}

const kinds: Readonly<Record<string, Flaw["kind"]>> = {
  u: "value",
  t: "task",
  f: "task",
  l: "task",
  b: "code",
  m: "code",
  e: "index",
  r: "index",
  w: "index",
  i: "index",
  x: "index",
  y: "task",
  ec: "task",
  th: "task",
  ed: "index",
  o: "line"
}

class NamespaceScrubber {
  readonly keys: Keys
  readonly #store: Store["Service"]
  readonly #onFlaw: ScrubOptions["onFlaw"]
  readonly #bundles = new Map<string, boolean>()
  readonly #bus: BusScrub
  taskCount = 0

  constructor(store: Store["Service"], keys: Keys, onFlaw: ScrubOptions["onFlaw"]) {
    this.#store = store
    this.keys = keys
    this.#onFlaw = onFlaw
    this.#bus = {
      keys,
      has: (key) => this.#has(key),
      read: (key) => {
        const record = store.get(key)
        return record === undefined ? undefined : payloadOf(key, record)
      },
      report: (key, what, repair) => this.report(key, what, repair),
      hasBundle: (hash, who) => this.#hasBundle(hash, who)
    }
  }

  report(key: string, what: string, repair = this.#repairOf(key)): void {
    const subject = this.#subjectOf(key)
    this.#onFlaw({
      key,
      what,
      kind: kinds[this.keys.space(key) ?? ""] ?? "other",
      ...(subject !== undefined && { subject }),
      ...(repair !== undefined && { repair })
    })
  }

  #subjectOf(key: string): string | undefined {
    return this.keys.space(key) === "u" ? this.keys.parseUser(key) : this.keys.taskOf(key)
  }

  /** An entry of an index says all by its key: it is right, or it has to go. A line that cannot be read is shown by nobody. */
  #repairOf(key: string): ReadonlyArray<Write> | undefined {
    const space = this.keys.space(key) ?? ""
    if (!["e", "ed", "o", "r", "w"].includes(space)) return undefined
    const isRight = space !== "o" && said(() => this.check(key, "")) === undefined
    return [isRight ? { type: "put", key, value: seal(key, "") } : { type: "del", key }]
  }

  /** Throws for what makes no sense. */
  check(key: string, payload: string): void {
    const { keys } = this
    if (checkBusRecord(this.#bus, key, payload)) return
    switch (keys.space(key)) {
      case "u":
        return void decode(payload)
      case "t":
        return this.#task(key, decodeRecord(payload))
      case "f":
        return this.#frame(key, payload)
      case "l":
        decode(payload)
        return this.#belongsTo(keys.parseLocal(key).task, "the local")
      case "e":
        return this.#entry(
          keys.parseEnded(key).task,
          "has ended then",
          (task) => isOver(task) && keys.ended(task.since, task.id) === key
        )
      case "r":
        return this.#entry(keys.parseRunnable(key), "can run", isRunnable)
      case "ec":
        decodeCall(payload)
        return this.#belongsTo(keys.parseExternCall(key), "the call")
      case "th":
        return this.#entry(keys.parseTimeline(key), "has older entries", ({ hasOlder }) => hasOlder)
      case "ed":
        return this.#entry(keys.parseExternDue(key).task, "makes a call", (task) => this.#externDueOf(task) === key)
      case "w":
        return this.#entry(keys.parseTimer(key).task, "has this timer", (task) => this.#timerOf(task) === key)
      case "g":
        return void decodeLogEntry(payload)
      case "b":
        return this.#bundle(key, payload)
      case "o":
      case "p":
        return void JSON.parse(payload)
      case "c":
        if (!/^\d+$/.test(payload)) throw new Wrong("it is no number")
        return
      case "h":
        if (decodeHead(payload) === undefined) throw new Wrong("it names no commit")
        return
      default:
        return
    }
  }

  #task(key: string, task: TaskRecord): void {
    this.taskCount++
    if (this.keys.task(task.id) !== key) throw new Wrong(`it is of the task ${task.id}`)
    for (let depth = 0; depth < task.depth; depth++) {
      const frame = this.keys.frame(task.id, depth)
      if (!this.#has(frame)) this.report(frame, `it is missing, and ${task.id} needs it`)
    }
    if (isRunnable(task)) this.#indexed(this.keys.runnable(task.id), `${task.id} can run`)
    const timer = this.#timerOf(task)
    if (timer !== undefined) this.#indexed(timer, `${task.id} waits for it`)
    const call = this.#externDueOf(task)
    if (call !== undefined) this.#indexed(call, `${task.id} makes a call`)
    const called = this.keys.externCall(task.id)
    if (task.wait?.kind === "extern" && !this.#has(called))
      this.report(called, `it is missing, and ${task.id} needs it`)
    const older = this.keys.timeline(task.id)
    if (task.hasOlder && !this.#has(older)) this.report(older, `it is missing, and ${task.id} needs it`)
    checkRoom(this.#bus, task)
    if (!isEnded(task.state)) this.#hasBundle(task.bundle, task.id)
  }

  #timerOf(task: TaskRecord): string | undefined {
    const due = dueOf(task)
    return due === undefined ? undefined : this.keys.timer(due, task.id)
  }

  #externDueOf(task: TaskRecord): string | undefined {
    const since = externDueOf(task)
    return since === undefined ? undefined : this.keys.externDue(since, task.id)
  }

  #frame(key: string, payload: string): void {
    const { depth, task } = this.keys.parseFrame(key)
    const frame = decodeFrame(payload, decode, (name) => {
      const local = this.keys.local(task, depth, name)
      if (!this.#has(local)) this.report(local, `it is missing, and ${task} needs it`)
      return null
    })
    if (frame === undefined) throw new Wrong("it is no frame")
    this.#belongsTo(task, "the frame")
    this.#hasBundle(frame.bundle, task)
  }

  #bundle(key: string, payload: string): void {
    const end = payload.indexOf("\n")
    JSON.parse(payload.slice(0, Math.max(end, 0)))
    if (this.keys.bundle(hashOf(payload.slice(end + 1))) !== key) throw new Wrong("its code is not what its name says")
  }

  #indexed(key: string, why: string): void {
    if (this.#has(key)) return
    this.report(key, `it is missing in the index, and ${why}`, [{ type: "put", key, value: seal(key, "") }])
  }

  /** What an index says of a task must be so. */
  #entry(task: string, what: string, isSo: (task: TaskRecord) => boolean): void {
    const record = this.#record(task)
    if (record === "missing") throw new Wrong(`it says that ${task} ${what}, and there is no such task`)
    if (record !== "damaged" && !isSo(record)) throw new Wrong(`it says that ${task} ${what}, which is not so`)
  }

  #belongsTo(task: string, what: string): void {
    if (!this.#has(this.keys.task(task))) throw new Wrong(`${what} is of the task ${task}, which is missing`)
  }

  #hasBundle(hash: string, task: string): void {
    const known = this.#bundles.get(hash) ?? this.#has(this.keys.bundle(hash))
    if (!known && !this.#bundles.has(hash)) this.report(this.keys.bundle(hash), `it is missing, and ${task} needs it`)
    this.#bundles.set(hash, known)
  }

  #record(task: string): TaskRecord | "missing" | "damaged" {
    const key = this.keys.task(task)
    const record = this.#store.get(key)
    if (record === undefined) return "missing"
    try {
      return decodeRecord(unseal(key, record))
    } catch {
      return "damaged"
    }
  }

  #has(key: string): boolean {
    return this.#store.get(key) !== undefined
  }
}
