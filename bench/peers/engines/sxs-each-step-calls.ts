/** sxs with a call of JavaScript in each step: none begins before the one before it is durable. */
import type { EngineModule } from "../engine.ts"
import { engineOf, openProgram } from "./sxs.ts"

export const open: EngineModule["open"] = async (place, hooks) =>
  engineOf(await openProgram("each-step-calls", place, hooks))
