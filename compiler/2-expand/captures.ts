import { newBinding } from "./build.ts"
import type { Binding, FunctionDefinition } from "./core.ts"

/** The local that a captured binding stands for. */
export const rootOf = (binding: Binding): Binding =>
  binding.kind === "captured" ? binding.owner.captured.find((each) => each.inner === binding)!.root : binding

/** The binding that holds `root` inside `owner`, captured there when it is not yet. */
export const captureInto = (owner: FunctionDefinition, root: Binding): Binding => {
  const known = owner.captured.find((each) => each.root === root)
  if (known !== undefined) return known.inner
  const inner = newBinding({ name: root.name, kind: "captured", span: root.span, owner, type: root.type })
  owner.captured.push({ inner, root })
  return inner
}

/** A function that calls or closes over another one hands on what that one captures, so it captures that too. */
export const completeCaptures = (functions: ReadonlyArray<FunctionDefinition>): void => {
  for (let changed = true; changed; ) {
    changed = false
    for (const owner of functions) {
      for (const used of owner.uses) {
        for (const { root } of used.captured) {
          if (root.owner === owner || owner.captured.some((each) => each.root === root)) continue
          captureInto(owner, root)
          changed = true
        }
      }
    }
  }
}
