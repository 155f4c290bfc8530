import { abiVersion, compilerVersion } from "../../stdlib/abi/version.ts"
import { typeText } from "../2-expand/core.ts"
import type { Lowered, Machine, Point, Region, Slot } from "../4-lower/machine.ts"
import { type Outline, outlineOf } from "../4-lower/outline.ts"
import { lineTableOf, type Source, type Span } from "../source.ts"
import type { Writer } from "./writer.ts"

// What the runtime must know of a program, as the JSON of a `Manifest`. It is written as it stands in the module, without
// the data first, of which a large program has as much as of code.

/** The whole, around the facts of all functions. */
export const writeManifest = (
  out: Writer,
  program: Lowered,
  { functions, library }: { readonly functions: Writer; readonly library: ReadonlyArray<string> }
): void => {
  const head = { abi: abiVersion, compiler: compilerVersion, program: program.name, source: program.source.name }
  const records = program.records.map((record) => ({
    name: record.name,
    fields: record.fields.map((field) => ({ name: field.name, type: typeText(field.type) }))
  }))
  const exports = program.exports.map(({ name, target }) => ({ name, function: target.index }))
  out.write(asciiJson(head).slice(0, -1), ',"functions":[').append(functions)
  out.write("],", asciiJson({ library, records, exports, externs: program.externs }).slice(1))
}

/** A `FunctionFacts`. `machineName`: what machines are called in outlines. */
export const writeFunctionFacts = (out: Writer, machine: Machine, machineName: Lowered["nameOf"]): void => {
  const outline = machine.suspends ? outlineOf(machine, machineName) : undefined
  writeText(out, '{"name":"', machine.name)
  out.write(',"params":[')
  for (let index = 0; index < machine.params.length; index++) {
    const { name, type } = machine.params[index]!
    writeText(out, index === 0 ? '{"name":"' : ',{"name":"', name)
    writeText(out, ',"type":"', type)
    out.write("}")
  }
  out.write('],"captured":', String(machine.captured), machine.hasRest ? ',"rest":true' : "")
  writeText(out, ',"result":"', machine.result)
  out.write(machine.suspends ? ',"suspends":true' : ',"suspends":false')
  writeText(out, ',"source":"', machine.source.name)
  writePosition(out, machine.source, machine.span)
  out.write(',"points":[')
  for (let index = 0; index < machine.points.length; index++) {
    if (index > 0) out.write(",")
    writePoint(out, machine.source, machine.points[index]!, outline)
  }
  out.write("]")
  if (outline !== undefined) out.write(',"code":"', outline.code, '","outline":"').write(outline.steps, '"')
  if (outline?.given !== undefined) out.write(',"given":"', outline.given, '"')
  out.write("}")
}

const writePoint = (out: Writer, source: Source, point: Point, outline: Outline | undefined): void => {
  out.write('{"kind":"', point.kind, '"')
  writeText(out, ',"id":"', point.id)
  writeText(out, ',"callee":"', point.callee)
  writePosition(out, source, point.span)
  writeRegionFacts(out, point.region)
  out.write(',"slots":[')
  for (let index = 0; index < point.live.length; index++) {
    if (index > 0) out.write(",")
    const slot = point.live[index]!
    writeSlot(out, slot, outline?.tracked.has(slot) === true)
  }
  out.write("]}")
}

const writeSlot = (out: Writer, { kind, name, ordinal, type }: Slot, isTracked: boolean): void => {
  writeText(out, '{"name":"', name)
  out.write(',"kind":"', kind, '"')
  if (type !== ":any") writeText(out, ',"type":"', type)
  if (isTracked) out.write(',"id":', String(ordinal))
  out.write("}")
}

/** What all regions around a point do together. */
const writeRegionFacts = (out: Writer, innermost: Region | undefined): void => {
  if (innermost === undefined) return
  const around: Array<Region> = []
  for (let region: Region | undefined = innermost; region !== undefined; region = region.parent) around.push(region)
  out.write(around.some(({ ends }) => ends) ? ',"catches":"ends"' : ',"catches":"faults"')
  if (around.some(({ shields }) => shields)) out.write(',"shields":true')
}

const writePosition = (out: Writer, source: Source, span: Span): void => {
  const table = lineTableOf(source)
  const start = table.position(span.start)
  const end = table.position(span.end)
  out.write(',"position":{"line":', String(start.line), ',"column":').write(String(start.column), ',"endLine":')
  out.write(String(end.line), ',"endColumn":', String(end.column)).write("}")
}

/** `head` ends with the quote that opens the text. */
const writeText = (out: Writer, head: string, text: string): void => {
  if (isPlain.test(text)) out.write(head, text, '"')
  else out.write(head.slice(0, -1), asciiJson(text))
}

/** What JSON writes as it is. */
const isPlain = /^[ !#-[\]-~]*$/

// Only texts hold other characters than ASCII, and there an escape means the same.
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
