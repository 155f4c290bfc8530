import { compile, decodeSource, hasErrors } from "../compiler/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import type { Findings } from "./diagnostics.ts"

export interface CompiledFile {
  /** Undefined when there is an error among the diagnostics. */
  readonly bundle: Bundle | undefined
  readonly findings: Findings
}

/** Bytes of a source file to its bundle; `name` is what messages call it. */
export const compileBytes = (name: string, bytes: Uint8Array): CompiledFile => {
  const decoded = decodeSource(name, bytes)
  if (hasErrors(decoded.diagnostics)) {
    return { bundle: undefined, findings: { source: decoded.value, diagnostics: decoded.diagnostics } }
  }
  const { bundle, diagnostics } = compile(decoded.value)
  return { bundle, findings: { source: decoded.value, diagnostics: [...decoded.diagnostics, ...diagnostics] } }
}
