import { channels, topicMax } from "../../../stdlib/abi/bus.ts"
import { rootOf } from "../../2-expand/captures.ts"
import type { Binding, Core, Global, Literal } from "../../2-expand/core.ts"

/** The literal that a node certainly is: itself, or what a top-level `def` gives a name for good. Undefined: computed. */
export const literalOf = (core: Core | undefined, globals: ReadonlyMap<Binding, Global>): Literal | undefined => {
  for (let at = core; at !== undefined; ) {
    if (at.kind === "literal") return at.value
    const global: Global | undefined =
      at.kind === "constant" ? at.global : at.kind === "reference" ? globals.get(rootOf(at.binding)) : undefined
    if (global?.binding === undefined || global.binding.assigned || global.value === at) return undefined
    at = global.value
  }
  return undefined
}

/** The top-level locals by what they are inside their main task. */
export const globalsByBinding = (globals: ReadonlyArray<Global>): ReadonlyMap<Binding, Global> =>
  new Map(globals.flatMap((each) => (each.binding === undefined ? [] : [[each.binding, each] as const])))

/** What a symbol or a text says. */
export const nameIn = (value: Literal | undefined): string | undefined => {
  if (value?.type === "symbol") return value.name
  return value?.type === "string" ? value.value : undefined
}

export const isChannel = (name: string): boolean => channels.includes(name)

export const isTopic = (value: number | bigint): value is number =>
  typeof value === "number" && value >= 0 && value <= topicMax
