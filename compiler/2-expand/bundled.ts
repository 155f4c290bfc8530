import { forEachChild } from "../3-check/walk.ts"
import type { Binding, Core, CoreProgram, FunctionDefinition, Global } from "./core.ts"

/**
 * The functions in the order of their making, those that go into the bundle first, and each numbered by its place: the
 * `roots`, and what they reach by calls, closures and constants.
 */
export const bundledFirst = (made: {
  readonly functions: ReadonlyArray<FunctionDefinition>
  readonly globals: ReadonlyArray<Global>
  readonly isRoot: (each: FunctionDefinition) => boolean
}): Pick<CoreProgram, "functions" | "bundledCount"> => {
  const { isReached } = new Reach(made.functions, made.globals, made.isRoot)
  const functions = made.functions.filter(({ index }) => isReached[index] === 1)
  const bundledCount = functions.length
  for (const each of made.functions) if (isReached[each.index] === 0) functions.push(each)
  for (let index = 0; index < functions.length; index++) functions[index]!.index = index
  return { functions, bundledCount }
}

/** What is reached from some functions: the expander has noted what each uses, so only constants are looked into. */
class Reach {
  /** By index; 1: reached. */
  readonly isReached: Uint8Array
  readonly #constants = new Set<Global>()
  readonly #byBinding = new Map<Binding, Global>()
  // An explicit stack: files may be imported through any number of others.
  readonly #open: Array<FunctionDefinition | Global> = []

  constructor(
    functions: ReadonlyArray<FunctionDefinition>,
    globals: ReadonlyArray<Global>,
    isRoot: (each: FunctionDefinition) => boolean
  ) {
    this.isReached = new Uint8Array(functions.length)
    for (const each of globals) if (each.binding !== undefined) this.#byBinding.set(each.binding, each)
    for (const each of functions) if (isRoot(each)) this.#reach(each)
    for (let each = this.#open.pop(); each !== undefined; each = this.#open.pop()) {
      if ("value" in each) this.#lookInto(each.value!)
      else {
        for (const target of each.uses) this.#reach(target)
        for (const global of each.constants) this.#use(global)
      }
    }
  }

  readonly #lookInto = (core: Core): void => {
    if (core.kind === "call" || core.kind === "closure") this.#reach(core.target)
    else if (core.kind === "constant") this.#use(core.global)
    else if (core.kind === "reference") this.#use(this.#byBinding.get(core.binding))
    forEachChild(core, this.#lookInto)
  }

  #reach(target: FunctionDefinition): void {
    if (this.isReached[target.index] === 1) return
    this.isReached[target.index] = 1
    this.#open.push(target)
  }

  #use(global: Global | undefined): void {
    if (global?.value === undefined || this.#constants.has(global)) return
    this.#constants.add(global)
    this.#open.push(global)
  }
}
