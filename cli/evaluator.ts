import { createRequire } from "node:module"
import type { Evaluator } from "../runtime/evaluator.ts"
import type * as Evaluation from "./evaluation.ts"

let loaded: typeof Evaluation | undefined

// Loaded when a program reads or evaluates something: most never do, and loading takes longer than everything else at start. By
// `require`, as a segment cannot wait. It stands beside this file, also where both are packed.
const evaluation = (): typeof Evaluation => {
  loaded ??= createRequire(import.meta.url)(`./evaluation${import.meta.url.slice(-3)}`) as typeof Evaluation
  return loaded
}

/** Reader and compiler, for the runtime. */
export const evaluator: Evaluator = {
  readDatum: (text) => evaluation().readDatum(text),
  compile: (text) => evaluation().compile(text)
}
