/**
 *     node bench/peers/worker.ts JSON
 *
 * A process with one engine. Does what its parent says in the argument, and tells it what comes of it.
 */
import { type EngineModule, gateStep, type Hooks, leftSteps, type Place } from "./engine.ts"
import { type Load, measureRate, type Rate } from "./load.ts"

/** `rate`: one figure for each load. `crash`: begins `runs` runs and says when all stand in the gate. `recover`:
 * says when all of these have ended. */
export type Work = { readonly engine: string; readonly place: Place } & (
  | { readonly kind: "rate"; readonly loads: ReadonlyArray<Load>; readonly seconds: number }
  | { readonly kind: "crash" | "recover"; readonly runs: number }
)

export type Report =
  /** In the order of the loads. */
  | { readonly kind: "rate"; readonly rate: Rate }
  /** The work is done. */
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly why: string }

/** Runs that are begun at once: more only fill queues. */
const beginsAtOnce = 100

const report = (message: Report): void => void process.send?.(message)

const noHooks: Hooks = { step: (_, sum) => sum + 1, ended: () => undefined }

const never = new Promise<never>(() => undefined)

const main = async (work: Work): Promise<void> => {
  const { open } = (await import(`./engines/${work.engine}.ts`)) as EngineModule
  switch (work.kind) {
    case "rate": {
      const engine = await open(work.place, noHooks, "fresh")
      for (const load of work.loads)
        report({
          kind: "rate",
          rate: await measureRate(engine, work.place.server, { ...load, seconds: work.seconds })
        })
      return report({ kind: "done" })
    }
    case "crash":
      return crash(work.place, open, work.runs)
    case "recover":
      return recover(work.place, open, work.runs)
  }
}

const idsOf = (runs: number): ReadonlyArray<string> => Array.from({ length: runs }, (_, index) => `run-${index}`)

const crash = async (place: Place, open: EngineModule["open"], runs: number): Promise<void> => {
  const counted = Promise.withResolvers<void>()
  let waiting = 0
  const step: Hooks["step"] = (index, sum) => {
    if (index !== gateStep) return sum + 1
    if (++waiting === runs) counted.resolve()
    return never
  }
  const engine = await open(place, { ...noHooks, step }, "fresh")
  const ids = idsOf(runs)
  for (let from = 0; from < runs; from += beginsAtOnce)
    await Promise.all(ids.slice(from, from + beginsAtOnce).map((id) => engine.begin(id, leftSteps)))
  await (engine.atGate?.(runs) ?? counted.promise)
  report({ kind: "done" })
}

const recover = async (place: Place, open: EngineModule["open"], runs: number): Promise<void> => {
  const { promise, reject, resolve } = Promise.withResolvers<void>()
  // A function may return twice, when it is run again after its result was lost.
  const ended = new Set<string>()
  const hooks: Hooks = {
    ...noHooks,
    ended: (id, sum) => {
      if (sum !== leftSteps) reject(new Error(`${id} has yielded ${sum}`))
      if (ended.add(id).size === runs) resolve()
    }
  }
  const engine = await open(place, hooks, "again")
  await (engine.ended?.(idsOf(runs)) ?? promise)
  report({ kind: "done" })
}

// This process stays until its parent ends it, and no longer than that.
process.on("message", () => undefined)
process.on("disconnect", () => process.exit())

try {
  await main(JSON.parse(process.argv[2]!) as Work)
} catch (error) {
  report({ kind: "failed", why: error instanceof Error ? error.message : String(error) })
}
