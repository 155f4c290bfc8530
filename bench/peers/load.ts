import type { Engine } from "./engine.ts"
import { processorMs } from "./processor-time.ts"

export interface Rate {
  /** Of whole runs: from the first start to the last end. */
  readonly stepsPerSecond: number
  /** Processor time of all processes and threads; undefined where it cannot be told. */
  readonly microsPerStep: number | undefined
}

export interface Load {
  /** Runs that are in flight all the time. */
  readonly inFlight: number
  /** Of each run. */
  readonly steps: number
}

/** Takes about so many seconds after a warm-up. */
export const measureRate = async (
  engine: Engine,
  server: number | undefined,
  { inFlight, seconds, steps }: Load & { readonly seconds: number }
): Promise<Rate> => {
  const lanes = inFlight
  const warm = await take(engine, { lanes, runs: Math.max(1, Math.ceil(runsMin / lanes)), steps })
  const runs = Math.min(Math.max(1, Math.round((warm * seconds) / steps / lanes)), runsMax)
  const usedBefore = usedMs(server)
  const stepsPerSecond = await take(engine, { lanes, runs, steps })
  const usedAfter = usedMs(server)
  const used = usedBefore === undefined || usedAfter === undefined ? undefined : usedAfter - usedBefore
  return { stepsPerSecond, microsPerStep: used === undefined ? undefined : (used * 1000) / (lanes * runs * steps) }
}

const usedMs = (server: number | undefined): number | undefined => {
  const { system, user } = process.cpuUsage()
  const own = (user + system) / 1000
  if (server === undefined) return own
  return process.platform === "linux" ? own + processorMs(server) : undefined
}

/** Fewer say nothing. */
const runsMin = 20
/** Of a lane. */
const runsMax = 100_000

let tags = 0

interface Lanes {
  readonly lanes: number
  readonly runs: number
  readonly steps: number
}

/** So many lanes, each of which takes its runs one after another; steps per second. */
const take = async (engine: Engine, load: Lanes): Promise<number> => {
  const tag = `load-${tags++}`
  const startedAt = performance.now()
  await (engine.lanes?.(tag, load) ?? takeEach(engine, tag, load))
  return (load.lanes * load.runs * load.steps * 1000) / (performance.now() - startedAt)
}

const takeEach = (engine: Engine, tag: string, { lanes, runs, steps }: Lanes) =>
  Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let index = 0; index < runs; index++) {
        const sum = await engine.run(`${tag}-${lane}-${index}`, steps)
        if (sum !== steps) throw new Error(`a run has yielded ${sum}`)
      }
    })
  )
