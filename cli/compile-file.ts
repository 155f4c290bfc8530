import { sep } from "node:path"
import { compile, decodeSource, hasErrors } from "../compiler/index.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import type { Dependency } from "./dependencies.ts"
import type { Findings } from "./diagnostics.ts"
import { ImportedFiles } from "./imported-files.ts"

export interface CompiledFile {
  /** Undefined when there is an error among the diagnostics. */
  readonly bundle: Bundle | undefined
  readonly findings: Findings
  /** The files that it imports, directly or through others. */
  readonly dependencies: ReadonlyArray<Dependency>
}

/** Bytes of a source file to its bundle; `name` is what messages call it. Imports are found through `files`. With `noCheck`
 * type errors are warnings; with `withTests` the bundle is one of its tests. */
export const compileBytes = (
  name: string,
  bytes: Uint8Array,
  files: ImportedFiles = new ImportedFiles(process.cwd()),
  { noCheck = false, withTests = false }: { readonly noCheck?: boolean; readonly withTests?: boolean } = {}
): CompiledFile => {
  const decoded = decodeSource(name.replaceAll(sep, "/"), bytes)
  if (hasErrors(decoded.diagnostics)) {
    const findings = { source: decoded.value, diagnostics: decoded.diagnostics }
    return { bundle: undefined, findings, dependencies: [] }
  }
  const dependencies: Array<Dependency> = []
  const identity = files.identity(name)
  const options = {
    load: files.loadInto(dependencies),
    noCheck,
    withTests,
    ...(identity !== undefined && { identity })
  }
  const { bundle, diagnostics } = compile(decoded.value, options)
  const findings = { source: decoded.value, diagnostics: [...decoded.diagnostics, ...diagnostics] }
  return { bundle, findings, dependencies }
}
