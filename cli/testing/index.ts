/** `sxs/testing`: a program's text, crashed wherever it can crash. The parts are in runtime/testing; its runs are promises here,
 * so that nobody needs Effect for them. */
import * as Effect from "effect/Effect"
import { type CompileOptions, compile, renderDiagnostics, type Source } from "../../compiler/index.ts"
import type { Edge, SimulatedProgram, SimulationOptions, SimulationReport } from "../../runtime/testing/index.ts"
import * as runs from "../../runtime/testing/index.ts"
import { evaluator } from "../evaluator.ts"
import { library } from "../library.ts"

export * from "../../runtime/testing/index.ts"

/** The program of the source for a simulation, with the whole library. Add `invariant`, `atEnd`, `client` and `whenIdle` to
 * it. Throws an `Error` with the diagnostics when it does not compile. */
export const simulatedProgram = (source: Source, options: CompileOptions = {}): SimulatedProgram => {
  const { bundle, diagnostics } = compile(source, options)
  if (bundle === undefined) throw new Error(renderDiagnostics(diagnostics, source, { colour: false }))
  return { name: bundle.manifest.program, bundle, options: { library, evaluator } }
}

/** Runs the program to its end, undisturbed. Rejects with `SimulationFailed` when a promise is broken, as the others do. */
export const runStraight = (program: SimulatedProgram, options: SimulationOptions): Promise<SimulationReport> =>
  Effect.runPromise(runs.runStraight(program, options))

/** Crashes the first process at the first edge, the next at the second, and so on; the one after the last runs to the end. */
export const runWithCrash = (
  program: SimulatedProgram,
  options: SimulationOptions & { readonly crashes: ReadonlyArray<Edge> }
): Promise<SimulationReport> => Effect.runPromise(runs.runWithCrash(program, options))

/** A few processes to which anything may happen; then the faults stop, and the last one must come to the end. */
export const runWithFaults = (program: SimulatedProgram, options: SimulationOptions): Promise<SimulationReport> =>
  Effect.runPromise(runs.runWithFaults(program, options))
