import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"

/** A statement of a function, in the order of its source; the grammar stands in the manifest. */
export interface Step {
  readonly kind: "statement" | "point" | "loop" | "region"
  /** Equal keys: the same is done there. */
  readonly key: string
  /** Of what is done, whether or not that waits. */
  readonly hash: string
  /** Equal ones may still be the same statement: a loop with another body, a sleep of another time. */
  readonly loose: string | undefined
  /** Of a point and of a loop. */
  readonly pc: number | undefined
  /** Number of the slot that it assigns, when slots are told apart by that. */
  readonly slot: number | undefined
  /** Others can see that it was done. */
  readonly isDeed: boolean
  /** Loops and regions that it stands in, outermost first. */
  readonly around: ReadonlyArray<Around>
}

export interface Around {
  /** Index of the step where it begins. */
  readonly step: number
  readonly part: "loop" | "body" | "handler"
}

/** They yield nothing and do nothing: waiting for another time is still the same wait. */
const sleeps: ReadonlySet<string> = new Set(["core/task/sleep", "core/task/sleep-until", "core/task/checkpoint"])

/** Undefined when the compiler that made the bundle wrote none. */
export const readOutline = ({ outline, points }: FunctionFacts): ReadonlyArray<Step> | undefined => {
  if (outline === undefined) return undefined
  const steps: Array<Step> = []
  const open: Array<Around> = []
  for (const text of outline.split(" ")) {
    if (text === "") continue
    if (text === ")") open.pop()
    else if (text === "|") open.push({ step: open.pop()!.step, part: "handler" })
    else {
      const step = readStep(text, [...open], (pc) => points[pc]?.callee ?? "")
      if (step.kind === "loop" || step.kind === "region")
        open.push({ step: steps.length, part: step.kind === "loop" ? "loop" : "body" })
      steps.push(step)
    }
  }
  return steps
}

const readStep = (text: string, around: ReadonlyArray<Around>, calleeOf: (pc: number) => string): Step => {
  const match = /^([!({]?)([a-z]?[0-9a-f]{12})(?::(\d+))?(?:=(\d+))?$/.exec(text)
  if (match === null) throw new Error(`no step of an outline: ${text}`)
  const [, mark, hash, pcDigits, slotDigits] = match
  const pc = pcDigits === undefined ? undefined : Number(pcDigits)
  const slot = slotDigits === undefined ? undefined : Number(slotDigits)
  const facts = { hash: hash!, pc, slot, around, isDeed: mark === "!" }
  if (mark === "(") return { ...facts, kind: "loop", key: `(${hash}`, loose: "(" }
  if (mark === "{") return { ...facts, kind: "region", key: `{${hash}`, loose: `{${hash![0]}` }
  if (pc === undefined) return { ...facts, kind: "statement", key: hash!, loose: undefined }
  const callee = calleeOf(pc)
  return { ...facts, kind: "point", key: `?${hash}`, loose: sleeps.has(callee) ? callee : undefined, isDeed: true }
}
