import type { FunctionFacts, Manifest, PointFacts, SlotFacts } from "../../stdlib/abi/manifest.ts"
import { Alignment } from "./alignment.ts"
import { findCounterpart } from "./counterparts.ts"
import { readOutline, type Step } from "./outline.ts"

/** What becomes of a frame that stands at a suspension point when its task gets new code. */
export type Verdict =
  /** `same`: the function's code is. `compatible`: the new code has the point, and what it needs there was saved. */
  | { readonly kind: "same" | "compatible"; readonly to: Landing }
  /** It stays on its old code. `reason` in the user's words. */
  | { readonly kind: "pinned"; readonly reason: string }

/** Where a frame goes on in the new code. */
export interface Landing {
  readonly function: number
  readonly pc: number
  /** For each slot of the new live set: its place among the saved ones, its name, and the type that its value must have. */
  readonly slots: ReadonlyArray<{ readonly from: number; readonly name: string; readonly type: string | undefined }>
}

/** The pc of a call that has not begun: its slots are the parameters. */
const notBegun = -1

/** Two functions, step by step. */
interface Pair {
  readonly old: FunctionFacts
  readonly now: FunctionFacts
  readonly index: number
  readonly steps: { readonly old: ReadonlyArray<Step>; readonly now: ReadonlyArray<Step> } | undefined
  readonly alignment: Alignment | undefined
}

/**
 * Old code against new code of one program, by their manifests alone. A frame may move only where it is certain which point
 * of the new code is its own: resuming at another place is worse than finishing on old code. What comes before the point in
 * the new code counts as done, whether it was there or not; only what was moved across the point keeps a frame back.
 */
export class Comparison {
  readonly #old: Manifest
  readonly #new: Manifest
  readonly #pairs = new Map<number, Pair | { readonly reason: string }>()
  readonly #verdicts = new Map<string, Verdict>()

  constructor(old: Manifest, now: Manifest) {
    this.#old = old
    this.#new = now
  }

  /** Of a frame of the old code: its function, and the pc where it stands. */
  verdict(index: number, pc: number): Verdict {
    const key = `${index} ${pc}`
    const known = this.#verdicts.get(key)
    if (known !== undefined) return known
    const pair = this.#pair(index)
    const found: Verdict = "reason" in pair ? { kind: "pinned", reason: pair.reason } : verdictAt(pair, pc)
    this.#verdicts.set(key, found)
    return found
  }

  /** Index of the function that the old one has become; undefined when there is none. */
  counterpart(index: number): number | undefined {
    const pair = this.#pair(index)
    return "reason" in pair ? undefined : pair.index
  }

  #pair(index: number): Pair | { readonly reason: string } {
    const known = this.#pairs.get(index)
    if (known !== undefined) return known
    const made = this.#compare(index)
    this.#pairs.set(index, made)
    return made
  }

  #compare(index: number): Pair | { readonly reason: string } {
    const counterpart = findCounterpart(this.#old, this.#new, index)
    if ("reason" in counterpart) return counterpart
    const old = this.#old.functions[index]!
    const now = this.#new.functions[counterpart.index]!
    // It goes on with the function that it was given, and the new code would go on with another one.
    if (old.given !== now.given) return { reason: `\`${old.name}\` is given another function` }
    const steps = { old: readOutline(old), now: readOutline(now) }
    if (steps.old === undefined || steps.now === undefined)
      return { old, now, index: counterpart.index, steps: undefined, alignment: undefined }
    const both = { old: steps.old, now: steps.now }
    return { old, now, index: counterpart.index, steps: both, alignment: new Alignment(both.old, both.now) }
  }
}

const pinned = (reason: string): Verdict => ({ kind: "pinned", reason })

const verdictAt = (pair: Pair, pc: number): Verdict => {
  const { index, now, old } = pair
  if (pc === notBegun) return verdictAtStart(pair)
  const point = old.points[pc]
  if (point === undefined) return pinned("its code does not hold this point")
  if (old.code !== undefined && old.code === now.code) {
    const slots = now.points[pc]!.slots.map(({ name, type }, from) => ({ from, name, type }))
    return { kind: "same", to: { function: index, pc, slots } }
  }
  if (point.kind === "entry") return verdictAtEntry(pair, point)
  if (pair.steps === undefined || pair.alignment === undefined)
    return pinned(
      now.suspends ? "it was compiled by a version of sxs that cannot be compared" : "the new code never waits there"
    )
  return verdictInside({ ...pair, steps: pair.steps, alignment: pair.alignment }, point, pc)
}

const verdictAtStart = ({ index, now, old }: Pair): Verdict => {
  if (old.rest !== now.rest) return pinned("the new code takes its arguments in another way")
  const slots: Array<Landing["slots"][number]> = []
  for (const [at, { name, type }] of now.params.entries()) {
    const from = old.params.findIndex((param) => param.name === name)
    if (from < 0 || from < old.captured !== at < now.captured)
      return pinned(`\`${name}\` is a parameter in the new code and was not given`)
    slots.push({ from, name, type })
  }
  const isSame = old.code !== undefined && old.code === now.code
  return { kind: isSame ? "same" : "compatible", to: { function: index, pc: notBegun, slots } }
}

const verdictAtEntry = ({ index, now }: Pair, point: PointFacts): Verdict => {
  const pc = now.points.findIndex(({ kind }) => kind === "entry")
  if (pc < 0) return pinned("the new code does not wait at its beginning")
  return filled(point.slots, now.points[pc]!, (slot) => byName(point.slots, slot), { function: index, pc })
}

interface Compared extends Pair {
  readonly steps: NonNullable<Pair["steps"]>
  readonly alignment: Alignment
}

const verdictInside = (pair: Compared, point: PointFacts, pc: number): Verdict => {
  const { alignment, index, now, steps } = pair
  const at = steps.old.findIndex((step) => step.pc === pc)
  const to = alignment.newOf(at)
  if (to === undefined) return pinned(whyLost(pair, point, at))
  const newPc = steps.now[to]!.pc
  const newPoint = newPc === undefined ? undefined : now.points[newPc]
  if (newPc === undefined || newPoint === undefined) return pinned("the new code does not wait there")
  const moved = whyElsewhere(pair, at, to) ?? whyCrossed(pair, at, to)
  if (moved !== undefined) return pinned(moved)
  if (point.catches !== newPoint.catches || point.shields !== newPoint.shields) return pinned(otherRegion)
  const find = (slot: SlotFacts) => findSlot(pair, { slots: point.slots, slot, at, to })
  return filled(point.slots, newPoint, find, { function: index, pc: newPc })
}

const what = ({ callee, kind }: PointFacts): string => (kind === "loop" ? "the loop" : `the call to \`${callee}\``)

/** Why no point of the new code is certainly this one. */
const whyLost = ({ now, steps }: Compared, point: PointFacts, at: number): string => {
  const { key } = steps.old[at]!
  const count = (among: ReadonlyArray<Step>) => among.filter((step) => step.key === key).length
  if (count(steps.now) > count(steps.old)) {
    return point.kind === "loop"
      ? "the point moved: another loop like it is there"
      : `the point moved: another call to \`${point.callee}\` is there, and which one this was cannot be told`
  }
  if (count(steps.now) > 0) return `the point moved: ${what(point)} has changed places with other code`
  const isCalled = now.points.some(({ callee, kind }) => kind === point.kind && callee === point.callee)
  if (!isCalled) return `${what(point)} is gone${point.kind === "loop" ? "" : ", or nothing comes after it any more"}`
  return point.kind === "loop"
    ? "the loop is not the same, and which one it was cannot be told"
    : `${what(point)} is not made in the same way`
}

const otherRegion = "what catches its faults there is not the same: `recover`, `atomic` or `defer`"

/** Loops and regions around it must be the same ones: a frame inside relies on them. */
const whyElsewhere = ({ alignment, steps }: Compared, at: number, to: number): string | undefined => {
  const old = steps.old[at]!.around
  const now = steps.now[to]!.around
  const isKept = (place: number): boolean => {
    const [a, b] = [old[place], now[place]]
    return a !== undefined && b !== undefined && a.part === b.part && alignment.newOf(a.step) === b.step
  }
  for (let place = 0; place < Math.max(old.length, now.length); place++) {
    if (isKept(place)) continue
    return (old[place] ?? now[place])!.part === "loop" ? "the loop around it is not the same" : otherRegion
  }
  return undefined
}

/** What others can see must not be left out or done twice because it changed sides with the point. */
const whyCrossed = ({ alignment, now, old, steps }: Compared, at: number, to: number): string | undefined => {
  const unmatched = alignment.unmatched()
  const deeds = (all: ReadonlyArray<Step>, facts: FunctionFacts, indexes: ReadonlyArray<number>) =>
    new Set(indexes.filter((index) => all[index]!.isDeed).flatMap((index) => deedsOf(all[index]!, facts)))
  const oldBefore = deeds(
    steps.old,
    old,
    unmatched.old.filter((index) => index < at)
  )
  const oldAfter = deeds(
    steps.old,
    old,
    unmatched.old.filter((index) => index > at)
  )
  const newBefore = deeds(
    steps.now,
    now,
    unmatched.now.filter((index) => index < to)
  )
  const newAfter = deeds(
    steps.now,
    now,
    unmatched.now.filter((index) => index > to)
  )
  if (haveCommon(oldAfter, newBefore)) return "code that came after it comes before it now, and would be left out"
  if (haveCommon(oldBefore, newAfter)) return "code that came before it comes after it now, and would run twice"
  // A step is known by its names too: one that was moved and renamed in one edit looks like two.
  const mayBeMoved = (oldAfter.size > 0 && newBefore.size > 0) || (oldBefore.size > 0 && newAfter.size > 0)
  return mayBeMoved && mayBeRenamed(old, now)
    ? "names have changed along with code on both sides of it, and whether something was moved across cannot be told"
    : undefined
}

/** Names have gone and others have come. */
const mayBeRenamed = (old: FunctionFacts, now: FunctionFacts): boolean => {
  const [before, after] = [namesOf(old), namesOf(now)]
  return [...before].some((name) => !after.has(name)) && [...after].some((name) => !before.has(name))
}

/** The parameters and saved locals of a function. */
const namesOf = ({ params, points }: FunctionFacts): Set<string> => {
  const saved = points.flatMap(({ slots }) => slots.filter((slot) => !isHidden(slot)))
  return new Set([...params, ...saved].map(({ name }) => name))
}

const haveCommon = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((each) => b.has(each))

/** A call that waits is also known by what it calls: with other arguments it is still that call. */
const deedsOf = ({ hash, pc }: Step, facts: FunctionFacts): ReadonlyArray<string> =>
  pc === undefined ? [hash] : [hash, `call ${facts.points[pc]?.callee}`]

type Found = number | { readonly reason: string }

/** The saved slots for what the new code needs at `point`. */
const filled = (
  saved: ReadonlyArray<SlotFacts>,
  point: PointFacts,
  find: (slot: SlotFacts) => Found,
  to: { readonly function: number; readonly pc: number }
): Verdict => {
  const slots: Array<Landing["slots"][number]> = []
  for (const slot of point.slots) {
    const from = find(slot)
    if (typeof from !== "number") return pinned(from.reason)
    slots.push({ from, name: saved[from]!.name, type: slot.type })
  }
  return { kind: "compatible", to: { ...to, slots } }
}

const isHidden = ({ kind, name }: SlotFacts): boolean => kind === "temp" || name.startsWith("%")

const notSaved = (slot: SlotFacts): { readonly reason: string } => ({
  reason: isHidden(slot)
    ? "a value between two steps is needed there in the new code and was made in another way"
    : `\`${slot.name}\` is live there in the new code and was not saved`
})

const byName = (saved: ReadonlyArray<SlotFacts>, slot: SlotFacts): Found => {
  const from = saved.findIndex(({ id, kind, name }) => id === undefined && kind === slot.kind && name === slot.name)
  return slot.id === undefined && from >= 0 ? from : notSaved(slot)
}

interface Wanted {
  readonly slots: ReadonlyArray<SlotFacts>
  readonly slot: SlotFacts
  readonly at: number
  readonly to: number
}

/** By its name, when that says which slot it is on both sides; else by where it is assigned. */
const findSlot = (pair: Compared, { at, slot, slots, to }: Wanted): Found => {
  if (slot.id === undefined) return byName(slots, slot)
  const assigned = assignments(pair.steps.now, to, slot.id)
  const from = slots.findIndex(({ id, kind, name }) => {
    if (id === undefined || kind !== slot.kind || (kind !== "temp" && name !== slot.name)) return false
    const before = assignments(pair.steps.old, at, id).map((step) => pair.alignment.newOf(step))
    return before.length === assigned.length && before.every((step, index) => step === assigned[index])
  })
  return assigned.length > 0 && from >= 0 ? from : notSaved(slot)
}

/** Steps that may have assigned the slot when the point is reached: those before it, and those in loops around it. */
const assignments = (steps: ReadonlyArray<Step>, at: number, slot: number): ReadonlyArray<number> => {
  const loops = steps[at]!.around.filter(({ part }) => part === "loop").map(({ step }) => step)
  const mayBeBefore = (step: Step, index: number): boolean =>
    index < at || step.around.some(({ part, step: loop }) => part === "loop" && loops.includes(loop))
  return steps.flatMap((step, index) => (step.slot === slot && mayBeBefore(step, index) ? [index] : []))
}
