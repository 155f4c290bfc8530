import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { evaluator } from "../../cli/evaluator.ts"
import { type SimulatedProgram, simulatedProgram } from "../../cli/testing/index.ts"
import type { Evaluator } from "../../runtime/evaluator.ts"
import { type Facts, facts } from "./facts.ts"

/** A program of the simulation with what must be true of it. */
export interface Case {
  readonly program: SimulatedProgram
  /** Whether it ends alike in whatever order its tasks run and whatever crashes come; then it is compared with a run without
   * any. */
  readonly endsAlike: boolean
}

const folder = join(import.meta.dirname, "programs")

// A program that makes code makes the same code in each of its runs.
const compiled = new Map<string, ReturnType<Evaluator["compile"]>>()
const cachedEvaluator: Evaluator = {
  ...evaluator,
  compile: (text) => {
    const known = compiled.get(text) ?? evaluator.compile(text)
    compiled.set(text, known)
    return known
  }
}

/** The programs of those names, else all of the folder, in the order of their names; an entry of `facts.ts` without a program
 * is a mistake, and so is a program without an entry. */
export const readCases = (wanted?: ReadonlyArray<string>): ReadonlyArray<Case> => {
  const names = readdirSync(folder)
    .map((file) => file.replace(/\.sxs$/, ""))
    .toSorted()
  const lacking = [
    ...names.filter((name) => !(name in facts)),
    ...Object.keys(facts).filter((name) => !names.includes(name))
  ]
  if (lacking.length > 0) throw new Error(`programs and facts do not fit: ${lacking.join(", ")}`)
  const unknown = wanted?.filter((name) => !names.includes(name)) ?? []
  if (unknown.length > 0) throw new Error(`no such programs: ${unknown.join(", ")}`)
  return (wanted ?? names).map((name) => caseOf(name, facts[name]!))
}

const caseOf = (name: string, { endsAlike = true, fuelPerSlice, bus, ...checks }: Facts): Case => {
  const program = simulatedProgram({ name: `${name}.sxs`, text: readFileSync(join(folder, `${name}.sxs`), "utf8") })
  const options = {
    ...program.options,
    evaluator: cachedEvaluator,
    ...(fuelPerSlice !== undefined && { fuelPerSlice }),
    ...(bus !== undefined && { bus })
  }
  return { endsAlike, program: { ...program, ...checks, options } }
}
