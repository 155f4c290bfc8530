/** The functions of JavaScript that the programs of sxs call. */
import type { Hooks } from "../engine.ts"

let current: Hooks | undefined

/** Says what the steps of this process do. */
export const useHooks = (hooks: Hooks): void => {
  current = hooks
}

export const step = (index: number, sum: number): number | Promise<number> => {
  if (current === undefined) throw new Error("a step came before its process was ready")
  return current.step(index, sum)
}
