import { library } from "../../stdlib/signatures/index.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, inSource, nearestName } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import { explain, sameMistake, type Unresolved } from "./explain.ts"
import { meantName, meantWay } from "./foreign-names.ts"
import { channelVariables } from "./forms/channel.ts"
import { specialForms } from "./forms/table.ts"
import type { Module } from "./module.ts"
import type { Scope } from "./scope.ts"

/** Unknown names that get a hint: to compare with all known names takes time, and nobody reads the hundredth one. */
const suggestionsMax = 100

const literals: ReadonlySet<string> = new Set(["none", "true", "false"])

/** Where a name that means nothing stands. */
export interface UnknownName {
  readonly name: string
  readonly span: Span
  readonly scope: Scope
  readonly asCall: boolean
}

/** What is said of names that mean nothing: one message for one mistake, with what may have been meant. */
export class UnknownNames {
  readonly #diagnostics: Array<Diagnostic>
  readonly #report: (diagnostic: Diagnostic) => void
  #count = 0
  /** Those that have been reported in the file; what stands behind them may explain them. */
  #unresolved: Array<Unresolved> = []
  readonly #silenced: Array<Diagnostic> = []
  /** What the last one stands before, and is part of the same mistake. */
  #passed: { readonly module: Module | undefined; readonly end: number } = { module: undefined, end: 0 }

  /** `report` adds to `diagnostics`. */
  constructor(diagnostics: Array<Diagnostic>, report: (diagnostic: Diagnostic) => void) {
    this.#diagnostics = diagnostics
    this.#report = report
  }

  report({ asCall, name, scope, span }: UnknownName, module: Module): void {
    if (this.#passed.module === module && span.start < this.#passed.end) return this.silence(name, span, module)
    if (this.reportImported(name, span, module)) return
    this.#passed = { module, end: sameMistake(name, span, module.file.source) }
    const isExplained = ++this.#count <= suggestionsMax
    const facts = isExplained ? meant({ asCall, name, scope, span }, module) : { nearest: undefined }
    this.#report(catalog.unknownName.at(span, { name, ...facts }))
    if (isExplained) this.#unresolved.push({ name, span, scope, reported: this.#diagnostics.at(-1)! })
  }

  /** Reports why a name with an import before it means nothing; false when it is of no import. */
  reportImported(name: string, span: Span, module: Module): boolean {
    const found = module.importOf(name)
    if (found === undefined) return false
    const exporter = found.imported.module
    if (exporter === undefined) return true
    const { rest } = found
    if (exporter.isExported(rest) && exporter.defines(rest)) return false
    const file = exporter.file.source.name
    if (exporter.defines(rest))
      this.#report(catalog.notExported.at(span, { name, file, rest: exporter.exportOf(rest) }))
    else if (!exporter.file.isDamaged) {
      const nearest = this.nearest(name, () => module.importedNames())
      this.#report(catalog.unknownExport.at(span, { name, file, rest, nearest }))
    }
    return true
  }

  /** The known name that is nearest, for the first mistakes of a program. */
  nearest(name: string, known: () => Iterable<string>): string | undefined {
    return ++this.#count > suggestionsMax ? undefined : nearestName(name, known())
  }

  /** Says nothing of a name, as that it is unknown is a consequence of what has been reported. */
  silence(name: string, span: Span, module: Module): void {
    this.#silenced.push(inSource(catalog.unknownName.at(span, { name, nearest: undefined }), module.file.source))
  }

  /** Those of which nothing was said. */
  get silenced(): ReadonlyArray<Diagnostic> {
    return this.#silenced
  }

  /** When the whole file is known, says more of names that are defined further down, or inside a function. */
  explainIn(module: Module): void {
    for (const each of this.#unresolved) {
      const at = this.#diagnostics.indexOf(each.reported)
      const better = at < 0 ? undefined : explain(each, module)
      if (better === undefined) continue
      this.#report(better)
      this.#diagnostics[at] = this.#diagnostics.pop()!
    }
    this.#unresolved = []
  }
}

/** What an unknown name may mean, or what is written in its place. */
const meant = (
  { asCall, name, scope }: UnknownName,
  module: Module
): { readonly nearest: string | undefined; readonly way?: string } => {
  const foreign = meantName(name)
  if (foreign !== undefined && literals.has(foreign)) return { nearest: foreign }
  const locals = new Set(["else", ...channelVariables.keys()])
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
    for (const own of at.names()) locals.add(own)
  // What is not called is a local rather than a function.
  const near = asCall ? undefined : nearestName(name, locals)
  if (near !== undefined) return { nearest: near }
  const known = module.importedAs(name) ?? foreign ?? module.meantExport(name)
  if (known !== undefined) return { nearest: known }
  const way = meantWay(name)
  if (way !== undefined) return { nearest: undefined, way }
  const all = new Set([...module.topLevel.keys(), ...module.importedNames(), ...locals])
  if (asCall) {
    for (const form of specialForms.keys()) all.add(form)
    for (const signature of library) for (const each of [signature.name, ...(signature.aliases ?? [])]) all.add(each)
  }
  return { nearest: nearestName(name, all) ?? module.importedNear(name) }
}
