import type { Bundle } from "../stdlib/abi/bundle.ts"
import { preludeSources } from "../stdlib/prelude/prelude.ts"
import type { Datum } from "./1-read/datum.ts"
import { read } from "./1-read/reader.ts"
import { expand, type PreludeForm } from "./2-expand/expand.ts"
import { asWarning, type CheckedProgram, check } from "./3-check/check.ts"
import { lower, lowerInTurn } from "./4-lower/lower.ts"
import type { MachineProgram } from "./4-lower/machine.ts"
import { emit } from "./5-emit/emit.ts"
import { type Diagnostic, hasErrors, inSource, sortDiagnostics } from "./diagnostic.ts"
import { type Load, type ModuleGraph, readModules, readOnce } from "./modules.ts"
import type { Source, Span } from "./source.ts"

export interface Compilation {
  /** Undefined when there is an error among the diagnostics. */
  readonly bundle: Bundle | undefined
  /** Each with its source, by file and then by place; those of the program's own file come first. */
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

export interface CompileOptions {
  /** Gives the files that are imported; without it there are none. */
  readonly load?: Load
  /** The same as `load` gives for other paths to the file that is compiled; its name when left out. */
  readonly identity?: string
  /** Type errors are warnings: the program faults where it is wrong. */
  readonly noCheck?: boolean
  /** The bundle holds the tests of the file too, and exports them by their texts instead of what the file exports. */
  readonly withTests?: boolean
}

/** Source text to a bundle: the five phases in order. A file with ten mistakes gets ten diagnostics. */
export const compile = (source: Source, options: CompileOptions = {}): Compilation => {
  const { value, diagnostics } = compileToChecked(source, options)
  if (value === undefined) return { bundle: undefined, diagnostics }
  const found: Array<Diagnostic> = []
  const bundle = emit(lowerInTurn(value, found))
  if (found.length === 0) return { bundle, diagnostics }
  return { bundle: hasErrors(found) ? undefined : bundle, diagnostics: byFile([...diagnostics, ...found], source) }
}

/** The phases before emitting; for whoever wants to see machines. */
export const compileToMachines = (
  source: Source,
  options: CompileOptions = {}
): { readonly value: MachineProgram | undefined; readonly diagnostics: ReadonlyArray<Diagnostic> } => {
  const { value, diagnostics } = compileToChecked(source, options)
  if (value === undefined) return { value, diagnostics }
  const lowered = lower(value)
  return {
    value: hasErrors(lowered.diagnostics) ? undefined : lowered.value,
    diagnostics: byFile([...diagnostics, ...lowered.diagnostics], source)
  }
}

/** The phases up to the checks; for whoever asks about the program as a whole. */
export const compileToChecked = (
  source: Source,
  options: CompileOptions = {}
): { readonly value: CheckedProgram | undefined; readonly diagnostics: ReadonlyArray<Diagnostic> } => {
  const files = readModules({ kind: "file", source, ...pick(options.identity) }, options.load ?? loadNothing)
  const { entry, modules } = files
  const core = expand({
    ...entry,
    modules,
    prelude: preludeForms(),
    defaultName: programName(source.name),
    withTests: options.withTests === true
  })
  const checked = check(core.value, [...files.mistakes, ...files.diagnostics, ...core.diagnostics])
  const isReadable = readability(files)
  const found = options.noCheck === true ? checked.diagnostics.map(asWarning) : checked.diagnostics
  const later = [...files.diagnostics, ...core.diagnostics, ...found].map((each) => inSource(each, source))
  const diagnostics = byFile(worthTelling([...files.mistakes, ...later.filter(isReadable)]), source)
  return { value: hasErrors(diagnostics) ? undefined : checked.value, diagnostics }
}

/** What looks odd may be the consequence of a mistake, so it is told of when there is none. */
const worthTelling = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> =>
  hasErrors(diagnostics) ? diagnostics.filter(({ severity }) => severity === "error") : diagnostics

const pick = (identity: string | undefined) => (identity === undefined ? {} : { identity })

const loadNothing: Load = () => ({ kind: "missing", why: "there are no other files here" })

/** Sorted by file, that of the program first, and then by place. */
const byFile = (diagnostics: ReadonlyArray<Diagnostic>, own: Source): ReadonlyArray<Diagnostic> => {
  const groups = new Map<Source, Array<Diagnostic>>()
  for (const each of diagnostics) {
    const file = each.source ?? own
    const group = groups.get(file)
    if (group === undefined) groups.set(file, [each])
    else group.push(each)
  }
  const files = [...groups.keys()].toSorted(
    (a, b) => Number(b === own) - Number(a === own) || (a.name < b.name ? -1 : 1)
  )
  return files.flatMap((file) => sortDiagnostics(groups.get(file)!))
}

/** Says whether a diagnostic of a later phase can be trusted: the reader did not have to guess where it is. */
const readability = ({ entry, mistakes, modules }: ModuleGraph): ((diagnostic: Diagnostic) => boolean) => {
  const damaged = new Set(mistakes.map(({ source }) => source))
  const filters = new Map(
    [entry, ...modules]
      .filter(({ source }) => damaged.has(source))
      .map(({ forms, source }) => [source, readableForms(forms, readOnce(source).diagnostics)] as const)
  )
  return ({ source, span }) => source === undefined || (filters.get(source)?.(span) ?? true)
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
      .replace(/^[^A-Za-z0-9]+|-+$/g, "")
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
