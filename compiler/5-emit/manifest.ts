import type { FunctionFacts, Manifest, PointFacts, Position, SlotFacts } from "../../stdlib/abi/manifest.ts"
import { abiVersion, compilerVersion } from "../../stdlib/abi/version.ts"
import { typeText } from "../2-expand/core.ts"
import type { Lowered, Machine, Region, Slot } from "../4-lower/machine.ts"
import { type Outline, outlineOf } from "../4-lower/outline.ts"
import { lineTableOf, type Source, type Span } from "../source.ts"

/** What the runtime must know of a program. */
export const makeManifest = (
  program: Lowered,
  functions: ReadonlyArray<FunctionFacts>,
  library: ReadonlyArray<string>
): Manifest => {
  return {
    abi: abiVersion,
    compiler: compilerVersion,
    program: program.name,
    source: program.source.name,
    functions,
    library,
    records: program.records.map((record) => ({
      name: record.name,
      fields: record.fields.map((field) => ({ name: field.name, type: typeText(field.type) }))
    })),
    exports: program.exports.map(({ name, target }) => ({ name, function: target.index })),
    externs: program.externs
  }
}

/** `machineName`: what machines are called in outlines. */
export const functionFacts = (machine: Machine, machineName: Lowered["nameOf"]): FunctionFacts => {
  const outline = machine.suspends ? outlineOf(machine, machineName) : undefined
  return {
    name: machine.name,
    params: machine.params.map((param) => ({ name: param.name, type: param.type })),
    captured: machine.captured,
    ...(machine.hasRest && { rest: true as const }),
    result: machine.result,
    suspends: machine.suspends,
    source: machine.source.name,
    position: positionOf(machine.source, machine.span),
    points: machine.points.map(
      (point): PointFacts => ({
        kind: point.kind,
        id: point.id,
        callee: point.callee,
        position: positionOf(machine.source, point.span),
        ...regionFacts(point.region),
        slots: point.live.map((slot) => slotFacts(slot, outline))
      })
    ),
    ...(outline !== undefined && { code: outline.code, outline: outline.steps }),
    ...(outline?.given !== undefined && { given: outline.given })
  }
}

const slotFacts = (slot: Slot, outline: Outline | undefined): SlotFacts => ({
  name: slot.name,
  kind: slot.kind,
  ...(slot.type !== ":any" && { type: slot.type }),
  ...(outline?.tracked.has(slot) === true && { id: slot.ordinal })
})

/** What all regions around a point do together. */
const regionFacts = (innermost: Region | undefined): Pick<PointFacts, "catches" | "shields"> => {
  if (innermost === undefined) return {}
  const around: Array<Region> = []
  for (let region: Region | undefined = innermost; region !== undefined; region = region.parent) around.push(region)
  return {
    catches: around.some(({ ends }) => ends) ? "ends" : "faults",
    ...(around.some(({ shields }) => shields) && { shields: true as const })
  }
}

const positionOf = (source: Source, span: Span): Position => {
  const table = lineTableOf(source)
  const start = table.position(span.start)
  const end = table.position(span.end)
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
}
