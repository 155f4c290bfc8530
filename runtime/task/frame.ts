import type { SavedFrame } from "../../stdlib/abi/intrinsics.ts"
import type { Value } from "../value/value.ts"

/**
 * A saved call: function, program counter, live locals. On disk it is one record,
 *
 *     frame = function " " pc " " bundle { LF slot }
 *     slot  = encoded value | "=" name     a value has no line feed and never starts with "="
 *
 * where `=` names the record of its own that a large slot has, so that it is rewritten only when it has changed.
 */
export interface Frame extends SavedFrame {
  readonly bundle: string
  readonly function: number
  readonly slots: ReadonlyArray<Value>
}

/** The `pc` of a call that has not begun: `slots` are the function's captured values and arguments. */
export const pcStart = -1

/** Stands in the frame for a slot with a record of its own, under `name`. */
export const ownRecord = (name: string): string => `=${name}`

export const isOwnRecord = (slotText: string): boolean => slotText.startsWith("=")

/** The frame's text. `texts`: those of its slots that are known, by their index; `encode` makes the others. */
export const encodeFrame = (
  frame: Frame,
  texts: ReadonlyArray<string | undefined>,
  encode: (value: Value) => string
): string => {
  const { slots } = frame
  let text = `${frame.function} ${frame.pc} ${frame.bundle}`
  for (let index = 0; index < slots.length; index++) text += `\n${texts[index] ?? encode(slots[index]!)}`
  return text
}

/** Reads a frame; `own(name)` gives the value of a slot that has a record of its own. Undefined: malformed. */
export const decodeFrame = (
  text: string,
  decode: (text: string) => Value,
  own: (name: string) => Value
): Frame | undefined => {
  const [head, ...slotTexts] = text.split("\n")
  const match = /^(\d+) (-1|\d+) ([0-9a-f]+)$/.exec(head ?? "")
  if (match === null) return undefined
  return {
    bundle: match[3]!,
    function: Number(match[1]),
    pc: Number(match[2]),
    slots: slotTexts.map((slot) => (isOwnRecord(slot) ? own(slot.slice(1)) : decode(slot)))
  }
}

/** The same call at the same point with the same values: nothing to write. Values are immutable, so references do. */
export const isSameFrame = (a: Frame, b: Frame): boolean => {
  if (a.pc !== b.pc || a.function !== b.function || a.bundle !== b.bundle) return false
  if (a.slots.length !== b.slots.length) return false
  for (let index = 0; index < a.slots.length; index++) if (!Object.is(a.slots[index], b.slots[index])) return false
  return true
}

/** The names under which large slots are kept. A name that stands twice in one live set (a shadowed local) gets its
 * number behind a space, which no name holds. */
export const slotNames = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} ${count}`
  })
}
