import { fileURLToPath } from "node:url"
import { read } from "../../compiler/1-read/reader.ts"
import { expand } from "../../compiler/2-expand/expand.ts"
import { printCore } from "../../compiler/2-expand/print.ts"
import { printMachines } from "../../compiler/4-lower/print.ts"
import { compile, compileToMachines, preludeForms } from "../../compiler/compile.ts"
import { renderDiagnostics } from "../../compiler/render.ts"
import { loadFromFolder } from "../support/files.ts"
import { golden } from "../support/golden.ts"

const right = fileURLToPath(new URL("compile", import.meta.url))
const wrong = fileURLToPath(new URL("wrong", import.meta.url))

golden(right, "core", (source) =>
  printCore(expand({ source, forms: read(source).value.forms, prelude: preludeForms(), defaultName: "golden" }).value)
)

golden(right, "machine", (source) => printMachines(compileToMachines(source).value!))

golden(right, "js", (source) => compile(source).bundle!.code)

golden(wrong, "diagnostics", (source) =>
  renderDiagnostics(compile(source, { load: loadFromFolder(wrong) }).diagnostics, source, { colour: false })
)
