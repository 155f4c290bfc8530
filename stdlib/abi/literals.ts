// How reals and texts are written. The reader reads it, the runtime's print writes it: one form for both.

/** `2.0`, `1e+21`, `-0.0`, `+inf`, `-inf`, `nan`: the shortest digits that read back, and never like an int. */
export const printReal = (value: number): string => {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "+inf" : "-inf"
  if (Object.is(value, -0)) return "-0.0"
  const digits = String(value)
  return /^-?\d+$/.test(digits) ? `${digits}.0` : digits
}

/** Control characters, marks that turn the direction of writing, line separators, halves of surrogate pairs: what a terminal
 * or an editor would not show as it is, or would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
export const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u

/** Each of them, and what ends a text. */
const escaped = new RegExp(`["\\\\]|${unprintable.source}`, "gu")

/** In quotes, with what cannot be shown as escapes. */
export const printText = (text: string): string => `"${text.replace(escaped, escapeOf)}"`

const shortEscapes = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\t", "\\t"],
  ["\r", "\\r"],
  ["\0", "\\0"]
])

const escapeOf = (character: string): string =>
  shortEscapes.get(character) ?? `\\u{${character.codePointAt(0)!.toString(16)}}`
