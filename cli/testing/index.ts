/** `sxs/testing`: a program's text, crashed wherever it can crash. The parts are in runtime/testing. */
import { type CompileOptions, compile, renderDiagnostics, type Source } from "../../compiler/index.ts"
import type { SimulatedProgram } from "../../runtime/testing/index.ts"
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
