/** sxs: the built package, a library in this process, with its own store. `strict`, its default: fsync for each group of commits. */
import { join } from "node:path"
import type { SxsCompiled, Sxs as SxsStore } from "../../../cli/embed/index.ts"
import type { Engine, EngineModule, Hooks, Place } from "../engine.ts"
import { useHooks } from "./sxs-steps.ts"

const root = join(import.meta.dirname, "../../..")

export interface Opened {
  readonly sxs: SxsStore
  readonly compiled: SxsCompiled
}

/** Opens the store with one of the programs in `programs/`. */
export const openProgram = async (name: string, place: Place, hooks: Hooks): Promise<Opened> => {
  const sxs = await openStore(place, hooks)
  return { sxs, compiled: await sxs.compile({ file: join(import.meta.dirname, `../programs/${name}.sxs`) }) }
}

/** Lets what was interrupted in the store go on. */
export const openStore = async ({ directory }: Place, hooks: Hooks): Promise<SxsStore> => {
  useHooks(hooks)
  const { openSxs } = (await import(join(root, "dist/packed/sxs.js"))) as typeof import("../../../cli/embed/index.ts")
  return openSxs({ store: join(directory, "store"), telemetry: false, onLog: () => undefined })
}

/** Runs that are started from TypeScript, one by one. */
export const engineOf = ({ compiled, sxs }: Opened): Engine => {
  const workflow = compiled.function("workflow")
  return {
    run: async (id, steps) => Number(await sxs.call(workflow, id, steps)),
    begin: (id, steps) => sxs.start(workflow, { id, args: [id, steps] })
  }
}

export const open: EngineModule["open"] = async (place, hooks) => engineOf(await openProgram("workflow", place, hooks))
