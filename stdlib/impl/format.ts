import { display } from "../../runtime/value/print.ts"
import { isInt, Real, type Value } from "../../runtime/value/value.ts"
import { refuseLongText } from "./bounds.ts"
import { countCodePoints, unitOffset } from "./code-points.ts"
import { defineRest, type ImplementationTable, refuseLargerThan, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import { fixed } from "./fixed.ts"
import * as kind from "./kinds.ts"

/** The function that puts values into a text. */
export const format: ImplementationTable = tableOf([defineRest("core/str/format", [kind.text], kind.any, formatted)])

/*
 *     format      = { text | "{{" | "}}" | placeholder }
 *     placeholder = "{" [ index ] [ ":" spec ] "}"
 *     spec        = [ [ fill ] align ] [ "+" ] [ "0" ] [ width ] [ "," ] [ "." places ] [ radix ]
 *     align       = "<" | ">" | "^"
 *     radix       = "x" | "X" | "b" | "o"
 *
 * `fill` is any code point but a brace.
 */
const piece = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g
const placeholder = /^([0-9]{0,4})(?::(.*))?$/su
const specPattern = /^(?:(.)?([<>^]))?(\+)?(0)?([0-9]{0,9})(,)?(?:\.([0-9]{1,3}))?([xXbo])?$/su

interface Spec {
  readonly fill: string
  /** Undefined: texts to the left, numbers to the right. */
  readonly align: string | undefined
  readonly plus: boolean
  readonly zeros: boolean
  readonly width: number
  readonly grouped: boolean
  readonly places: number | undefined
  readonly radix: string | undefined
}

const placesMax = 100

/** UTF-16 units of a format; what it makes may be longer. */
const formatUnitsMax = 2 ** 20

function formatted(template: string, values: ReadonlyArray<Value>): string {
  refuseLargerThan(formatUnitsMax, template.length, { what: "format", unit: "characters" })
  let next = 0
  let units = template.length
  const used = new Set<number>()
  const made = template.replace(piece, (found: string, inside: string | undefined) => {
    if (found === "{{" || found === "}}") return found[0]!
    refuseUnless(inside !== undefined, () => `a single \`${found}\`; as a character it is written \`${found}${found}\``)
    const [, index, spec] = placeholder.exec(inside) ?? []
    refuseUnless(index !== undefined, () => `\`${found}\` is no placeholder`)
    const at = index === "" ? next++ : Number(index)
    refuseUnless(at < values.length, () => `\`${found}\` asks for value ${at}, and there are ${values.length}`)
    used.add(at)
    const shown = spec === undefined ? display(values[at]!) : shownBy(parseSpec(spec, found), values[at]!, found)
    units += shown.length
    refuseLongText(units)
    return shown
  })
  const unused = values.findIndex((_, index) => !used.has(index))
  refuseUnless(unused < 0, () => `value ${unused}, ${describe(values[unused])}, has no placeholder`)
  return made
}

const parseSpec = (text: string, found: string): Spec => {
  const parts = specPattern.exec(text)
  refuseUnless(parts !== null, () => `\`${found}\` is no placeholder`)
  const [, fill, align, plus, zeros, width, comma, places, radix] = parts
  refuseUnless(
    radix === undefined || (places === undefined && comma === undefined),
    () => `\`${found}\` has places or groups together with a radix`
  )
  refuseUnless(
    places === undefined || Number(places) <= placesMax,
    () => `\`${found}\` has more than ${placesMax} places`
  )
  return {
    fill: fill ?? " ",
    align,
    plus: plus !== undefined,
    zeros: zeros !== undefined,
    width: Number(width),
    grouped: comma !== undefined,
    places: places === undefined ? undefined : Number(places),
    radix
  }
}

const shownBy = (spec: Spec, value: Value, found: string): string => {
  if (isInt(value) || value instanceof Real) return shownNumber(spec, value, found)
  refuseUnless(
    !spec.plus && !spec.zeros && !spec.grouped && spec.radix === undefined,
    () => `\`${found}\` takes a number, got ${describe(value)}`
  )
  const text = display(value)
  return aligned(spec, spec.places === undefined ? text : text.slice(0, unitOffset(text, spec.places)), "<")
}

const shownNumber = (spec: Spec, value: number | bigint | Real, found: string): string => {
  const digits = digitsOf(spec, value, found)
  const isNegative = digits.startsWith("-")
  const sign = isNegative ? "-" : spec.plus && !digits.startsWith("+") ? "+" : ""
  const amount = isNegative ? digits.slice(1) : digits
  const whole = spec.grouped ? grouped(amount) : amount
  if (!spec.zeros || spec.align !== undefined) return aligned(spec, sign + whole, ">")
  const missing = Math.max(0, spec.width - sign.length - whole.length)
  refuseLongText(spec.width)
  return sign + "0".repeat(missing) + whole
}

const radixes: ReadonlyMap<string, number> = new Map([
  ["x", 16],
  ["X", 16],
  ["b", 2],
  ["o", 8]
])

const digitsOf = (spec: Spec, value: number | bigint | Real, found: string): string => {
  if (spec.radix !== undefined) {
    refuseUnless(!(value instanceof Real), () => `\`${found}\` takes an int, got ${describe(value)}`)
    const digits = value.toString(radixes.get(spec.radix))
    return spec.radix === "X" ? digits.toUpperCase() : digits
  }
  if (spec.places === undefined) return display(value)
  if (value instanceof Real) return Number.isFinite(value.value) ? fixed(value.value, spec.places) : display(value)
  return spec.places === 0 ? String(value) : `${value}.${"0".repeat(spec.places)}`
}

/** `1234567.5` as `1,234,567.5`. */
const grouped = (digits: string): string => {
  const end = digits.search(/[^0-9]/)
  const whole = end < 0 ? digits : digits.slice(0, end)
  const groups: Array<string> = []
  for (let at = whole.length; at > 0; at -= 3) groups.push(whole.slice(Math.max(0, at - 3), at))
  return groups.reverse().join(",") + digits.slice(whole.length)
}

const aligned = (spec: Spec, text: string, usual: "<" | ">"): string => {
  const missing = spec.width - countCodePoints(text)
  if (missing <= 0) return text
  refuseLongText(text.length + missing * spec.fill.length)
  const align = spec.align ?? usual
  const left = align === "<" ? 0 : align === ">" ? missing : Math.floor(missing / 2)
  return spec.fill.repeat(left) + text + spec.fill.repeat(missing - left)
}
