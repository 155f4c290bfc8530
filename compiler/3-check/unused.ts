import { rootOf } from "../2-expand/captures.ts"
import type { Binding, Core, CoreProgram, FunctionDefinition } from "../2-expand/core.ts"
import { localInKey } from "../2-expand/forms/call.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, inSource } from "../diagnostic.ts"
import type { BodyFacts } from "./facts.ts"
import { isPrelude } from "./prelude.ts"

interface Names {
  readonly program: CoreProgram
  readonly facts: ReadonlyMap<FunctionDefinition, BodyFacts>
  /** The locals that some body names. */
  readonly referred: ReadonlySet<Binding>
  /** What earlier phases have found. */
  readonly earlier: ReadonlyArray<Diagnostic>
}

/** What a program defines and never uses, and names that hide others. */
export const unusedNames = ({ earlier, facts, program, referred }: Names): ReadonlyArray<Diagnostic> => {
  const used = new Set(referred)
  for (const binding of referred) if (binding.kind === "captured") used.add(rootOf(binding))
  for (const { global } of program.exportedGlobals) if (global.binding !== undefined) used.add(global.binding)
  const called = usedFunctions(program)
  const isDoubtful = doubts(earlier, program)
  // Of a pattern that takes all that a later clause would take the message there has told.
  const takers = new Set(
    earlier
      .filter(({ code }) => code === catalog.unreachedClause.code)
      .flatMap(({ related }) => related?.map(({ span }) => span.start) ?? [])
  )
  const found: Array<Diagnostic> = []
  for (const definition of program.functions) {
    if (!isWritten(definition)) continue
    const report = (diagnostic: Diagnostic): void => void found.push(inSource(diagnostic, definition.source))
    for (const [binding, define] of facts.get(definition)!.defined) {
      if (!isNamed(binding)) continue
      reportHiding(binding, report)
      if (used.has(binding)) continue
      if (isPatternName(define)) {
        if (!takers.has(binding.span.start)) report(catalog.unusedPatternName.at(binding.span, { name: binding.name }))
      } else if (!isLoopItem(define) && !isDoubtful(definition, binding))
        report(catalog.unusedLocal.at(binding.span, { name: binding.name, isAssigned: binding.assigned }))
    }
    // Those before one that is used cannot be left out.
    const lastUsed = definition.params.findLastIndex((param) => used.has(param))
    for (const [index, param] of definition.params.entries()) {
      if (!isNamed(param)) continue
      reportHiding(param, report)
      if (index > lastUsed && !isDoubtful(definition, param))
        report(catalog.unusedParameter.at(param.span, { name: param.name }))
    }
    if (definition.source === program.source && !called.has(definition))
      report(catalog.unusedFunction.at(headOf(definition), { name: definition.name }))
  }
  return found
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

const reportHiding = (binding: Binding, report: (diagnostic: Diagnostic) => void): void => {
  const { hides, kind, name, owner, span } = binding
  if (hides === undefined) return
  const isAssignable = kind === "local" && hides.what !== "a function" && hides.span.start >= owner.span.start
  const related = [{ span: hides.span, message: "defined here" }]
  report(catalog.shadowedName.at(span, { name, what: hides.what, isAssignable }, related))
}

/** What some other function uses, what is exported, and what needs no caller. */
const usedFunctions = (program: CoreProgram): ReadonlySet<FunctionDefinition> => {
  const used = new Set<FunctionDefinition>()
  used.add(program.functions[0]!)
  for (const definition of program.functions)
    for (const target of definition.uses) if (target !== definition) used.add(target)
  for (const target of program.entryPoints) used.add(target)
  for (const { target } of program.tests) used.add(target)
  return used
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
