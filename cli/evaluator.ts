import { createRequire } from "node:module"
import type * as Compiler from "../compiler/index.ts"
import type { Evaluator } from "../runtime/evaluator.ts"
import { readDatum } from "./read-value.ts"

/** From this file, or from what `npm run build` packs it into. */
const place = import.meta.url.endsWith(".ts") ? "../compiler/index.ts" : "./compiler.js"

let loaded: typeof Compiler | undefined

// Loaded when a program evaluates something: most never do, and loading takes longer than everything else at start. By
// `require`, as a segment cannot wait.
const compiler = (): typeof Compiler => {
  loaded ??= createRequire(import.meta.url)(place) as typeof Compiler
  return loaded
}

/** Reader and compiler, for the runtime. */
export const evaluator: Evaluator = {
  readDatum,
  compile: (text) => {
    const { compile, LineTable } = compiler()
    const source = { name: "eval", text }
    const { bundle, diagnostics } = compile(source)
    if (bundle !== undefined) return bundle
    const first = diagnostics.find(({ severity }) => severity === "error")!
    const { line, column } = new LineTable(text).position(first.span.start)
    return `${line}:${column}: ${first.message}`
  }
}
