/**
 * For testing programs against crashes: a simulated disk, a process with time and turns of its own, and runs that crash it
 * wherever it can crash. `sxs/testing`.
 */
export { SimulationFailed } from "./failure.ts"
export {
  Counters,
  type CrashPoint,
  crashPoints,
  type Edge,
  edgesOf,
  type FaultKind,
  faultKinds,
  type Hazards,
  parseEdge,
  printEdge
} from "./hazards.ts"
export type { Picture, TaskPicture } from "./picture.ts"
export { type ProcessEnd, SimulatedProcess, type TurnOrder } from "./process.ts"
export type { Memory, Outside, RunFacts, SimulatedProgram } from "./program.ts"
export { type Random, seeded } from "./random.ts"
export {
  runStraight,
  runWithCrash,
  runWithFaults,
  type SimulationOptions,
  type SimulationReport
} from "./run.ts"
export { SimulatedDisk, SimulatedStore, type SimulatedStoreOptions } from "./simulated-store.ts"
