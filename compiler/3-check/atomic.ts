import type { Core, FunctionDefinition } from "../2-expand/core.ts"
import * as catalog from "../catalog.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Source } from "../source.ts"
import { headWord } from "./blame.ts"
import type { Wait } from "./effects.ts"
import { forEachChild } from "./walk.ts"

/** What certainly waits in the body of an `atomic`: its segment could not be committed as a whole. */
export const waitsInAtomic = (
  bodies: ReadonlyArray<Core>,
  source: Source,
  waits: ReadonlyMap<FunctionDefinition, Wait>
): ReadonlyArray<Diagnostic> => {
  const found = new Map<Core, Diagnostic>()
  const visit = (core: Core): void => {
    const wait = waitOf(core, source, waits)
    if (wait !== undefined) found.set(core, catalog.waitInAtomic.at(core.span, wait))
    forEachChild(core, visit)
  }
  for (const body of bodies) visit(body)
  return [...found.values()]
}

/** What the node waits in, and the functions on the way there. */
const waitOf = (
  core: Core,
  source: Source,
  waits: ReadonlyMap<FunctionDefinition, Wait>
): { readonly name: string; readonly path: ReadonlyArray<string> } | undefined => {
  if (core.kind === "library") {
    const { effect, name } = core.signature
    if (effect !== "suspends" && effect !== "external") return undefined
    return { name: writtenName(core, source, name), path: [] }
  }
  if (core.kind !== "call" || !waits.has(core.target)) return undefined
  const path: Array<string> = []
  for (let at = core.target; ; ) {
    path.push(at.name)
    const { at: call, through } = waits.get(at)!
    if (through === undefined)
      return { name: call.kind === "library" ? writtenName(call, at.source, call.signature.name) : at.name, path }
    at = through
  }
}

const writtenName = (core: Core, source: Source, name: string): string => headWord(source, core.span) ?? name
