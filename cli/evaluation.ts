import { compile as compileSource, LineTable } from "../compiler/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"

export { readDatum } from "./read-value.ts"

/** The bundle, or what is wrong with the text. */
export const compile = (text: string): Bundle | string => {
  const { bundle, diagnostics } = compileSource({ name: "eval", text })
  if (bundle !== undefined) return bundle
  const first = diagnostics.find(({ severity }) => severity === "error")!
  const { line, column } = new LineTable(text).position(first.span.start)
  return `${line}:${column}: ${first.message}`
}
