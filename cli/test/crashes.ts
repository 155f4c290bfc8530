import * as Effect from "effect/Effect"
import { openNamespace, Store, type TaskView } from "../../runtime/index.ts"
import { Table } from "../../runtime/store/table.ts"
import { SimulatedDisk } from "../../runtime/testing/simulated-store.ts"
import { library } from "../library.ts"
import type { World } from "./life.ts"
import { type RunOptions, runTest, type TestProgram, type TestRun } from "./run-test.ts"

/** A moment at which a process can die: this commit and all before it are durable, and nothing after them is. */
export interface Edge {
  /** From 1 on, over all processes of the run. */
  readonly commit: number
  readonly nowMs: number
  readonly task: string | undefined
  readonly store: Table
}

export interface CrashOptions extends RunOptions {
  /** Only the edge behind this commit. */
  readonly only?: number
  readonly edgesMax: number
  /** Told how many of the edges are done. */
  readonly onProgress?: (done: number, edges: number) => void
}

export interface CrashFailure {
  readonly commit: number
  readonly run: TestRun
  /** The tasks that had not ended, as the crash has left them. */
  readonly stood: ReadonlyArray<TaskView>
}

export interface CrashReport {
  /** The run without a crash; when it fails there are no others. */
  readonly straight: TestRun
  /** Commits of the straight run: as many edges there are. */
  readonly commits: number
  /** Edges at which it was crashed and resumed. */
  readonly tried: number
  /** The first edge from which it does not pass. */
  readonly failed: CrashFailure | undefined
}

/** Runs the test once to its end, and then again from each of its edges, as the next process would find the store. */
export const runWithCrashes = async (test: TestProgram, options: CrashOptions): Promise<CrashReport> => {
  const edges = new Edges(options.edgesMax, options.only)
  const straight = await runTest(test, { ...options, onCommit: (world) => edges.note(world) })
  const chosen = straight.failure === undefined ? edges.chosen : []
  for (const [index, edge] of chosen.entries()) {
    options.onProgress?.(index, chosen.length)
    const run = await runTest(test, options, worldAt(edge))
    if (run.failure === undefined) continue
    const failed = { commit: edge.commit, run, stood: await standing(worldAt(edge)) }
    return { straight, commits: edges.count, tried: index + 1, failed }
  }
  return { straight, commits: edges.count, tried: chosen.length, failed: undefined }
}

/** The edges of a run, all of them or every so many, evenly spread over runs of any length. */
class Edges {
  readonly #max: number
  readonly #only: number | undefined
  #every = 1
  #kept: Array<Edge> = []
  #count = 0

  constructor(max: number, only: number | undefined) {
    this.#max = max
    this.#only = only
  }

  get count(): number {
    return this.#count
  }

  get chosen(): ReadonlyArray<Edge> {
    return this.#kept
  }

  note({ disk, nowMs, task }: World): void {
    const commit = ++this.#count
    if (this.#only === undefined ? (commit - 1) % this.#every !== 0 : commit !== this.#only) return
    this.#kept.push({ commit, nowMs, task, store: new Table(disk.written) })
    if (this.#kept.length <= this.#max) return
    this.#every *= 2
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0)
  }
}

const worldAt = ({ nowMs, store, task }: Edge): World => {
  const disk = new SimulatedDisk()
  disk.write(store.entries().map(([key, value]) => ({ type: "put", key, value })))
  disk.sync()
  return { disk, nowMs, task }
}

const stoodMax = 20

/** The tasks that have not ended, in a store in which nothing runs. */
const standing = ({ disk }: World): Promise<ReadonlyArray<TaskView>> => {
  const store = Store.of({
    get: (key) => disk.written.get(key),
    snapshot: () => disk.written.snapshot(),
    commit: (writes) => Effect.sync(() => disk.write(writes)),
    directory: undefined
  })
  const look = Effect.gen(function* () {
    const namespace = yield* openNamespace({ library, output: () => undefined })
    return yield* namespace.tasks({ limit: stoodMax })
  })
  return Effect.runPromise(look.pipe(Effect.scoped, Effect.provideService(Store, store))).then((tasks) =>
    tasks.filter(({ state }) => state !== "done" && state !== "cancelled")
  )
}
