import { type FaultView, type Inspection, print, type TaskView, type Value } from "../../runtime/index.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { Unmet } from "../../stdlib/impl/testing.ts"
import { renderFault, type SourceTexts } from "../fault.ts"
import { atPlace } from "../place.ts"
import { clip, visible } from "../visible.ts"
import { type Difference, differences, differencesMax } from "./difference.ts"
import type { Failure } from "./run-test.ts"

const valueUnitsMax = 300
const partUnitsMax = 60
const partsMax = 12

/** Why a test has not passed: what does not hold, its place, and what would tell why. */
export const printFailure = (failure: Failure, bundle: Bundle, colour: boolean): string => {
  const texts = sourceTexts(bundle)
  switch (failure.kind) {
    case "unmet":
      return renderFault(failure.unmet.fault, texts, { colour }) + printSeen(failure.unmet)
    case "fault":
      return renderFault(failure.error, texts, { colour })
    case "cancelled":
      return "the task of the test was cancelled\n"
    case "stuck":
      return `it waits for ever: nothing can happen any more\n${printStanding(failure.standing, texts)}`
    case "endless":
      return [
        "it does not end: it had all its turns (--turns allows more)\n",
        printStanding(failure.standing, texts),
        ...failure.running.map((task) => `${printState(task)}\n`)
      ].join("")
    case "crashes for ever":
      return "it does not end: each process comes to a (crash) again\n"
  }
}

/** The fault that a failure is, if it is one. */
export const faultOf = (failure: Failure): FaultView | undefined => {
  if (failure.kind === "unmet") return failure.unmet.fault
  return failure.kind === "fault" ? failure.error : undefined
}

/** A value on one line. */
export const printValue = (value: Value): string => clip(visible(print(value)), valueUnitsMax)

/** A part of the source on one line. */
export const printPart = (text: string): string => clip(visible(text.replace(/\s+/g, " ")), partUnitsMax)

/** `"lines" 0 "count"`. */
export const printPath = ({ path }: Difference): string => path.map(visible).join(" ")

const printSeen = ({ pair, parts }: Unmet): string => {
  if (pair !== undefined) return printPair(pair)
  const shown = parts.slice(0, partsMax).map(({ text, value }) => [printPart(text), printValue(value)] as const)
  const width = Math.max(0, ...shown.map(([text]) => text.length))
  return shown.map(([text, value]) => `  ${text.padEnd(width)}  was ${value}\n`).join("")
}

const printPair = ({ actual, expected }: NonNullable<Unmet["pair"]>): string => {
  const whole = `  actual    ${printValue(actual)}\n  expected  ${printValue(expected)}\n`
  const found = differences(actual, expected)
  if (found.length === 1 && found[0]!.path.length === 0) return whole
  const more = found.length > differencesMax ? "  … and more\n" : ""
  return `${whole}they differ at\n${found.slice(0, differencesMax).map(printDifference).join("")}${more}`
}

const printDifference = (difference: Difference): string => {
  const { actual, expected } = difference
  const path = printPath(difference)
  if (actual === undefined) return `  ${path}: missing, expected ${printValue(expected!)}\n`
  if (expected === undefined) return `  ${path}: ${printValue(actual)}, expected nothing\n`
  return `  ${path}: ${printValue(actual)}, expected ${printValue(expected)}\n`
}

/** Where the test's task stands, from the innermost call outwards, each with its line. */
const printStanding = (standing: Inspection | undefined, texts: SourceTexts): string => {
  if (standing === undefined) return ""
  const { frames, task } = standing
  const head = `${printState(task)}\n`
  const lines = frames.map(({ position, source }) => {
    const text = texts(source)?.split("\n")[position.line - 1]?.trimEnd()
    return text === undefined ? "" : `${String(position.line).padStart(5)} | ${visible(text)}\n`
  })
  return head + lines.join("")
}

/** `worker-3 is waiting until 2026-01-01T00:00:01.000Z at main.sxs:5`. */
export const printState = (task: TaskView): string => {
  const { id, state, waitsFor } = task
  const what = waitsFor === undefined ? "" : ` for ${visible(waitsFor)}`.replace(/^ for until/, " until")
  return `${id} is ${state}${what}${atPlace(task)}`
}

/** The texts that the bundle's map carries. */
export const sourceTexts = ({ map }: Bundle): SourceTexts => {
  const { sources = [], sourcesContent = [] } = JSON.parse(map) as {
    readonly sources?: ReadonlyArray<string>
    readonly sourcesContent?: ReadonlyArray<string | null>
  }
  return (name) => sourcesContent[sources.indexOf(name)] ?? undefined
}
