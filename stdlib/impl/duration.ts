import { timeMax } from "./kinds.ts"

/** Longest text that may be a duration. */
const durationUnitsMax = 100

const amount = "(\\d+(?:[.,]\\d+)?)"
const section = (unit: string): string => `(?:${amount}\\s*${unit}\\s*)?`

/** Units of fixed length, largest first. */
const units: ReadonlyArray<readonly [unit: string, ms: number]> = [
  ["w", 604_800_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1]
]

const compact = new RegExp(`^([+-])?\\s*(?=\\d)${units.map(([unit]) => section(unit)).join("")}$`)
const iso = new RegExp(
  `^([+-])?P(?=\\d|T)(?:${amount}W)?(?:${amount}D)?(?:T(?=\\d)(?:${amount}H)?(?:${amount}M)?(?:${amount}S)?)?$`
)

/** Length of a duration in ms, to the nearest one. A problem is that of the text. */
export const parseDuration = (text: string): { readonly ms: number } | { readonly problem: string } => {
  const trimmed = text.length > durationUnitsMax ? "" : text.trim()
  const found = iso.exec(trimmed) ?? compact.exec(trimmed)
  if (found === null) {
    const hasMonths = /^[+-]?P[^T]*[YM]/.test(trimmed)
    return { problem: hasMonths ? "years and months have no fixed length" : "not a duration" }
  }
  let total = 0n
  for (const [index, digits] of found.slice(2).entries()) {
    if (digits !== undefined) total += scaled(digits) * BigInt(units[index]![1])
  }
  const ms = Number((total + scale / 2n) / scale)
  if (ms > timeMax) return { problem: "duration out of range" }
  return { ms: found[1] === "-" ? -ms + 0 : ms }
}

const decimalsMax = durationUnitsMax
const scale = 10n ** BigInt(decimalsMax)

/** A decimal, exactly, as a multiple of `1 / scale`. */
const scaled = (digits: string): bigint => {
  const [whole, fraction = ""] = digits.split(/[.,]/)
  return BigInt(whole! + fraction.padEnd(decimalsMax, "0"))
}

/** `1d2h3m4s5ms`, without units that are 0 and without weeks; `0s` for nothing. */
export const durationText = (ms: number): string => {
  let left = Math.abs(ms)
  let text = ms < 0 ? "-" : ""
  for (const [unit, size] of units.slice(1)) {
    const count = Math.floor(left / size)
    if (count > 0) text += count + unit
    left -= count * size
  }
  return text === "" ? "0s" : text
}
