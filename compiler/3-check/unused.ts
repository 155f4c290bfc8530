import type { Binding, Core, CoreProgram, FunctionDefinition } from "../2-expand/core.ts"
import { localInKey } from "../2-expand/forms/call.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, inSource } from "../diagnostic.ts"
import type { BodyFacts } from "./facts.ts"
import { isPrelude } from "./prelude.ts"

interface Names {
  readonly program: CoreProgram
  readonly facts: ReadonlyMap<FunctionDefinition, BodyFacts>
  /** What earlier phases have found. */
  readonly earlier: ReadonlyArray<Diagnostic>
}

/** What a program defines and never uses, and names that hide others. The nodes that name locals have been looked at. */
export const unusedNames = ({ earlier, facts, program }: Names): ReadonlyArray<Diagnostic> => {
  for (const { captured } of program.functions)
    for (const { inner, root } of captured) if (inner.isReferred) root.isReferred = true
  for (const { global } of program.exportedGlobals) if (global.binding !== undefined) global.binding.isReferred = true
  const isCalled = calledFunctions(program)
  const names = new NamesOfFunction(earlier, program)
  for (const definition of program.functions) {
    if (!isWritten(definition)) continue
    names.look(definition, facts.get(definition)!)
    if (definition.source === program.source && isCalled[definition.index] === 0)
      names.report(definition, catalog.unusedFunction.at(headOf(definition), { name: definition.name }))
  }
  return names.found
}

/** Looks at the locals of one function after another. */
class NamesOfFunction {
  readonly found: Array<Diagnostic> = []
  readonly #isDoubtful: (definition: FunctionDefinition, binding: Binding) => boolean
  /** Of a pattern that takes all that a later clause would take the message there has told. */
  readonly #takers: ReadonlySet<number>

  constructor(earlier: ReadonlyArray<Diagnostic>, program: CoreProgram) {
    this.#isDoubtful = doubts(earlier, program)
    this.#takers = new Set(
      earlier
        .filter(({ code }) => code === catalog.unreachedClause.code)
        .flatMap(({ related }) => related?.map(({ span }) => span.start) ?? [])
    )
  }

  report({ source }: FunctionDefinition, diagnostic: Diagnostic): void {
    this.found.push(inSource(diagnostic, source))
  }

  look(definition: FunctionDefinition, { defined }: BodyFacts): void {
    for (const define of defined) this.#local(definition, define)
    // Those before one that is used cannot be left out.
    const lastUsed = definition.params.findLastIndex((param) => param.isReferred)
    for (let index = 0; index < definition.params.length; index++)
      this.#param(definition, definition.params[index]!, index > lastUsed)
  }

  #local(definition: FunctionDefinition, define: Define): void {
    const { binding } = define
    if ((binding.isReferred && binding.hides === undefined) || !isNamed(binding)) return
    this.#hiding(definition, binding)
    if (binding.isReferred) return
    if (isPatternName(define)) {
      if (!this.#takers.has(binding.span.start))
        this.report(definition, catalog.unusedPatternName.at(binding.span, { name: binding.name }))
    } else if (!isLoopItem(define) && !this.#isDoubtful(definition, binding))
      this.report(
        definition,
        catalog.unusedLocal.at(binding.span, { name: binding.name, isAssigned: binding.assigned })
      )
  }

  #param(definition: FunctionDefinition, param: Binding, isUnused: boolean): void {
    if ((!isUnused && param.hides === undefined) || !isNamed(param)) return
    this.#hiding(definition, param)
    if (isUnused && !this.#isDoubtful(definition, param))
      this.report(definition, catalog.unusedParameter.at(param.span, { name: param.name }))
  }

  #hiding(definition: FunctionDefinition, { hides, kind, name, owner, span }: Binding): void {
    if (hides === undefined) return
    const isAssignable = kind === "local" && hides.what !== "a function" && hides.span.start >= owner.span.start
    const related = [{ span: hides.span, message: "defined here" }]
    this.report(definition, catalog.shadowedName.at(span, { name, what: hides.what, isAssignable }, related))
  }
}

/** A local that may have been meant where a key or a channel stands, or that is used in a clause that is never reached: that has been
 * reported, and its being unused may be the consequence. */
const doubts = (
  earlier: ReadonlyArray<Diagnostic>,
  program: CoreProgram
): ((definition: FunctionDefinition, binding: Binding) => boolean) => {
  const textAt = ({ source, span }: Diagnostic): string => (source ?? program.source).text.slice(span.start, span.end)
  const inKeys = earlier.filter(({ code }) => keyWarnings.has(code)).map(textAt)
  const meant = new Set(inKeys.flatMap((key) => [key, ...[...key.matchAll(localInKey)].map(([, name]) => name!)]))
  const unreached = earlier.filter(({ code }) => code === catalog.unreachedClause.code)
  return ({ source, span }, { name }) =>
    meant.has(name) ||
    unreached.some(
      (each) => (each.source ?? program.source) === source && each.span.start >= span.start && each.span.end <= span.end
    )
}

const keyWarnings: ReadonlySet<string> = new Set([
  catalog.keyLooksLikeLocal.code,
  catalog.dollarInKey.code,
  catalog.channelLooksLikeLocal.code
])

const isWritten = (definition: FunctionDefinition): boolean =>
  !isPrelude(definition.source) && definition.ofRecord === undefined

/** A leading `_` says that a name is not used, and names with `$` or `%` are none of the user's. */
const isNamed = ({ name }: Binding): boolean => !/^[_$%]/.test(name)

type Define = Core & { readonly kind: "define" }

/** The item of a loop: some loops only count. */
const isLoopItem = ({ value }: Define): boolean => {
  const from = value.kind === "walk" ? value.args[0] : value
  return from?.kind === "reference" && /^%(list|index)$/.test(from.binding.name)
}

/** A name in a pattern is defined at itself; a `def` at the whole form. */
const isPatternName = (define: Define): boolean =>
  define.span.start === define.binding.span.start && !isLoopItem(define)

/** By index, 1 for what some other function uses, what is exported, and what needs no caller. */
const calledFunctions = ({ entryPoints, functions, tests }: CoreProgram): Uint8Array => {
  const isCalled = new Uint8Array(functions.length)
  isCalled[0] = 1
  for (const definition of functions)
    for (const target of definition.uses) if (target !== definition) isCalled[target.index] = 1
  for (const target of entryPoints) isCalled[target.index] = 1
  for (const { target } of tests) isCalled[target.index] = 1
  return isCalled
}

/** UTF-16 units. */
const beforeNameMax = 200

/** The name behind `defn`. */
const headOf = ({ name, source, span }: FunctionDefinition): FunctionDefinition["span"] => {
  const before = /^\(\s*\S+\s+/.exec(source.text.slice(span.start, span.start + beforeNameMax))?.[0].length ?? 0
  const start = span.start + before
  return source.text.startsWith(name, start)
    ? { start, end: start + name.length }
    : { start: span.start, end: start + 1 }
}
