import { children } from "../3-check/walk.ts"
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
  const reached = reachedFrom(made.functions.filter(made.isRoot), made.globals)
  const bundled = made.functions.filter((each) => reached.has(each))
  const functions = [...bundled, ...made.functions.filter((each) => !reached.has(each))]
  for (const [index, each] of functions.entries()) each.index = index
  return { functions, bundledCount: bundled.length }
}

const reachedFrom = (
  roots: ReadonlyArray<FunctionDefinition>,
  globals: ReadonlyArray<Global>
): ReadonlySet<FunctionDefinition> => {
  const reached = new Set<FunctionDefinition>(roots)
  const constants = new Set<Global>()
  const byBinding = new Map<Binding, Global>()
  for (const each of globals) if (each.binding !== undefined) byBinding.set(each.binding, each)
  // An explicit stack: files may be imported through any number of others.
  const open: Array<Core> = roots.map((each) => each.body)
  const reach = (target: FunctionDefinition): void => {
    if (reached.has(target)) return
    reached.add(target)
    open.push(target.body)
  }
  const use = (global: Global | undefined): void => {
    if (global?.value === undefined || constants.has(global)) return
    constants.add(global)
    open.push(global.value)
  }
  for (let core = open.pop(); core !== undefined; core = open.pop()) {
    if (core.kind === "call" || core.kind === "closure") reach(core.target)
    else if (core.kind === "constant") use(core.global)
    else if (core.kind === "reference") use(byBinding.get(core.binding))
    for (const child of children(core)) open.push(child)
  }
  return reached
}
