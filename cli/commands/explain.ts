import { sep } from "node:path"
import * as Effect from "effect/Effect"
import {
  busGraph,
  type CompileOptions,
  compileToChecked,
  compileToMachines,
  type Diagnostic,
  decodeSource,
  hasErrors,
  type Naming,
  printMachine,
  type Source
} from "../../compiler/index.ts"
import { busFlowchart, busTable } from "../bus-graph.ts"
import { showDiagnostics } from "../diagnostics.ts"
import { attempt, endWith, exitCodes, usageError } from "../exit.ts"
import { ImportedFiles } from "../imported-files.ts"
import { printJson } from "../json.ts"
import { readNamedFile } from "../named-files.ts"
import { Shell, type ShellService } from "../shell.ts"

export interface ExplainOptions {
  readonly file: string
  readonly function: string | undefined
  readonly bus: boolean
  readonly mermaid: boolean
  readonly json: boolean
}

/** Shows what the compiler knows of a program: who publishes and who listens, or how a function runs and where it can wait. */
export const explain = Effect.fn("explain")(function* (options: ExplainOptions) {
  const shell = yield* Shell
  if (options.bus === (options.function !== undefined))
    return yield* usageError("say what to explain: --bus, or the name of a function")
  if (!options.bus && (options.mermaid || options.json))
    return yield* usageError("--mermaid and --json are outputs of --bus")
  if (options.mermaid && options.json) return yield* usageError("--mermaid and --json are two outputs; choose one")
  const text = yield* attempt(() => (options.bus ? busOf(options, shell) : functionOf(options, shell)))
  shell.out(text)
})

const busOf = ({ file, json, mermaid }: ExplainOptions, shell: ShellService): string => {
  const graph = busGraph(compiled(file, shell, compileToChecked))
  if (json) return `${printJson(graph, 2)}\n`
  return mermaid ? busFlowchart(graph) : busTable(graph)
}

const functionOf = ({ file, function: name }: ExplainOptions, shell: ShellService): string => {
  const { machines } = compiled(file, shell, compileToMachines)
  const found = machines.filter((machine) => machine.name === name)
  const naming: Naming = { slot: (slot) => slot.name, machine: (index) => `#${machines[index]!.name}` }
  if (found.length > 0) return `${found.map((machine) => printMachine(machine, naming)).join("\n\n")}\n`
  const names = [...new Set(machines.map((machine) => machine.name))].join(", ")
  throw usageError(`there is no function ${name} in ${file}; it has ${names}`)
}

type Compile<A> = (
  source: Source,
  options: CompileOptions
) => { readonly value: A | undefined; readonly diagnostics: ReadonlyArray<Diagnostic> }

/** What the compiler makes of the file; ends the command when that has mistakes, which are shown. */
const compiled = <A>(file: string, shell: ShellService, compile: Compile<A>): A => {
  const { bytes, name } = readNamedFile(file, shell)
  const { diagnostics: undecodable, value: source } = decodeSource(name.replaceAll(sep, "/"), bytes)
  const files = new ImportedFiles(shell.cwd)
  const identity = files.identity(name)
  const options = { load: files.loadInto([]), ...(identity !== undefined && { identity }) }
  const { diagnostics, value } = hasErrors(undecodable)
    ? { value: undefined, diagnostics: [] }
    : compile(source, options)
  showDiagnostics({ source, diagnostics: [...undecodable, ...diagnostics] }, shell)
  if (value === undefined) throw endWith(exitCodes.source)
  return value
}
