import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openSxs, type Sxs, type SxsCompiled } from "../cli/embed/index.ts"
import { type Lanes, openLanesByHand } from "./hand-runs.ts"
import { compare, cpuOfProcess, figuresOf, type Result, type Variant, wallOf } from "./measure.ts"
import { runSteps, runsProgram } from "./runs-program.ts"

/** How many runs at once, and how many each lane takes one after another. */
const loads: ReadonlyArray<Lanes> = [
  { lanes: 100, runs: 30, steps: runSteps },
  { lanes: 2000, runs: 2, steps: runSteps }
]

const repeats = { repeats: 5, warmups: 1 } as const

/** Durable steps per second in short runs, so that start and end of a run count: all is strict. */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    await besideStore(async () => {
      for (const load of loads) await compareRuns(folder, load, report)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Works beside an open store that has done such runs, for the reason of `besideNamespace`. */
const besideStore = async (work: () => Promise<void>): Promise<void> => {
  const sxs = await openSxs({ store: "memory:", telemetry: false, onLog: () => undefined })
  for (const waits of [true, false]) {
    const compiled = await sxs.compile({ name: "bench.sxs", text: runsProgram(waits) })
    await fromProgram(sxs, compiled, { lanes: 20, runs: 20, steps: runSteps })
  }
  await work()
  await sxs.close()
}

/** Two tables from the same runs: the rate, and the processor time of all threads. */
const compareRuns = async (folder: string, load: Lanes, report: (result: Result) => void): Promise<void> => {
  const cpu = new Map<string, Array<number>>()
  let next = 0
  const variant = (name: string, drive: Drive): Variant => ({
    name,
    run: async () => {
      const directory = join(folder, String(next++))
      const used = await drive(directory, load)
      rmSync(directory, { recursive: true, force: true })
      cpu.set(name, [...(cpu.get(name) ?? []), (used.cpuMs * 1000) / stepsOf(load)])
      return (stepsOf(load) / used.wallMs) * 1000
    }
  })
  const variants = [
    variant("by hand, each step waits", byHand),
    variant("sxs, each step waits", bySxs(runsProgram(true), fromProgram)),
    variant("sxs, ahead", bySxs(runsProgram(false), fromProgram)),
    variant("sxs from TypeScript, each step waits", bySxs(runsProgram(true), fromTypeScript)),
    variant("sxs from TypeScript, ahead", bySxs(runsProgram(false), fromTypeScript))
  ]
  const title = `runs of ten steps, ${load.lanes} in flight`
  report(await compare({ title, unit: "steps/s", variants }, repeats))
  const rows = [...cpu].map(([name, all]) => ({ name, values: all.slice(repeats.warmups) }))
  report({ title: `${title}, processor`, unit: "µs/step", repeats: repeats.repeats, figures: figuresOf(rows) })
}

const stepsOf = ({ lanes, runs, steps }: Lanes): number => lanes * runs * steps

interface Used {
  readonly wallMs: number
  readonly cpuMs: number
}

/** Takes all runs in a new store; opening and closing it do not count. */
type Drive = (directory: string, load: Lanes) => Promise<Used>

const measured = async (work: () => Promise<unknown>): Promise<Used> => {
  let wallMs = 0
  const cpuMs = await cpuOfProcess(async () => {
    wallMs = await wallOf(work)
  })
  return { wallMs, cpuMs }
}

const byHand: Drive = async (directory, load) => {
  const lanes = await openLanesByHand(directory)
  const used = await measured(() => lanes.run(load))
  await lanes.close()
  return used
}

type Take = (sxs: Sxs, compiled: SxsCompiled, load: Lanes) => Promise<unknown>

const bySxs =
  (text: string, take: Take): Drive =>
  async (directory, load) => {
    const sxs = await openSxs({ store: directory, telemetry: false, onLog: () => undefined })
    const compiled = await sxs.compile({ name: "bench.sxs", text })
    // Its code is loaded by the first call.
    await take(sxs, compiled, { lanes: 1, runs: 1, steps: load.steps })
    const used = await measured(() => take(sxs, compiled, load))
    await sxs.close()
    return used
  }

let tags = 0

/** A program starts the runs, as it would with its own work. */
const fromProgram: Take = (sxs, compiled, { lanes, runs }) =>
  sxs.call(compiled.function("lanes"), `tag-${tags++}`, lanes, runs)

const fromTypeScript: Take = (sxs, compiled, { lanes, runs, steps }) => {
  const workflow = compiled.function("workflow")
  const tag = `tag-${tags++}`
  const lane = async (index: number) => {
    for (let run = 0; run < runs; run++) {
      const sum = Number(await sxs.call(workflow, `${tag}/${index}/${run}`))
      if (sum !== steps) throw new Error(`a run has yielded ${sum}`)
    }
  }
  return Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)))
}
