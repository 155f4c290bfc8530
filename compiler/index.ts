/** The compiler: text in, bundles and diagnostics out. Pure: no disk, no clock. */

export type { Comment, Datum, ReadFile } from "./1-read/datum.ts"
export { decodeSource } from "./1-read/decode.ts"
export { print } from "./1-read/print.ts"
export { read } from "./1-read/reader.ts"
export { printMachines } from "./4-lower/print.ts"
export { declarations } from "./5-emit/declarations.ts"
export { type Compilation, compile, compileToMachines } from "./compile.ts"
export { type Diagnostic, hasErrors, type Outcome } from "./diagnostic.ts"
export { renderDiagnostic, renderDiagnostics, toJson } from "./render.ts"
export { LineTable, type Source, type Span } from "./source.ts"
