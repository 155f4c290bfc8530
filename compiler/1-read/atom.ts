import { malformedNumber, numberOutOfRange, quoted, unclosedText, unknownEscape } from "../catalog.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import type { Atom } from "./datum.ts"
import { kindOf } from "./lexer.ts"
import { spanOf, type Token } from "./token.ts"

/** Digits of an int. Beyond, reading and printing take seconds: both grow faster than the number of digits. */
export const intDigitsMax = 1_000_000

type Report = (diagnostic: Diagnostic) => void

/** The atom that a token stands for. Always gives one, also when it reports a mistake in it. */
export const readAtom = (token: Token, report: Report): Atom => {
  const span = spanOf(token)
  switch (kindOf(token)) {
    case "text":
      return { kind: "string", value: valueOfText(token.image.slice(1, -1), span.start + 1, report), span }
    case "broken-text":
      report(unclosedText.at(span, { endsEscaped: token.image.endsWith('\\"') }))
      return { kind: "string", value: token.image.slice(1), span }
    default:
      return readNumberOrSymbol(token.image, span, report)
  }
}

// The digits are told apart by the dot alone: a pattern with two ways to take a digit would be quadratic.
const intPattern = /^[+-]?[0-9]+$/
const realPattern = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const numberStart = /^[+-]?\.?[0-9]/
const namedReals = new Map([
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["nan", NaN]
])

const numberSigns = "+-.0123456789n"

/** By the code of the first character: whether a number may begin with it, a named one too. Most atoms are symbols, and begin
 * with another. */
const beginsNumber = Uint8Array.from({ length: 128 }, (_, code) =>
  numberSigns.includes(String.fromCharCode(code)) ? 1 : 0
)

/** Whether a symbol of that name would be read as something else than a symbol. */
export const readsAsNumber = (name: string): boolean => numberStart.test(name) || namedReals.has(name)

const readNumberOrSymbol = (image: string, span: Span, report: Report): Atom => {
  if (beginsNumber[image.charCodeAt(0)] !== 1) return { kind: "symbol", name: image, span }
  if (!numberStart.test(image)) {
    const real = namedReals.get(image)
    return real === undefined ? { kind: "symbol", name: image, span } : { kind: "real", value: real, span }
  }
  if (intPattern.test(image)) return readInt(image, span, report)
  if (realPattern.test(image)) return readReal(image, span, report)
  report(malformedNumber.at(span, { image, hint: numberHint(image) }))
  return { kind: "int", value: 0, span }
}

const readInt = (image: string, span: Span, report: Report): Atom => {
  if (image.length > intDigitsMax + 1) {
    report(numberOutOfRange.at(span, { image, limit: `the ${intDigitsMax} digits of the largest int` }))
    return { kind: "int", value: 0, span }
  }
  const value = Number(image)
  // `+ 0` because an int has no negative zero.
  return { kind: "int", value: Number.isSafeInteger(value) ? value + 0 : BigInt(image), span }
}

const readReal = (image: string, span: Span, report: Report): Atom => {
  const value = Number(image)
  if (!Number.isFinite(value)) report(numberOutOfRange.at(span, { image, limit: "the largest real, about 1.8e308" }))
  return { kind: "real", value, span }
}

const numberHint = (image: string): string => {
  if (/^[+-]?0[xXoObB][0-9a-fA-F]{1,16}$/.test(image)) return decimalHint(image)
  if (/^[+-]?[0-9.]+[eE][+-]?$/.test(image)) return "an exponent needs digits, such as in `1e10`"
  const plain = image.replace(/[_,]/g, "")
  if (plain !== image && realPattern.test(plain)) return `write it without separators: ${quoted(plain)}`
  if (/^[+-]?[0-9.]+$/.test(image))
    return `a number has one decimal point; as a text it is written ${quoted(`"${image}"`)}`
  return `a name does not begin with a digit; as a text it is written ${quoted(`"${image}"`)}`
}

const decimalHint = (image: string): string => {
  const digits = image.replace(/^[+-]/, "")
  try {
    return `ints are written in decimal: ${quoted(`${image.startsWith("-") ? "-" : ""}${BigInt(digits)}`)}`
  } catch {
    return "ints are written in decimal"
  }
}

const escapes = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["\\", "\\"],
  ['"', '"'],
  ["0", "\0"]
])

/** `body` without its escapes; `start` is its offset in the source. An unknown escape stands for itself. */
const valueOfText = (body: string, start: number, report: Report): string => {
  let at = body.indexOf("\\")
  if (at < 0) return body
  const parts: Array<string> = []
  let done = 0
  for (; at >= 0; at = body.indexOf("\\", done)) {
    parts.push(body.slice(done, at))
    const length = escapeLength(body, at)
    const image = body.slice(at, at + length)
    const value = valueOfEscape(image)
    if (value === undefined) report(unknownEscape.at({ start: start + at, end: start + at + length }, { image }))
    parts.push(value ?? image)
    done = at + length
  }
  parts.push(body.slice(done))
  return parts.join("")
}

const codeEscape = /\\u\{[0-9a-fA-F]*\}?|\\u[0-9a-fA-F]{0,4}|\\x[0-9a-fA-F]{0,2}/y

const escapeLength = (body: string, at: number): number => {
  codeEscape.lastIndex = at
  const found = codeEscape.exec(body)
  if (found !== null) return found[0].length
  return (body.codePointAt(at + 1) ?? 0) > 0xffff ? 3 : 2
}

const valueOfEscape = (image: string): string | undefined => {
  const digits = /^\\u\{([0-9a-fA-F]{1,6})\}$/.exec(image)?.[1]
  if (digits === undefined) return escapes.get(image.slice(1))
  const code = Number.parseInt(digits, 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}
