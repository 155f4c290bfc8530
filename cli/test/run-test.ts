import type { FaultView, Inspection, TaskView } from "../../runtime/index.ts"
import { seeded } from "../../runtime/testing/random.ts"
import { SimulatedDisk } from "../../runtime/testing/simulated-store.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { Unmet } from "../../stdlib/impl/testing.ts"
import { type Life, live, type World } from "./life.ts"

/** A `deftest` in a bundle that exports it. */
export interface TestProgram {
  readonly bundle: Bundle
  /** From which the modules are found that it calls. */
  readonly folder: string
  /** Its text; the bundle exports it under that. */
  readonly name: string
  /** As messages call the file. */
  readonly file: string
  readonly line: number
}

export interface RunOptions {
  /** Chooses the order of turns; without one who waits longest is next. */
  readonly seed: number | undefined
  /** Turns that each process of a run gets. */
  readonly turnsMax: number
  /** Hears of each batch that is durable, in all lives. */
  readonly onCommit?: (world: World) => void
}

/** Why a test has not passed. */
export type Failure =
  | { readonly kind: "unmet"; readonly unmet: Unmet }
  | { readonly kind: "fault"; readonly error: FaultView }
  | { readonly kind: "cancelled" }
  /** `stuck`: nothing can happen any more, and it has not ended. `endless`: it had all its turns. */
  | {
      readonly kind: "stuck" | "endless"
      readonly standing: Inspection | undefined
      readonly running: ReadonlyArray<TaskView>
    }
  /** The test has passed, but ends its process again and again. */
  | { readonly kind: "crashes for ever" }

export interface TestRun {
  /** Undefined when it has passed. */
  readonly failure: Failure | undefined
  /** What was logged, in the order in which it was shown; a crash may show a line again. */
  readonly lines: ReadonlyArray<string>
  /** Other tasks that failed, a line each. */
  readonly failedTasks: ReadonlyArray<string>
}

/** When every test begins: 2026-01-01T00:00:00.000Z, in ms since 1970. */
const startMs = Date.UTC(2026, 0, 1)

/** Processes of one run; a test that crashes more often does so in a loop. */
const livesMax = 200

/** Runs a test from its start, or from what a crash has left, through as many processes as it ends. */
export const runTest = async (test: TestProgram, options: RunOptions, from?: World): Promise<TestRun> => {
  const random = seeded(options.seed ?? 1)
  const lines: Array<string> = []
  const failedTasks: Array<string> = []
  let world: World = from ?? { disk: new SimulatedDisk(), nowMs: startMs, task: undefined }
  for (let lives = 0; lives < livesMax; lives++) {
    const life = await live({
      bundle: test.bundle,
      folder: test.folder,
      name: test.name,
      world,
      random,
      order: options.seed === undefined ? "first" : "any",
      turnsMax: options.turnsMax,
      ...(options.onCommit !== undefined && { onCommit: options.onCommit })
    })
    lines.push(...life.lines)
    failedTasks.push(...life.failedTasks)
    const failure = failureOf(life)
    if (failure !== undefined || life.end !== "crashed") return { failure, lines, failedTasks }
    world = life.world
  }
  return { failure: { kind: "crashes for ever" }, lines, failedTasks }
}

const failureOf = ({ end, inspection, running, unmet }: Life): Failure | undefined => {
  const [first] = unmet
  // Also one that a `recover` has caught, or that another task has met.
  if (first !== undefined) return { kind: "unmet", unmet: first }
  if (inspection?.error !== undefined) return { kind: "fault", error: inspection.error }
  if (inspection?.task.state === "cancelled") return { kind: "cancelled" }
  return end === "stuck" || end === "endless" ? { kind: end, standing: inspection, running } : undefined
}
