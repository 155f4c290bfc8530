import type { FunctionFacts, Manifest } from "../../stdlib/abi/manifest.ts"
import { Alignment } from "./alignment.ts"
import { readOutline } from "./outline.ts"

/** Functions that no source names: what they are can be told from their code only. */
const anonymous: ReadonlySet<string> = new Set(["fn", "defer"])

/** In an imported file its name stands before it: `pay/fn`. */
const isAnonymous = ({ name }: FunctionFacts): boolean => anonymous.has(name.split("/").at(-1)!)

/** The function of the new code that the old one has become, by its index; or why there is none, in the user's words. */
export type Counterpart = { readonly index: number } | { readonly reason: string }

export const findCounterpart = (old: Manifest, now: Manifest, index: number): Counterpart => {
  if (index === 0) return { index: 0 }
  const facts = old.functions[index]
  if (facts === undefined) return { reason: "its code does not hold this function" }
  const before = named(old, facts.name)
  const after = named(now, facts.name)
  if (after.length === 0) return renamed(old, now, facts) ?? { reason: `the function \`${facts.name}\` is gone` }
  const [sameCode] = withCode(now, after, facts.code)
  if (sameCode !== undefined && withCode(now, after, facts.code).length === 1)
    if (withCode(old, before, facts.code).length === 1) return { index: sameCode }
  return remaining({ old, now, facts, before, after })
}

const named = ({ functions }: Manifest, name: string): ReadonlyArray<number> =>
  functions.flatMap((each, index) => (index > 0 && each.name === name ? [index] : []))

const withCode = (
  { functions }: Manifest,
  among: ReadonlyArray<number>,
  code: string | undefined
): ReadonlyArray<number> => (code === undefined ? [] : among.filter((index) => functions[index]!.code === code))

/** The one function that does just the same and had no such name before. */
const renamed = (old: Manifest, now: Manifest, facts: FunctionFacts): Counterpart | undefined => {
  const all = (manifest: Manifest) => manifest.functions.flatMap((_, index) => (index > 0 ? [index] : []))
  const after = withCode(now, all(now), facts.code)
  const isNew = after.length === 1 && named(old, now.functions[after[0]!]!.name).length === 0
  return isNew && withCode(old, all(old), facts.code).length === 1 ? { index: after[0]! } : undefined
}

/** The only one of its name that is no other's counterpart for certain. */
const remaining = (given: {
  readonly old: Manifest
  readonly now: Manifest
  readonly facts: FunctionFacts
  readonly before: ReadonlyArray<number>
  readonly after: ReadonlyArray<number>
}): Counterpart => {
  const { after, before, facts, now, old } = given
  const isTaken = (manifest: Manifest, index: number): boolean => {
    const { code } = manifest.functions[index]!
    return withCode(old, before, code).length === 1 && withCode(now, after, code).length === 1
  }
  const oldLeft = before.filter((index) => !isTaken(old, index))
  const newLeft = after.filter((index) => !isTaken(now, index))
  const [only] = newLeft
  if (oldLeft.length !== 1 || newLeft.length !== 1 || only === undefined)
    return {
      reason: isAnonymous(facts)
        ? "which function without a name this was cannot be told"
        : `there are several functions \`${facts.name}\`, and which one this was cannot be told`
    }
  if (isAnonymous(facts) && !isAlike(facts, now.functions[only]!))
    return { reason: "too little is left of this function, which has no name, to be sure that it is the same" }
  return { index: only }
}

/** Two thirds of the old steps are still there. */
const isAlike = (old: FunctionFacts, now: FunctionFacts): boolean => {
  const steps = readOutline(old)
  const newSteps = readOutline(now)
  if (steps === undefined || newSteps === undefined) return false
  return new Alignment(steps, newSteps).exactCount * 3 >= steps.length * 2
}
