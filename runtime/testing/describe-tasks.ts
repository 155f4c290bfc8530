import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { openNamespace } from "../namespace.ts"
import { Store } from "../store/store.ts"
import { noHazards } from "./hazards.ts"
import { SimulatedProcess } from "./process.ts"
import type { SimulatedProgram } from "./program.ts"
import { seeded } from "./random.ts"
import { type SimulatedDisk, SimulatedStore } from "./simulated-store.ts"

const tasksMax = 50
const turnsMax = 100_000

/** The tasks that have not ended and where they stand, a line each: for a run that does not go on. */
export const describeTasks = async (program: SimulatedProgram, disk: SimulatedDisk): Promise<ReadonlyArray<string>> => {
  const random = seeded(0)
  const nothing = () => undefined
  const { store } = new SimulatedStore({
    disk,
    hazards: noHazards,
    random,
    crash: nothing,
    isDead: () => false,
    onHang: nothing,
    onFault: nothing,
    onMisuse: nothing
  })
  const process = new SimulatedProcess({ random, startMs: 0, order: "first" })
  const lines = Effect.provideService(Effect.scoped(linesOf(program)), Store, store)
  const ended = await process.run(lines, turnsMax)
  return ended.end === "exit" && Exit.isSuccess(ended.exit) ? ended.exit.value : ["its tasks cannot be read"]
}

const linesOf = Effect.fnUntraced(function* (program: SimulatedProgram) {
  const namespace = yield* openNamespace({ ...program.options, output: () => undefined })
  const tasks = yield* namespace.tasks({ limit: tasksMax })
  return tasks.flatMap(({ failure, id, place, state, waitsFor }) => {
    if (state === "done" || state === "cancelled") return []
    const where = place === undefined ? "" : ` at ${place.source}:${place.line}:${place.column}`
    const why = waitsFor === undefined ? "" : `, waits for ${waitsFor}`
    return [`${id} is ${state}${where}${why}${failure === undefined ? "" : `: ${failure}`}`]
  })
})
