import { type FunctionDefinition, type Global, typeText } from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, inSource, type Outcome } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import { cutBlocks } from "./blocks.ts"
import { givenText, type Later, LaterMachines, type Specialised } from "./later-machines.ts"
import { liveSlotsMax, markLive } from "./liveness.ts"
import { Lowering } from "./lowering.ts"
import type { Lowered, Machine, MachineProgram, Point, Slot, Statement } from "./machine.ts"
import { numberPoints } from "./points.ts"
import { Purity } from "./purity.ts"
import { withoutDeadCode } from "./statements.ts"

/** Checked core to machines: one for each function, then one for each constant of the module that a function names, and for
 * each function of the prelude with the closures that it is certainly called with. */
export const lower = (checked: CheckedProgram): Outcome<MachineProgram> => {
  const diagnostics: Array<Diagnostic> = []
  const program = lowerInTurn(checked, diagnostics)
  return { value: { ...program, machines: [...program.machines] }, diagnostics }
}

/** The same one after another. What is wrong with a machine is among `diagnostics` once it was made, and then none of them
 * is to be used. */
export const lowerInTurn = (checked: CheckedProgram, diagnostics: Array<Diagnostic>): Lowered => {
  const functions = checked.program.functions.slice(0, checked.program.bundledCount)
  const later = new LaterMachines(functions.length, checked)
  const purity = new Purity(checked)
  const { name, source, records, exports, externs } = checked.program
  return {
    name,
    source,
    machines: machinesOf(functions, checked, later, diagnostics),
    nameOf: (index) => functions[index]?.qualifiedName ?? later.nameOf(index),
    knownAs: (index) => functions[index]?.qualifiedName ?? later.knownAs(index),
    isPure: (index) => index < functions.length && purity.of(functions[index]!),
    records,
    exports,
    externs
  }
}

function* machinesOf(
  functions: ReadonlyArray<FunctionDefinition>,
  checked: CheckedProgram,
  later: LaterMachines,
  diagnostics: Array<Diagnostic>
): Iterable<Machine> {
  for (const definition of functions)
    yield withLiveSets(
      lowerFunction({ definition, given: nothingGiven, index: definition.index }, checked, later),
      diagnostics
    )
  for (let next = later.next(); next !== undefined; next = later.next())
    yield withLiveSets(lowerLater(next, checked, later), diagnostics)
}

const withLiveSets = (machine: Machine, diagnostics: Array<Diagnostic>): Machine => {
  if (!markLive(machine)) {
    const facts = { name: machine.name, max: liveSlotsMax }
    diagnostics.push(inSource(catalog.tooManyLive.at(headOf(machine), facts), machine.source))
  }
  return machine
}

/** The first line of a function: enough to show which one is meant. */
const headOf = ({ source, span }: Machine): Span => {
  const lineEnd = source.text.indexOf("\n", span.start)
  return { start: span.start, end: lineEnd < 0 ? span.end : Math.min(lineEnd, span.end) }
}

const lowerLater = (each: Later, checked: CheckedProgram, later: LaterMachines): Machine =>
  each.kind === "constant" ? lowerConstant(each, checked, later) : lowerFunction(each, checked, later)

const lowerFunction = (
  { definition, given, index }: Specialised & { readonly index: number },
  checked: CheckedProgram,
  later: LaterMachines
): Machine => {
  const effects = checked.effects.get(definition)!
  const lowering = new Lowering(definition, checked, later)
  const params = definition.captured.map(({ inner }) => lowering.locals.of(inner))
  for (const param of definition.params) {
    const target = given.get(param)
    // What a given closure captures comes in the place of the closure.
    if (target === undefined) params.push(lowering.locals.of(param))
    else params.push(...lowering.give(param, target))
  }
  const entry = effects.countsFuel
    ? lowering.point("entry", "", { start: definition.span.start, end: definition.span.start + 1 })
    : undefined
  const body: Array<Statement> = []
  lowering.into(definition.body, { kind: "return" }, body)
  return finish(
    {
      name: definition.qualifiedName,
      index,
      source: definition.source,
      span: definition.span,
      result: typeText(definition.result),
      hasRest: definition.hasRest,
      suspends: effects.suspends,
      givenText: givenText(given),
      isConstant: false
    },
    { lowering, params, captured: definition.captured.length, body, entry }
  )
}

const lowerConstant = (
  { global, index }: { readonly global: Global; readonly index: number },
  checked: CheckedProgram,
  later: LaterMachines
): Machine => {
  const lowering = new Lowering(undefined, checked, later)
  const body: Array<Statement> = []
  lowering.into(global.value!, { kind: "return" }, body)
  return finish(
    {
      name: global.name,
      index,
      source: global.source,
      span: global.span,
      result: ":any",
      hasRest: false,
      suspends: false,
      givenText: "",
      isConstant: true
    },
    { lowering, params: [], captured: 0, body, entry: undefined }
  )
}

const finish = (
  facts: Pick<
    Machine,
    "name" | "index" | "source" | "span" | "result" | "hasRest" | "suspends" | "givenText" | "isConstant"
  >,
  made: {
    readonly lowering: Lowering
    readonly params: ReadonlyArray<Slot>
    readonly captured: number
    readonly body: Array<Statement>
    readonly entry: Point | undefined
  }
): Machine => {
  const { captured, entry, lowering, params } = made
  const { givenText, index, isConstant, hasRest, name, result, source, span, suspends } = facts
  const body = withoutDeadCode(made.body)
  const { blocks, loops, regions } = suspends ? cutBlocks(body) : plainBody
  return {
    name,
    index,
    source,
    span,
    result,
    hasRest,
    params,
    captured,
    slots: lowering.locals.slots,
    body,
    suspends,
    givenText,
    isConstant,
    points: suspends ? numberPoints(name, lowering.points) : [],
    entry,
    blocks,
    loops,
    regions,
    loopOf: loops.length === 0 ? noLoops : new Map(loops.map((loop) => [loop.statement, loop] as const))
  }
}

const nothingGiven: Specialised["given"] = new Map()

const plainBody: ReturnType<typeof cutBlocks> = { blocks: [], loops: [], regions: [] }

const noLoops: Machine["loopOf"] = new Map()
