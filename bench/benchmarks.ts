import type { Result } from "./measure.ts"

/** What a benchmark's file exports: calls `report` with each table once it is complete. */
export interface Benchmark {
  readonly run: (report: (result: Result) => void) => Promise<void>
}

interface Entry {
  readonly name: string
  readonly load: () => Promise<Benchmark>
}

/** All benchmarks, in the order in which they run. What each figure means stands in README.md. */
export const benchmarks: ReadonlyArray<Entry> = [
  { name: "compile", load: () => import("./compile.ts") },
  { name: "segment", load: () => import("./segment.ts") },
  { name: "compute", load: () => import("./compute.ts") },
  { name: "step", load: () => import("./step.ts") },
  { name: "bus", load: () => import("./bus.ts") },
  { name: "resume", load: () => import("./resume.ts") },
  { name: "restart", load: () => import("./restart.ts") }
]
