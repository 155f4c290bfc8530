import * as Effect from "effect/Effect"
import { hasErrors } from "../../compiler/diagnostic.ts"
import { compileBytes } from "../compile-file.ts"
import { diagnosticsJson, showDiagnostics } from "../diagnostics.ts"
import { attempt, endWith, exitCodes } from "../exit.ts"
import { Shell } from "../shell.ts"
import { readSourceFile } from "../source-file.ts"

export interface CheckOptions {
  readonly files: ReadonlyArray<string>
  readonly json: boolean
}

/** Shows the diagnostics of all files; ends with 65 when there is an error among them. */
export const check = Effect.fn("check")(function* (options: CheckOptions) {
  const shell = yield* Shell
  const findings = yield* attempt(() =>
    options.files.map((file) => compileBytes(file, readSourceFile(file, shell)).findings)
  )
  if (options.json) shell.out(diagnosticsJson(findings))
  else for (const each of findings) showDiagnostics(each, shell)
  if (findings.some(({ diagnostics }) => hasErrors(diagnostics))) return yield* endWith(exitCodes.source)
})
