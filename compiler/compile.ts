import type { Bundle } from "../stdlib/abi/bundle.ts"
import { preludeSources } from "../stdlib/prelude/prelude.ts"
import type { Datum } from "./1-read/datum.ts"
import { read } from "./1-read/reader.ts"
import { expand, type PreludeForm } from "./2-expand/expand.ts"
import { check } from "./3-check/check.ts"
import { lower } from "./4-lower/lower.ts"
import type { MachineProgram } from "./4-lower/machine.ts"
import { emit } from "./5-emit/emit.ts"
import { type Diagnostic, hasErrors, sortDiagnostics } from "./diagnostic.ts"
import type { Source, Span } from "./source.ts"

export interface Compilation {
  /** Undefined when there is an error among the diagnostics. */
  readonly bundle: Bundle | undefined
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/** Source text to a bundle: the five phases in order. A file with ten mistakes gets ten diagnostics. */
export const compile = (source: Source): Compilation => {
  const { value, diagnostics } = compileToMachines(source)
  return { bundle: value === undefined ? undefined : emit(value), diagnostics }
}

/** The phases before emitting; for `compile` and for whoever wants to see machines. */
export const compileToMachines = (
  source: Source
): { readonly value: MachineProgram | undefined; readonly diagnostics: ReadonlyArray<Diagnostic> } => {
  const file = read(source)
  const core = expand({
    source,
    forms: file.value.forms,
    prelude: preludeForms(),
    defaultName: programName(source.name)
  })
  const checked = check(core.value)
  const isReadable = readableForms(file.value.forms, file.diagnostics)
  const found = [...core.diagnostics, ...checked.diagnostics].filter(({ span }) => isReadable(span))
  const diagnostics = sortDiagnostics([...file.diagnostics, ...found])
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics }
  const lowered = lower(checked.value)
  return {
    value: hasErrors(lowered.diagnostics) ? undefined : lowered.value,
    diagnostics: sortDiagnostics([...diagnostics, ...lowered.diagnostics])
  }
}

/** Says whether a span is in a form that was read without a mistake: in the others the reader had to guess, and what is
 * found there later may come from the guess. */
const readableForms = (forms: ReadonlyArray<Datum>, mistakes: ReadonlyArray<Diagnostic>): ((span: Span) => boolean) => {
  const formAt = (offset: number): Datum | undefined => {
    let low = 0
    let high = forms.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (forms[middle]!.span.end <= offset) low = middle + 1
      else high = middle
    }
    return forms[low]
  }
  const guessed = new Set(mistakes.map(({ span }) => formAt(span.start)))
  return (span) => !guessed.has(formAt(span.start))
}

/** The file's base name, as far as it can name a program. */
const programName = (file: string): string => {
  const base = file
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.[^.]*$/, "")
  return (
    base
      .replace(/[^A-Za-z0-9._-]/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 64) || "program"
  )
}

let parsedPrelude: ReadonlyMap<string, PreludeForm> | undefined

export const preludeForms = (): ReadonlyMap<string, PreludeForm> => {
  parsedPrelude ??= new Map(
    preludeSources.flatMap((source) =>
      read(source).value.forms.flatMap((form) => {
        const name = form.kind === "list" ? form.items[1] : undefined
        return form.kind === "list" && name?.kind === "symbol" ? [[name.name, { source, form }] as const] : []
      })
    )
  )
  return parsedPrelude
}
