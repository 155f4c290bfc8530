import type { Core, CoreProgram, FunctionDefinition, Global } from "../2-expand/core.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, hasErrors, inSource, type Outcome } from "../diagnostic.ts"
import { waitsInAtomic } from "./atomic.ts"
import { busAdvice } from "./bus/advice.ts"
import { type BusUse, busUses, runsAnything } from "./bus/table.ts"
import { components } from "./components.ts"
import { Purity } from "./constants.ts"
import { type FunctionEffects, inferEffects, waitsOf } from "./effects.ts"
import { type BodyFacts, bodyFacts } from "./facts.ts"
import { Mistakes, type RequiredCheck } from "./findings.ts"
import { inferTypes } from "./infer.ts"
import type { Type } from "./types.ts"
import { unusedNames } from "./unused.ts"

export type { RequiredCheck } from "./findings.ts"

/** Core, with the types of its nodes, and the facts about it in tables beside the tree. */
export interface CheckedProgram {
  readonly program: CoreProgram
  /** What one look at each body has told. */
  readonly facts: ReadonlyMap<FunctionDefinition, BodyFacts>
  readonly effects: ReadonlyMap<FunctionDefinition, FunctionEffects>
  /** Top-level locals that are constants of the module, so that functions may name them. */
  readonly constants: ReadonlySet<Global>
  /** What each function gives. */
  readonly results: ReadonlyMap<FunctionDefinition, Type>
  /** Nodes whose value must be checked when the program runs, as it may be of another type than is declared. */
  readonly checks: ReadonlyMap<Core, RequiredCheck>
  /** The `ascribe` nodes whose value is certainly of their type. */
  readonly needless: ReadonlySet<Core>
  /** What the program publishes and listens to. */
  readonly bus: ReadonlyArray<BusUse>
}

/** What only the types say: the program could run all the same, and fault where it is wrong. */
const typeErrors: ReadonlySet<string> = new Set(
  [
    catalog.wrongArgument,
    catalog.wrongOperand,
    catalog.wrongResult,
    catalog.notAFunction,
    catalog.wrongClosureArity,
    catalog.unhandledError,
    catalog.wrongFormat,
    catalog.divisionByZero,
    catalog.wrongAscription,
    catalog.swappedArguments,
    catalog.missingEntryValue,
    catalog.noSuchChannel,
    catalog.noSuchTopic,
    catalog.publishesExecution
  ].map(({ code }) => code)
)

/** A type error as a warning, for who wants to run the program in spite of it; others as they are. */
export const asWarning = (diagnostic: Diagnostic): Diagnostic =>
  typeErrors.has(diagnostic.code) ? { ...diagnostic, severity: "warning" } : diagnostic

/** Runs the checks in order. `earlier` is what the phases before have found: no consequence of it is reported again, and
 * what looks odd is left for when it is right. */
export const check = (program: CoreProgram, earlier: ReadonlyArray<Diagnostic> = []): Outcome<CheckedProgram> => {
  const diagnostics: Array<Diagnostic> = []
  const { functions } = program
  const facts = new Map(functions.map((each) => [each, bodyFacts(each)] as const))
  const groups = components(functions, functions.length, dependenciesOf)
  const effects = inferEffects(facts, groups)
  const purity = new Purity(effects, program.globals)
  // In the order of the files: a chain of constants through many of them is followed one step at a time.
  const constants = purity.constants()
  for (const { global, span } of program.exportedGlobals) {
    if (!constants.has(global))
      diagnostics.push(inSource(catalog.exportNotConstant.at(span, { name: global.name }), global.source))
  }
  const made = new Mistakes(earlier, program.source)
  let waits: ReturnType<typeof waitsOf> | undefined
  for (const [definition, found] of facts) {
    const { source } = definition
    if (found.constants.length + found.assignedCaptures.length > 0)
      for (const each of misusedLocals(definition, found, constants, made)) diagnostics.push(inSource(each, source))
    if (found.atomics.length === 0) continue
    waits ??= waitsOf(facts)
    for (const each of waitsInAtomic(found.atomics, source, waits)) diagnostics.push(inSource(each, source))
  }
  const { findings, results } = inferTypes(program, {
    facts,
    groups,
    mistakes: new Mistakes([...earlier, ...diagnostics], program.source)
  })
  for (const found of findings.diagnostics) diagnostics.push(found)
  const { checks, needless } = findings
  const bus = busUses(program, facts)
  if (!hasErrors(earlier) && !hasErrors(diagnostics)) {
    for (const each of unusedNames({ program, facts, earlier })) diagnostics.push(each)
    if (bus.length > 0 && !runsAnything(facts)) for (const each of busAdvice(bus)) diagnostics.push(each)
  }
  return {
    value: { program, facts, effects, constants, results, checks, needless, bus },
    diagnostics
  }
}

/** Whose result or locals a function's types depend on. */
const dependenciesOf = ({ captured, uses }: FunctionDefinition): ReadonlyArray<FunctionDefinition> => {
  const found = [...uses]
  for (const { root } of captured) if (!uses.has(root.owner)) found.push(root.owner)
  return found
}

/** Names of the main task's locals in functions, and captured locals that are assigned. */
const misusedLocals = (
  definition: FunctionDefinition,
  { assignedCaptures, constants: named }: BodyFacts,
  constants: ReadonlySet<Global>,
  earlier: Mistakes
): ReadonlyArray<Diagnostic> => [
  ...named.flatMap(({ global, span }) => {
    // One of another file was reported where it is exported.
    if (constants.has(global) || global.source !== definition.source) return []
    if (earlier.isIn(global.source, global.span)) return []
    const related = [{ span: global.span, message: "defined here" }]
    return [catalog.notConstant.at(span, { name: global.name }, related)]
  }),
  ...assignedCaptures.map(({ binding, span }) => {
    const related = [{ span: binding.capturedAt!, message: "captured here" }]
    const way = "return the value, or keep it in the store"
    return catalog.cannotAssign.at(span, { name: binding.name, why: "a closure captures it by value", way }, related)
  })
]
