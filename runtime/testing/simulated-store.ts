import * as Effect from "effect/Effect"
import { type Snapshot, Store, StoreUnavailable, type Write } from "../store/store.ts"
import { Table } from "../store/table.ts"
import type { CrashPoint, FaultKind, Hazards } from "./hazards.ts"
import type { Random } from "./random.ts"

/** What outlives a process: what is durable is kept apart from what is only written. */
export class SimulatedDisk {
  #written = new Table([])
  #synced = new Table([])
  #unsynced: Array<ReadonlyArray<Write>> = []

  /** What the operating system has, synced or not: what a next process finds as long as the machine stays on. */
  get written(): Table {
    return this.#written
  }

  /** What a power cut leaves for certain. */
  get synced(): Table {
    return this.#synced
  }

  get unsyncedCount(): number {
    return this.#unsynced.length
  }

  write(batch: ReadonlyArray<Write>): void {
    this.#written.apply(batch)
    this.#unsynced.push(batch)
  }

  sync(): void {
    this.#synced = new Table(this.#written)
    this.#unsynced = []
  }

  /** Of the batches that were not synced only the first `keptCount` are left, each whole, and those are on the disk. */
  cutPower(keptCount: number): void {
    const left = new Table(this.#synced)
    for (const batch of this.#unsynced.slice(0, keptCount)) left.apply(batch)
    this.#written = left
    this.sync()
  }
}

export interface SimulatedStoreOptions {
  readonly disk: SimulatedDisk
  readonly hazards: Hazards
  /** How long things take. */
  readonly random: Random
  /** Ends the process at a crash point; it gets no further turn. */
  readonly crash: (point: CrashPoint) => void
  /** Whether the process is dead: then nothing of what it still does in its last turn is written. */
  readonly isDead: () => boolean
  /** Called a minute after a commit that never returns: somebody ends a process that hangs. */
  readonly onHang: () => void
  /** Hears of each fault that has happened. */
  readonly onFault: (kind: FaultKind) => void
  /** Hears of what a caller of the port must never do. */
  readonly onMisuse: (what: string) => void
  /** Hears of each batch that was acknowledged. */
  readonly onAcknowledged?: (writes: ReadonlyArray<Write>) => void
}

const delayMsMax = 2_000
const hopsMax = 3
const patienceMs = 60_000

/**
 * One process's handle on a simulated disk. Commits fail, hang, take their time and die as its hazards say; as on a real
 * store a handle that has failed is of no use any more, and to use it is a misuse, as are two commits at once.
 */
export class SimulatedStore {
  readonly store: Store["Service"]
  readonly #options: SimulatedStoreOptions
  #commitCount = 0
  #isBusy = false
  #failure: string | undefined

  constructor(options: SimulatedStoreOptions) {
    this.#options = options
    // What a process finds was perhaps only written by the one before. The real store flushes it when it opens: it makes a
    // table of the log that it recovers.
    options.disk.sync()
    this.store = Store.of({
      get: (key) => this.#get(key),
      snapshot: () => this.#snapshot(),
      commit: (writes, { sync }) => Effect.uninterruptible(Effect.suspend(() => this.#commit(writes, sync))),
      directory: undefined
    })
  }

  /** Commits that were begun. */
  get commitCount(): number {
    return this.#commitCount
  }

  #get(key: string): string | undefined {
    if (this.#options.hazards.read()) throw this.#fault("failed read", "read")
    return this.#options.disk.written.get(key)
  }

  #snapshot(): Snapshot {
    const copy = new Table(this.#options.disk.written)
    return {
      scan: (range, limit) =>
        Effect.andThen(
          this.#hops,
          Effect.suspend(() =>
            this.#options.hazards.scan()
              ? Effect.fail(this.#fault("failed scan", "read"))
              : Effect.succeed(copy.scan(range, limit))
          )
        ),
      close: () => undefined
    }
  }

  #commit(writes: ReadonlyArray<Write>, sync: boolean): Effect.Effect<void, StoreUnavailable> {
    if (this.#failure !== undefined) this.#options.onMisuse(`a commit on a store that has failed: ${this.#failure}`)
    if (this.#isBusy) this.#options.onMisuse("a commit while another is in flight")
    this.#isBusy = true
    const hazard = this.#options.hazards.commit(this.#commitCount++)
    return Effect.ensuring(
      this.#carryOut(writes, sync, hazard),
      Effect.sync(() => {
        this.#isBusy = false
      })
    )
  }

  readonly #carryOut = Effect.fnUntraced(
    { self: this },
    function* (
      this: SimulatedStore,
      writes: ReadonlyArray<Write>,
      sync: boolean,
      hazard: CrashPoint | FaultKind | undefined
    ): Effect.fn.Return<void, StoreUnavailable> {
      const { disk } = this.#options
      yield* this.#hops
      yield* this.#meet(hazard, "before a write")
      yield* this.#meet(hazard, "refused write")
      yield* this.#meet(hazard, "delayed write")
      yield* this.#meet(hazard, "endless write")
      disk.write(writes)
      yield* this.#hops
      yield* this.#meet(hazard, "before a sync")
      if (sync) {
        yield* this.#meet(hazard, "failed sync")
        disk.sync()
        yield* this.#hops
      }
      yield* this.#meet(hazard, "before an acknowledgement")
      yield* this.#meet(hazard, "lost acknowledgement")
      yield* this.#meet(hazard, "delayed acknowledgement")
      yield* this.#meet(hazard, "endless acknowledgement")
      this.#options.onAcknowledged?.(writes)
      // The caller goes on in this turn, and so far the process lives.
      if (hazard === "after an acknowledgement") this.#options.crash(hazard)
    }
  )

  #meet(
    hazard: CrashPoint | FaultKind | undefined,
    here: CrashPoint | FaultKind
  ): Effect.Effect<void, StoreUnavailable> {
    if (this.#options.isDead()) return Effect.never
    if (hazard !== here) return Effect.void
    switch (here) {
      case "before a write":
      case "before a sync":
      case "before an acknowledgement":
        this.#options.crash(here)
        return Effect.never
      case "delayed write":
      case "delayed acknowledgement":
        this.#options.onFault(here)
        return Effect.sleep(1 + this.#options.random.below(delayMsMax))
      case "endless write":
      case "endless acknowledgement":
        this.#options.onFault(here)
        return Effect.andThen(Effect.sleep(patienceMs), Effect.andThen(Effect.sync(this.#options.onHang), Effect.never))
      default:
        return Effect.fail(this.#broken(here as FaultKind))
    }
  }

  #broken(kind: FaultKind): StoreUnavailable {
    this.#failure = kind
    return this.#fault(kind, "commit")
  }

  #fault(kind: FaultKind, operation: string): StoreUnavailable {
    this.#options.onFault(kind)
    return new StoreUnavailable({ operation, reason: "io", detail: `simulated: ${kind}` })
  }

  /** A few turns in which others run, as they do while a real store works. */
  get #hops(): Effect.Effect<void> {
    return Effect.suspend(() => {
      let turns: Effect.Effect<void> = Effect.void
      for (let hops = this.#options.random.below(hopsMax); hops > 0; hops--)
        turns = Effect.andThen(turns, Effect.yieldNow)
      return turns
    })
  }
}
