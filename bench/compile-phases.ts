import { read } from "../compiler/1-read/reader.ts"
import { expand } from "../compiler/2-expand/expand.ts"
import { check } from "../compiler/3-check/check.ts"
import { lower } from "../compiler/4-lower/lower.ts"
import { emit } from "../compiler/5-emit/emit.ts"
import { preludeForms } from "../compiler/compile.ts"
import type { Source } from "../compiler/source.ts"
import { type Variant, wallOf } from "./measure.ts"

type Phase = "read" | "expand" | "check" | "lower" | "emit"

const phases: ReadonlyArray<Phase> = ["read", "expand", "check", "lower", "emit"]

/** Wall time of each phase on what the phases before it have made of the text, which is not in it. */
export const phaseVariants = (text: string): ReadonlyArray<Variant> =>
  phases.map((name) => ({ name, run: () => wallMsOf(name, { name: "generated.sxs", text }) }))

const wallMsOf = async (phase: Phase, source: Source): Promise<number> => {
  if (phase === "read") return await wallOf(() => read(source))
  const input = { source, forms: read(source).value.forms, prelude: preludeForms(), defaultName: "generated" }
  if (phase === "expand") return await wallOf(() => expand(input))
  const program = expand(input).value
  if (phase === "check") return await wallOf(() => check(program))
  const checked = check(program).value
  if (phase === "lower") return await wallOf(() => lower(checked))
  const lowered = lower(checked).value
  return await wallOf(() => emit(lowered))
}
