import * as Data from "effect/Data"

/** A simulated run broke a promise: of the runtime, or of the program by its own invariant. */
export class SimulationFailed extends Data.TaggedError("SimulationFailed")<{
  readonly program: string
  /** Repeats the run, together with `plan`. */
  readonly seed: number
  /** What was made to happen, in words. */
  readonly plan: string
  /** In which life of the process, from 1 on. */
  readonly life: number
  /** What is wrong, one sentence each. */
  readonly problems: ReadonlyArray<string>
}> {
  override get message(): string {
    const { life, plan, problems, program, seed } = this
    return `${program}, seed ${seed}, ${plan}, life ${life}:\n${problems.map((problem) => `  ${problem}`).join("\n")}`
  }
}
