import { type FunctionDefinition, type Global, typeText } from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, inSource, type Outcome } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import { cutBlocks } from "./blocks.ts"
import { Constants } from "./constants.ts"
import { liveSlotsMax, markLive } from "./liveness.ts"
import { Lowering, withoutDeadCode } from "./lowering.ts"
import type { Lowered, Machine, MachineProgram, Point, Slot, Statement } from "./machine.ts"
import { numberPoints } from "./points.ts"
import { Purity } from "./purity.ts"

/** Checked core to machines: one for each function, then one for each constant of the module that a function names. */
export const lower = (checked: CheckedProgram): Outcome<MachineProgram> => {
  const diagnostics: Array<Diagnostic> = []
  const program = lowerInTurn(checked, diagnostics)
  return { value: { ...program, machines: [...program.machines] }, diagnostics }
}

/** The same one after another. What is wrong with a machine is among `diagnostics` once it was made, and then none of them
 * is to be used. */
export const lowerInTurn = (checked: CheckedProgram, diagnostics: Array<Diagnostic>): Lowered => {
  const functions = checked.program.functions.slice(0, checked.program.bundledCount)
  const constants = new Constants(functions.length, checked)
  const purity = new Purity(checked)
  const { name, source, records, exports, externs } = checked.program
  return {
    name,
    source,
    machines: machinesOf(functions, checked, constants, diagnostics),
    nameOf: (index) => functions[index]?.qualifiedName ?? constants.at(index).name,
    isPure: (index) => index < functions.length && purity.of(functions[index]!),
    records,
    exports,
    externs
  }
}

function* machinesOf(
  functions: ReadonlyArray<FunctionDefinition>,
  checked: CheckedProgram,
  constants: Constants,
  diagnostics: Array<Diagnostic>
): Iterable<Machine> {
  for (const each of functions) yield withLiveSets(lowerFunction(each, checked, constants), diagnostics)
  for (let next = constants.next(); next !== undefined; next = constants.next())
    yield withLiveSets(lowerConstant(next, checked, constants), diagnostics)
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

const lowerFunction = (definition: FunctionDefinition, checked: CheckedProgram, constants: Constants): Machine => {
  const effects = checked.effects.get(definition)!
  const lowering = new Lowering(definition, checked, constants)
  const params = [...definition.captured.map((each) => each.inner), ...definition.params].map((binding) =>
    lowering.slotOf(binding)
  )
  const entry = effects.countsFuel
    ? lowering.point("entry", "", { start: definition.span.start, end: definition.span.start + 1 })
    : undefined
  const body: Array<Statement> = []
  lowering.into(definition.body, { kind: "return" }, body)
  return finish(
    {
      name: definition.qualifiedName,
      index: definition.index,
      source: definition.source,
      span: definition.span,
      result: typeText(definition.result),
      hasRest: definition.hasRest,
      suspends: effects.suspends,
      isConstant: false
    },
    { lowering, params, captured: definition.captured.length, body, entry }
  )
}

const lowerConstant = (
  { global, index }: { readonly global: Global; readonly index: number },
  checked: CheckedProgram,
  constants: Constants
): Machine => {
  const lowering = new Lowering(undefined, checked, constants)
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
      isConstant: true
    },
    { lowering, params: [], captured: 0, body, entry: undefined }
  )
}

const finish = (
  facts: Pick<Machine, "name" | "index" | "source" | "span" | "result" | "hasRest" | "suspends" | "isConstant">,
  made: {
    readonly lowering: Lowering
    readonly params: ReadonlyArray<Slot>
    readonly captured: number
    readonly body: ReadonlyArray<Statement>
    readonly entry: Point | undefined
  }
): Machine => {
  const { lowering, ...rest } = { ...made, body: withoutDeadCode(made.body) }
  const points = facts.suspends ? numberPoints(facts.name, lowering.points) : []
  const { blocks, loops, regions } = facts.suspends ? cutBlocks(rest.body) : { blocks: [], loops: [], regions: [] }
  return {
    ...facts,
    ...rest,
    slots: lowering.slots,
    points,
    blocks,
    loops,
    regions,
    loopOf: new Map(loops.map((loop) => [loop.statement, loop] as const))
  }
}
