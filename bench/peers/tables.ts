import { figuresOf, type Result, type Unit } from "../measure.ts"
import { printFigure, printResult } from "../table.ts"
import type { Load } from "./load.ts"
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
  const tables = loads.map((load) => tableOf(titleOf(load), "steps/s", chosen))
  const used = loads.map((load) => tableOf(`${titleOf(load)}, processor`, "µs/step", chosen))
  for (let round = 0; round < rounds; round++) {
    for (const [row, peer] of chosen.entries()) {
      await trying(peer, tables, async () => {
        const rates = await measureRates(ground, peer, { loads, seconds })
        for (const [index, { microsPerStep, stepsPerSecond }] of rates.entries()) {
          tables[index]!.rows[row]!.values.push(stepsPerSecond)
          if (microsPerStep !== undefined) used[index]!.rows[row]!.values.push(microsPerStep)
          console.error(`${tables[index]!.title}, ${peer.name}: ${printFigure(stepsPerSecond)} steps/s`)
        }
      })
    }
  }
  return [...tables, ...used]
}

export const runRecoveries = async (ground: Ground, { names, rounds }: Plan): Promise<ReadonlyArray<Table>> => {
  const chosen = choose("recovery", names)
  const tables = leftRuns.map(({ runs }) => tableOf(`peers, ${runs} runs after kill -9`, "ms", chosen))
  for (let round = 0; round < rounds; round++) {
    for (const [index, { roundsMax, runs }] of leftRuns.entries()) {
      if (round >= roundsMax) continue
      for (const [row, peer] of chosen.entries()) {
        const table = tables[index]!
        // What has not finished once is not waited for again.
        if (table.failures.has(peer.name)) continue
        await trying(peer, [table], async () => {
          const ms = await measureRecovery(ground, peer, runs)
          table.rows[row]!.values.push(ms)
          console.error(`${peer.name}: ${runs} runs in ${Math.round(ms)} ms`)
        })
      }
    }
  }
  return tables
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

const trying = async (peer: Peer, tables: ReadonlyArray<Table>, measure: () => Promise<void>): Promise<void> => {
  try {
    await measure()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    for (const { failures } of tables) failures.set(peer.name, why)
    console.error(`${peer.name}: ${why}`)
  }
}

export const resultOf = ({ rows, title, unit }: Table): Result => {
  const measured = rows.filter(({ values }) => values.length > 0)
  const repeats = Math.max(0, ...measured.map(({ values }) => values.length))
  return { title, unit, repeats, figures: figuresOf(measured) }
}

/** With what could not be measured, and why, below it. */
export const printTable = (table: Table): string =>
  [printResult(resultOf(table), undefined), ...[...table.failures].map(([name, why]) => `${name}: ${why}\n`)].join("")
