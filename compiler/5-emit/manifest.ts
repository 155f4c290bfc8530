import type { FunctionFacts, Manifest, PointFacts, Position } from "../../stdlib/abi/manifest.ts"
import { abiVersion, compilerVersion } from "../../stdlib/abi/version.ts"
import type { Machine, MachineProgram } from "../4-lower/machine.ts"
import { LineTable, type Source, type Span } from "../source.ts"

/** What the runtime must know of a program. */
export const makeManifest = (program: MachineProgram, library: ReadonlyArray<string>): Manifest => {
  const positions = new Positions()
  return {
    abi: abiVersion,
    compiler: compilerVersion,
    program: program.name,
    source: program.source.name,
    functions: program.machines.map((machine) => functionFacts(machine, positions)),
    library
  }
}

const functionFacts = (machine: Machine, positions: Positions): FunctionFacts => ({
  name: machine.name,
  params: machine.params.map((param) => ({ name: param.name, type: param.type })),
  captured: machine.captured,
  suspends: machine.suspends,
  source: machine.source.name,
  position: positions.of(machine.source, machine.span),
  points: machine.points.map(
    (point): PointFacts => ({
      kind: point.kind,
      id: point.id,
      callee: point.callee,
      position: positions.of(machine.source, point.span),
      slots: point.live.map((slot) => ({ name: slot.name, kind: slot.kind }))
    })
  )
})

class Positions {
  readonly #tables = new Map<Source, LineTable>()

  of(source: Source, span: Span): Position {
    let table = this.#tables.get(source)
    if (table === undefined) {
      table = new LineTable(source.text)
      this.#tables.set(source, table)
    }
    const start = table.position(span.start)
    const end = table.position(span.end)
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column }
  }
}
