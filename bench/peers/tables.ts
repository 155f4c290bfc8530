import { figuresOf, type Result, type Unit } from "../measure.ts"
import { printFigure, printResult } from "../table.ts"
import type { Load, Rate } from "./load.ts"
import { type Ground, measureRates, measureRecovery } from "./measure-peer.ts"
import { type Peer, peers } from "./peers.ts"

const loads: ReadonlyArray<Load> = [
  { inFlight: 1, steps: 10 },
  { inFlight: 100, steps: 10 },
  { inFlight: 1000, steps: 10 },
  // What it costs to start and end a run counts little here.
  { inFlight: 100, steps: 100 }
]

const titleOf = ({ inFlight, steps }: Load): string => `peers, ${inFlight} in flight, ${steps} steps each`

/** Runs that a killed process leaves behind, and of how many measurements: those of many take minutes each. */
const leftRuns = [
  { runs: 200, roundsMax: 3 },
  { runs: 10_000, roundsMax: 1 }
]

export interface Plan {
  /** How often each peer is measured. */
  readonly rounds: number
  /** About how long, for each load, after as much again as a warm-up at least. */
  readonly seconds: number
  /** Only peers with one of these in their names, all when there is none. */
  readonly names: ReadonlyArray<string>
}

/** The figures of a table as they come, and why some have not. */
export interface Table {
  readonly title: string
  readonly unit: Unit
  readonly rows: ReadonlyArray<{ readonly name: string; readonly values: Array<number> }>
  readonly failures: Map<string, string>
}

/** All peers in turn, and that several times, so that a slow spell of the machine meets all of them. */
export const runRates = async (ground: Ground, { names, rounds, seconds }: Plan): Promise<ReadonlyArray<Table>> => {
  const chosen = choose("rate", names)
  const measured = loads.map((load) => ({
    load,
    rates: tableOf(titleOf(load), "steps/s", chosen),
    times: tableOf(`${titleOf(load)}, processor`, "µs/step", chosen)
  }))
  for (let round = 0; round < rounds; round++) {
    for (const peer of chosen) {
      const left = measured.filter(({ rates }) => !rates.failures.has(peer.name))
      let taken = 0
      const note = ({ microsPerStep, stepsPerSecond }: Rate): void => {
        const { rates, times } = left[taken++]!
        add(rates, peer, stepsPerSecond)
        if (microsPerStep !== undefined) add(times, peer, microsPerStep)
      }
      try {
        await measureRates(ground, peer, { loads: left.map(({ load }) => load), seconds }, note)
      } catch (error) {
        for (const { rates } of left.slice(taken)) fail(rates, peer, error)
      }
    }
  }
  return [...measured.map(({ rates }) => rates), ...measured.map(({ times }) => times)]
}

export const runRecoveries = async (ground: Ground, { names, rounds }: Plan): Promise<ReadonlyArray<Table>> => {
  const chosen = choose("recovery", names)
  const tables = leftRuns.map(({ runs }) => tableOf(`peers, ${runs} runs after kill -9`, "ms", chosen))
  for (let round = 0; round < rounds; round++) {
    for (const [index, { roundsMax, runs }] of leftRuns.entries()) {
      const table = tables[index]!
      if (round >= roundsMax) continue
      for (const peer of chosen.filter(({ name }) => !table.failures.has(name))) {
        try {
          add(table, peer, await measureRecovery(ground, peer, runs))
        } catch (error) {
          fail(table, peer, error)
        }
      }
    }
  }
  return tables
}

const add = ({ rows, title, unit }: Table, { name }: Peer, value: number): void => {
  rows.find((row) => row.name === name)!.values.push(value)
  if (unit !== "µs/step") console.error(`${title}, ${name}: ${printFigure(value)} ${unit}`)
}

/** What has not finished once is not waited for again. */
const fail = ({ failures, title }: Table, { name }: Peer, error: unknown): void => {
  const why = error instanceof Error ? error.message : String(error)
  failures.set(name, why)
  console.error(`${title}, ${name}: ${why}`)
}

const choose = (kind: Peer["tables"][number], names: ReadonlyArray<string>): ReadonlyArray<Peer> =>
  peers.filter(({ name, tables }) => tables.includes(kind) && isNamed(name.toLowerCase(), names))

const isNamed = (name: string, parts: ReadonlyArray<string>): boolean =>
  parts.length === 0 || parts.some((part) => name.includes(part.toLowerCase()))

const tableOf = (title: string, unit: Unit, chosen: ReadonlyArray<Peer>): Table => ({
  title,
  unit,
  rows: chosen.map(({ name }) => ({ name, values: [] })),
  failures: new Map()
})

export const resultOf = ({ rows, title, unit }: Table): Result => {
  const measured = rows.filter(({ values }) => values.length > 0)
  const repeats = Math.max(0, ...measured.map(({ values }) => values.length))
  return { title, unit, repeats, figures: figuresOf(measured) }
}

/** With what could not be measured, and why, below it. */
export const printTable = (table: Table): string =>
  [printResult(resultOf(table), undefined), ...[...table.failures].map(([name, why]) => `${name}: ${why}\n`)].join("")
