import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { hasErrors } from "../../compiler/index.ts"
import { renderDiagnostics } from "../../compiler/render.ts"
import { toJson } from "../../compiler/report.ts"
import { type CompiledFile, compileBytes } from "../compile-file.ts"
import { ImportedFiles } from "../imported-files.ts"
import { SxsArgumentError, SxsCompileError } from "./errors.ts"
import type { SxsCompiled, SxsDiagnostic, SxsProgram, SxsSource } from "./types.ts"

/** Loads the compiler: to be imported when something is compiled. Throws `SxsCompileError`. */
export const compileSource = (source: SxsSource): SxsCompiled => {
  const { bytes, name } = readSource(source)
  const compiled = compileBytes(name, bytes, new ImportedFiles(process.cwd()))
  const { bundle } = compiled
  const { diagnostics } = compiled.findings
  if (bundle === undefined || hasErrors(diagnostics)) {
    throw new SxsCompileError(rendered(compiled), diagnosticsOf(compiled))
  }
  const { code, hash, manifest, map } = bundle
  const program: SxsProgram = {
    url: `sxs:${hash}`,
    hash,
    manifest,
    built: { code, map, folder: dirname(resolve(name)) }
  }
  const names = new Set(manifest.exports.map((each) => each.name))
  return {
    program,
    function: (name) => {
      if (names.has(name)) return { program, name }
      throw new SxsArgumentError(`the program ${manifest.program} exports no function \`${name}\``)
    },
    warnings: diagnosticsOf(compiled)
  }
}

const readSource = (source: SxsSource): { readonly name: string; readonly bytes: Uint8Array } => {
  if ("text" in source) return { name: source.name ?? "(text)", bytes: new TextEncoder().encode(source.text) }
  try {
    return { name: source.file, bytes: readFileSync(source.file) }
  } catch (cause) {
    throw new SxsCompileError(`${source.file} cannot be read: ${(cause as Error).message}`, [])
  }
}

/** As many as help. */
const shownMax = 20

const rendered = ({ findings }: CompiledFile): string =>
  renderDiagnostics(findings.diagnostics.slice(0, shownMax), findings.source, { colour: false }).trimEnd()

const diagnosticsOf = ({ findings }: CompiledFile): ReadonlyArray<SxsDiagnostic> =>
  toJson(findings.diagnostics, findings.source).map(({ span: { column, line }, related: _, ...diagnostic }) => ({
    ...diagnostic,
    line,
    column
  }))
