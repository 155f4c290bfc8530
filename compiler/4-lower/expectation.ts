import { type Core, isHidden } from "../2-expand/core.ts"
import type { Source } from "../source.ts"

/** A part of what a test expects, whose value tells why the whole is not true. */
export interface ExpectedPart {
  readonly core: Core
  /** As it stands in the source. */
  readonly text: string
}

/** More of them would hide what matters. */
const partsMax = 24

/** The parts of the condition, outer ones before those inside them; what is written out in it tells nothing and is left out. */
export const expectedParts = (condition: Core, source: Source): ReadonlyArray<ExpectedPart> => {
  const parts: Array<ExpectedPart> = []
  const names = new Set<string>()
  const textOf = ({ span }: Core): string => source.text.slice(span.start, span.end)
  const visit = (core: Core, around: Core | undefined): void => {
    if (around !== undefined && tells(core) && !isSamePlace(core, around)) {
      const text = textOf(core)
      const isName = core.kind === "reference" || core.kind === "constant"
      if (!isName || !names.has(text)) parts.push({ core, text })
      if (isName) names.add(text)
    }
    for (const child of partsInside(core)) visit(child, core)
  }
  visit(condition, undefined)
  return parts.slice(0, partsMax)
}

const tells = (core: Core): boolean => {
  if (core.kind === "reference") return !isHidden(core.binding)
  return core.kind !== "literal" && core.kind !== "closure" && core.kind !== "junction"
}

/** The compiler's own node within a form, such as the list of further arguments. */
const isSamePlace = (core: Core, around: Core): boolean =>
  core.span.start === around.span.start && core.span.end === around.span.end

/** What is always, or by turns, evaluated for the node; not what a branch, a loop or a closure may run. */
const partsInside = (core: Core): ReadonlyArray<Core> => {
  switch (core.kind) {
    case "library":
    case "call":
      return core.args
    case "apply":
      return [core.callee, ...core.args]
    case "junction":
      return core.items
    case "is":
    case "ascribe":
      return [core.value]
    default:
      return []
  }
}
