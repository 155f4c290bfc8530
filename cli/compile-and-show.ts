import * as Effect from "effect/Effect"
import { hasErrors } from "../compiler/diagnostic.ts"
import { showDiagnostics } from "./diagnostics.ts"
import { endWith, exitCodes } from "./exit.ts"
import { Shell } from "./shell.ts"

/** Compiles the bytes of a source and shows what was found in it; ends the command where that is a mistake. The compiler is
 * loaded here. */
export const compileAndShow = Effect.fnUntraced(function* (
  { file, noCheck }: { readonly file: string; readonly noCheck: boolean },
  bytes: Uint8Array
) {
  const { compileBytes } = yield* Effect.promise(() => import("./compile-file.ts"))
  const { ImportedFiles } = yield* Effect.promise(() => import("./imported-files.ts"))
  const shell = yield* Shell
  const { bundle, dependencies, findings } = compileBytes(file, bytes, new ImportedFiles(shell.cwd), { noCheck })
  showDiagnostics(findings, shell)
  if (bundle === undefined || hasErrors(findings.diagnostics)) return yield* endWith(exitCodes.source)
  return { bundle, dependencies, isClean: findings.diagnostics.length === 0 }
})
