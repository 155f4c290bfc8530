/** sxs with runs that a program starts, as it would with its own work. */
import type { EngineModule } from "../engine.ts"
import { engineOf, openProgram } from "./sxs.ts"

export const open: EngineModule["open"] = async (place, hooks) => {
  const opened = await openProgram("workflow", place, hooks)
  const { compiled, sxs } = opened
  return {
    ...engineOf(opened),
    lanes: async (tag, { lanes, runs, steps }) =>
      void (await sxs.call(compiled.function("lanes"), tag, lanes, runs, steps))
  }
}
