import type { Atom, Datum, PrefixDatum } from "./datum.ts"
import { closerOf } from "./token.ts"

/**
 * The datum on one line, without its comments. Reading it gives the same datum again, spans aside, for every datum that
 * the reader can make. Safe for any depth.
 */
export const print = (datum: Datum): string => {
  const parts: Array<string> = []
  // What is left to print, the next on top: datums, and the characters between them.
  const rest: Array<Datum | string> = [datum]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === "string") parts.push(next)
    else if (next.kind === "list") {
      parts.push(next.bracket)
      rest.push(closerOf(next.bracket))
      for (let i = next.items.length - 1; i >= 0; i--) {
        rest.push(next.items[i]!)
        if (i > 0) rest.push(" ")
      }
    } else if ("item" in next) {
      parts.push(prefixes[next.kind])
      rest.push(next.item)
    } else parts.push(printAtom(next))
  }
  return parts.join("")
}

const prefixes: Record<PrefixDatum["kind"], string> = { quote: "'", error: "@", directive: "#" }

const printAtom = (atom: Atom): string => {
  switch (atom.kind) {
    case "int":
      return String(atom.value)
    case "real":
      return printReal(atom.value)
    case "string":
      return printText(atom.value)
    case "symbol":
      return atom.name
  }
}

/** `2.0`, `1e+21`, `-0.0`, `+inf`, `-inf`, `nan`: the shortest digits that read back, and never like an int. */
export const printReal = (value: number): string => {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value > 0 ? "+inf" : "-inf"
  if (Object.is(value, -0)) return "-0.0"
  const digits = String(value)
  return /^-?\d+$/.test(digits) ? `${digits}.0` : digits
}

/** In quotes. Characters that a terminal or an editor would not show as they are become escapes, lone surrogates too. */
export const printText = (text: string): string => `"${text.replace(unprintable, escapeOf)}"`

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const unprintable = /["\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

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
