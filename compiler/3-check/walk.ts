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
