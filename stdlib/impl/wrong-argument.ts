import { Fault } from "../../runtime/errors.ts"
import type { Value } from "../../runtime/value/value.ts"
import { brief, describe } from "./describe.ts"
import { shownName } from "./shown-name.ts"

/** `(core/task/sleep "x"): expected an int of milliseconds, got the text "x"`. */
export const wrongArgument = (name: string, expected: string, got: Value | undefined): Fault => {
  const shown = got === undefined ? "" : ` ${brief(got)}`
  return new Fault("SXS6001", `(${shownName(name)}${shown}): expected ${expected}, got ${describe(got)}`)
}
