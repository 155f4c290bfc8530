import type { Core } from "../2-expand/core.ts"

/** The direct parts of a node, in the order in which they run. */
export const children = (core: Core): ReadonlyArray<Core> => {
  switch (core.kind) {
    case "literal":
    case "reference":
    case "constant":
    case "closure":
      return []
    case "define":
    case "assign":
    case "leave":
    case "return":
      return [core.value]
    case "sequence":
    case "junction":
      return core.items
    case "branch":
      return [...core.clauses.flatMap((clause) => [clause.test, clause.value]), core.otherwise]
    case "loop":
    case "block":
      return [core.body]
    case "is":
    case "ascribe":
      return [core.value]
    case "guard":
      return [core.body, core.handler]
    case "call":
    case "library":
    case "walk":
      return core.args
    case "apply":
      return [core.callee, ...core.args]
  }
}

/** Calls `visit` with each direct part, as `children` lists them; makes no list. The kinds that are most of a tree come first. */
export const forEachChild = (core: Core, visit: (child: Core) => void): void => {
  switch (core.kind) {
    case "reference":
    case "literal":
      return
    case "library":
    case "call":
    case "walk":
      for (let index = 0; index < core.args.length; index++) visit(core.args[index]!)
      return
    case "constant":
    case "closure":
      return
    case "define":
    case "assign":
    case "leave":
    case "return":
    case "is":
    case "ascribe":
      return visit(core.value)
    case "sequence":
    case "junction":
      for (const item of core.items) visit(item)
      return
    case "branch":
      for (const { test, value } of core.clauses) {
        visit(test)
        visit(value)
      }
      return visit(core.otherwise)
    case "loop":
    case "block":
      return visit(core.body)
    case "guard":
      visit(core.body)
      return visit(core.handler)
    case "apply":
      visit(core.callee)
      for (const arg of core.args) visit(arg)
  }
}
