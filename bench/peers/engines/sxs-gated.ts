/** sxs with a call of JavaScript in the step in which it is killed. */
import { setTimeout } from "node:timers/promises"
import type { EngineModule } from "../engine.ts"
import { engineOf, openProgram, openStore } from "./sxs.ts"

const lookMs = 50

export const open: EngineModule["open"] = async (place, hooks, opening) => {
  if (opening === "again") {
    // The program is in the store.
    const sxs = await openStore(place, hooks)
    const ended = (ids: ReadonlyArray<string>) => Promise.all(ids.map((id) => sxs.result(`gated.workflow@${id}`)))
    return { run: unused, begin: unused, ended }
  }
  const opened = await openProgram("gated", place, hooks)
  return {
    ...engineOf(opened),
    // Of the calls 1000 are made at once; the other runs wait for theirs.
    atGate: async (runs) => {
      while ((await opened.sxs.kv.get("at-gate")) !== runs) await setTimeout(lookMs)
    }
  }
}

const unused = (): never => {
  throw new Error("a process that goes on starts nothing")
}
