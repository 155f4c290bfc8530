import {
  clockAt,
  clockFields,
  clockMs,
  daysInMonth,
  type Fields,
  timeOf,
  utc,
  weekdayOf,
  type Zone
} from "./calendar.ts"

/** ISO 8601 with ms; `Z` for UTC. */
export const isoText = (time: number, zone: Zone): string => {
  if (zone === utc) return new Date(time).toISOString()
  const clock = clockAt(time, zone)
  return new Date(clock).toISOString().slice(0, -1) + offsetText(clock - time, ":")
}

/** `+01:00`; seconds only where an offset has some. */
const offsetText = (offset: number, separator: string): string => {
  const seconds = Math.abs(offset) / 1000
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (seconds % 60 !== 0) parts.push(seconds % 60)
  return (offset < 0 ? "-" : "+") + parts.map((part) => padded(part, 2)).join(separator)
}

const padded = (amount: number, width: number): string => String(amount).padStart(width, "0")

/** Longest text that may be a time. */
const isoUnitsMax = 64

const offsetPattern = "Z|[+-]\\d\\d(?::?\\d\\d(?::?\\d\\d)?)?"
const extended = new RegExp(
  `^([+-]\\d{6}|\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)? ?(${offsetPattern})?)?$`,
  "i"
)
const basic = new RegExp(
  `^(\\d{4})(\\d\\d)(\\d\\d)(?:T(\\d\\d)(\\d\\d)(?:(\\d\\d)(?:[.,](\\d+))?)?(${offsetPattern})?)?$`,
  "i"
)

export type Parsed = { readonly time: number } | { readonly problem: string }

/** The time of an ISO 8601 text. A date alone is its beginning; without an offset it is in the zone. */
export const parseIso = (text: string, zone: Zone): Parsed => {
  const found = text.length > isoUnitsMax ? null : (extended.exec(text) ?? basic.exec(text))
  if (found === null || found[1] === "-000000") return { problem: "not a time" }
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", offset] = found
  const fields = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    ms: Number(fraction.slice(0, 3).padEnd(3, "0"))
  }
  if (offset === undefined) return fieldsTime(fields, zone)
  const ahead = offsetMs(offset)
  return ahead === undefined ? { problem: "no such offset" } : fieldsTime(fields, { offsetAt: () => ahead })
}

const offsetMs = (text: string): number | undefined => {
  if (text === "Z" || text === "z") return 0
  const digits = text.slice(1).replaceAll(":", "").padEnd(6, "0")
  const [hours, minutes, seconds] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2))) as [number, number, number]
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined
  return (text.startsWith("-") ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds) * 1000
}

/** The time with these fields on the zone's clock. 24:00 is the end of a day, as in ISO 8601. */
export const fieldsTime = (fields: Fields, zone: Zone): Parsed => {
  const { year, month, day, hour, minute, second, ms } = fields
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
  if (!isDay || Math.abs(year) > yearMax) return { problem: "no such day" }
  const isEnd = hour === 24 && minute === 0 && second === 0 && ms === 0
  const isClock = isEnd || (hour >= 0 && hour <= 23)
  if (!isClock || minute < 0 || minute > 59 || second < 0 || second > 59 || ms < 0 || ms > 999) {
    return { problem: "no such time of day" }
  }
  const time = timeOf(clockMs(fields), zone)
  return time === undefined ? { problem: "time out of range" } : { time }
}

const yearMax = 300_000

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December"
] as const

interface Shown extends Fields {
  readonly time: number
  readonly clock: number
}

const yearText = (year: number): string =>
  year >= 0 && year <= 9999 ? padded(year, 4) : (year < 0 ? "-" : "+") + padded(Math.abs(year), 6)

const dayOfYear = ({ clock, year }: Shown): number =>
  Math.floor((clock - clockMs({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0 })) / 86_400_000) + 1

/** What stands for `%` and a letter. */
const directives: ReadonlyMap<string, (shown: Shown) => string> = new Map<string, (shown: Shown) => string>([
  ["%", () => "%"],
  ["Y", ({ year }) => yearText(year)],
  ["y", ({ year }) => padded(Math.abs(year % 100), 2)],
  ["m", ({ month }) => padded(month, 2)],
  ["d", ({ day }) => padded(day, 2)],
  ["e", ({ day }) => String(day)],
  ["H", ({ hour }) => padded(hour, 2)],
  ["I", ({ hour }) => padded(hour % 12 || 12, 2)],
  ["p", ({ hour }) => (hour < 12 ? "AM" : "PM")],
  ["M", ({ minute }) => padded(minute, 2)],
  ["S", ({ second }) => padded(second, 2)],
  ["L", ({ ms }) => padded(ms, 3)],
  ["A", ({ clock }) => weekdays[weekdayOf(clock) - 1]!],
  ["a", ({ clock }) => weekdays[weekdayOf(clock) - 1]!.slice(0, 3)],
  ["B", ({ month }) => months[month - 1]!],
  ["b", ({ month }) => months[month - 1]!.slice(0, 3)],
  ["u", ({ clock }) => String(weekdayOf(clock))],
  ["j", (shown) => padded(dayOfYear(shown), 3)],
  ["F", ({ year, month, day }) => `${yearText(year)}-${padded(month, 2)}-${padded(day, 2)}`],
  ["T", ({ hour, minute, second }) => [hour, minute, second].map((part) => padded(part, 2)).join(":")],
  ["z", ({ time, clock }) => offsetText(clock - time, "")],
  ["s", ({ time }) => String(Math.floor(time / 1000))]
])

/** The directives in a format that do not exist; a `%` at the end is one. */
export const unknownDirective = (format: string): string | undefined =>
  [...format.matchAll(/%(.?)/gsu)].find(([, letter]) => !directives.has(letter!))?.[0]

/** The format with its directives replaced, all of which exist. */
export const formatTime = (time: number, format: string, zone: Zone): string => {
  const clock = clockAt(time, zone)
  const shown = { ...clockFields(clock), time, clock }
  return format.replace(/%(.)/gsu, (_, letter: string) => directives.get(letter)!(shown))
}
