import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Namespace } from "../runtime/index.ts"
import { layerLevel } from "../runtime/store/level.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"
import { type GroupWriter, levelWriter, logWriter, runAhead, runAheadUnjoined, runInStep } from "./hand-written.ts"
import { compare, cpuOfProcess, figuresOf, type Result, type Variant, wallOf } from "./measure.ts"
import { besideNamespace, bundleOf, runToRest, withNamespace } from "./namespace.ts"
import { type PutSize, putsOfStep, stepProgram } from "./step-program.ts"

/** How many tasks at once, and how many steps each takes: enough that the starts and ends of tasks, each some ten writes, and
 * V8's compiling at first count for little. */
const loads = [
  { tasks: 1, ahead: 100_000, inStep: 300 },
  { tasks: 10, ahead: 10_000, inStep: 300 },
  { tasks: 100, ahead: 1000, inStep: 200 },
  { tasks: 1000, ahead: 300, inStep: 50 }
] as const

const levels = ["strict", "relaxed"] as const

/**
 * Durable steps per second. Ahead: tasks go on while their commits are written, and the run ends when all is durable. In
 * step: each of `tasks` callers waits for its commit before the next; a script cannot wait so, an operator's
 * `kv.set` does, which is a step without a frame.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    const beside = layerLevel({ directory: join(folder, "beside"), create: true })
    await besideNamespace(beside, bundleOf(stepProgram(100, 1000)), () => runAll(folder, report))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const runAll = async (folder: string, report: (result: Result) => void): Promise<void> => {
  const puts = await putsOfStep()
  for (const durability of levels) {
    for (const { tasks, ahead, inStep } of loads) {
      await compareAhead({ folder, durability, puts, tasks, steps: ahead }, inStep, report)
      report(await compareInStep({ folder, durability, puts, tasks, steps: inStep }))
    }
  }
}

interface Load {
  readonly folder: string
  readonly durability: (typeof levels)[number]
  readonly puts: ReadonlyArray<PutSize>
  readonly tasks: number
  readonly steps: number
}

const repeats = { repeats: 5, warmups: 1 } as const

/** Two tables from the same runs: the rate, and the processor time of all threads, which says more while others use the
 * cores: the runtime keeps two of them busy, a hand-written loop one at a time. */
const compareAhead = async (load: Load, stepsInStep: number, report: (result: Result) => void): Promise<void> => {
  const bundle = bundleOf(stepProgram(load.tasks, load.steps))
  const cpu = new Map<string, Array<number>>()
  const variants: ReadonlyArray<Variant> = [
    byHand("LevelDB by hand", load, levelWriter, runAhead),
    byHand("LevelDB by hand, nothing joined", load, levelWriter, runAheadUnjoined),
    byHand("LevelDB by hand, each step waits", { ...load, steps: stepsInStep }, levelWriter, runInStep),
    byHand("bare log", load, logWriter, runAhead),
    { name: "sxs tasks", run: () => rateOf(load, (namespace) => runProgram(namespace, bundle)) }
  ].map(({ name, run }) => ({ name, run: withCpu(run, cpu, name) }))
  const rate = await compare({ title: titleOf("ahead", load), unit: "steps/s", variants }, repeats)
  report(rate)
  const rows = [...cpu].map(([name, all]) => {
    const steps = load.tasks * (name.endsWith("each step waits") ? stepsInStep : load.steps)
    return { name, values: all.slice(repeats.warmups).map((ms) => (ms * 1000) / steps) }
  })
  const title = `${titleOf("ahead", load)}, processor`
  report({ title, unit: "µs/step", repeats: rate.repeats, figures: figuresOf(rows) })
}

/** Opening and closing count here, some ms in all. */
const withCpu =
  (run: Variant["run"], cpu: Map<string, Array<number>>, name: string): Variant["run"] =>
  async () => {
    let figure = 0
    const ms = await cpuOfProcess(async () => {
      figure = await run()
    })
    cpu.set(name, [...(cpu.get(name) ?? []), ms])
    return figure
  }

const compareInStep = (load: Load): Promise<Result> => {
  const onePut = { ...load, puts: load.puts.filter((_, index) => index === 0) }
  const variants: ReadonlyArray<Variant> = [
    byHand("LevelDB by hand", onePut, levelWriter, runInStep),
    byHand("bare log", onePut, logWriter, runInStep),
    { name: "sxs kv.set", run: () => rateOf(load, (namespace) => setInStep(namespace, load)) }
  ]
  return compare({ title: titleOf("in step", load), unit: "steps/s", variants }, repeats)
}

const titleOf = (how: string, { tasks, durability }: Load): string => `step, ${durability}, ${how}, ${tasks} tasks`

let folders = 0
const freshFolder = (load: Load): string => join(load.folder, String(folders++))

const perSecond = ({ tasks, steps }: Load, ms: number): number => ((tasks * steps) / ms) * 1000

type Open = (path: string) => Promise<GroupWriter>

const byHand = (name: string, load: Load, open: Open, drive: typeof runAhead): Variant => ({
  name,
  run: async () => {
    const path = freshFolder(load)
    const writer = await open(path)
    const ms = await wallOf(() => drive({ ...load, writer, sync: load.durability === "strict" }))
    await writer.close()
    rmSync(path, { recursive: true, force: true })
    return perSecond(load, ms)
  }
})

/** Opening and closing the store does not count. */
const rateOf = async (load: Load, use: (namespace: Namespace) => Effect.Effect<unknown, unknown>): Promise<number> => {
  const directory = freshFolder(load)
  const layer = layerLevel({ directory, create: true })
  const ms = await withNamespace({ layer, durability: load.durability }, (namespace) =>
    Effect.promise(() => wallOf(() => Effect.runPromise(use(namespace))))
  )
  rmSync(directory, { recursive: true, force: true })
  return perSecond(load, ms)
}

const runProgram = (namespace: Namespace, bundle: Bundle) => runToRest(namespace, bundle)

const setInStep = (namespace: Namespace, { tasks, steps }: Load) =>
  Effect.forEach(
    Array.from({ length: tasks }, (_, task) => `step/${task}`),
    (key) =>
      Effect.forEach(
        Array.from({ length: steps }, (_, step) => step),
        (step) => namespace.kv.set(key, step)
      ),
    { concurrency: "unbounded", discard: true }
  )
