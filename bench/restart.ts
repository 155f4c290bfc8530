import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Namespace } from "../runtime/index.ts"
import { layerLevel } from "../runtime/store/level.ts"
import { compare, figuresOf, type Result } from "./measure.ts"
import { type Measured, measureSxs } from "./measured-process.ts"
import { bundleOf, withNamespace } from "./namespace.ts"

/** How many tasks wait in the store. Filling it takes some seconds for each 100,000. */
const { SXS_BENCH_PARKED = "100000" } = process.env
const parkedCount = Number(SXS_BENCH_PARKED)
const parked = `${parkedCount.toLocaleString("en")} parked tasks`

/** Half of the tasks are paused, half sleep for a year. */
const parkingProgram = `#(program "parking")
(defn wait (i :int) :none [
  (core/kv/incr parked)
  (if (= (% i 2) 0) (core/task/pause) (core/task/sleep 31536000000))
  none
])
(for (i 0 ${parkedCount}) (core/task/spawn wait i))
`

const helloProgram = `#(program "hello")
(core/util/log "here")
(core/task/sleep 31536000000)
`

/**
 * A process on a store with many parked tasks against one on an empty store: what starts must not read what waits. Both
 * are measured from outside, from the start of the process.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    const program = join(folder, "hello.sxs")
    writeFileSync(program, helloProgram)
    const stores = [
      { name: "empty store", directory: join(folder, "empty") },
      { name: parked, directory: join(folder, "full") }
    ]
    await fill(stores[1]!.directory)
    const first = (store: string) => measureSxs(["run", program, "--new", "--store", store], "first output")
    await measureBoth({ title: `restart, ${parked}, first line of a new task`, stores, measure: first, report })
    const ps = (store: string) => measureSxs(["ps", "--store", store], "end")
    await measureBoth({ title: `restart, ${parked}, sxs ps`, stores, measure: ps, report })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const fill = (directory: string): Promise<void> =>
  withNamespace({ layer: layerLevel({ directory, create: true }), durability: "relaxed" }, (namespace) =>
    Effect.gen(function* () {
      yield* namespace.startProgram({ bundle: bundleOf(parkingProgram), fresh: true })
      yield* untilParked(namespace)
      yield* namespace.stop
    })
  )

// Nothing else tells: with sleeping tasks a namespace never comes to rest.
const untilParked = (namespace: Namespace): Effect.Effect<void, unknown> =>
  Effect.flatMap(namespace.kv.get("parked"), (count) =>
    count === parkedCount ? Effect.void : Effect.andThen(Effect.sleep(50), untilParked(namespace))
  )

/** One table of time and one of memory, from the same processes. */
const measureBoth = async (options: {
  readonly title: string
  readonly stores: ReadonlyArray<{ readonly name: string; readonly directory: string }>
  readonly measure: (store: string) => Promise<Measured>
  readonly report: (result: Result) => void
}): Promise<void> => {
  const { title, stores, measure, report } = options
  const peaks = stores.map(({ name }) => ({ name, values: [] as number[] }))
  const variants = stores.map(({ name, directory }, index) => ({
    name,
    run: async () => {
      const { wallMs, peakMiB } = await measure(directory)
      peaks[index]!.values.push(peakMiB)
      return wallMs
    }
  }))
  const time = await compare({ title: `${title}, time`, unit: "ms", variants }, { repeats: 7, warmups: 1 })
  report(time)
  report({ title: `${title}, peak memory`, unit: "MiB", repeats: time.repeats + 1, figures: figuresOf(peaks) })
}
