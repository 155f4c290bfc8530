import type { Result } from "./measure.ts"

/** What a benchmark's file exports: calls `report` with each table once it is complete. */
export interface Benchmark {
  readonly run: (report: (result: Result) => void) => Promise<void>
}

export interface Entry {
  /** Also the name of its file. */
  readonly name: string
  readonly load: () => Promise<Benchmark>
}

/** What this file exports. */
export interface Registry {
  readonly benchmarks: ReadonlyArray<Entry>
}

/** All benchmarks, in the order in which they run. What each figure means stands in README.md. */
export const benchmarks: ReadonlyArray<Entry> = [
  { name: "compile", load: () => import("./compile.ts") },
  { name: "segment", load: () => import("./segment.ts") },
  { name: "compute", load: () => import("./compute.ts") },
  { name: "step", load: () => import("./step.ts") },
  { name: "runs", load: () => import("./runs.ts") },
  { name: "bus", load: () => import("./bus.ts") },
  { name: "start", load: () => import("./start.ts") },
  { name: "resume", load: () => import("./resume.ts") },
  { name: "restart", load: () => import("./restart.ts") },
  { name: "recovery", load: () => import("./recovery.ts") },
  { name: "parked", load: () => import("./parked.ts") }
]

/** The benchmarks of these names, all when there are none; or a sentence about a name that none has. */
export const chooseBenchmarks = (
  all: ReadonlyArray<Entry>,
  names: ReadonlyArray<string>
): ReadonlyArray<Entry> | string => {
  const unknown = names.filter((name) => !all.some((each) => each.name === name))
  if (unknown.length > 0)
    return `no benchmark ${unknown.join(", ")}; there are ${all.map(({ name }) => name).join(", ")}`
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}
