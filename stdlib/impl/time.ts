import { ErrorValue, SxsMap, type Value } from "../../runtime/value/value.ts"
import { refuseLongText } from "./bounds.ts"
import {
  addMonths,
  clockAt,
  clockFields,
  clockMs,
  dayMs,
  type Fields,
  isTime,
  monthsBetween,
  timeOf,
  utc,
  weekdayOf,
  type Zone,
  zoneNamed
} from "./calendar.ts"
import { define, type ImplementationTable, refusal, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import { durationText, parseDuration } from "./duration.ts"
import * as kind from "./kinds.ts"
import { fieldsTime, formatTime, isoText, type Parsed, parseIso, unknownDirective } from "./time-text.ts"

const zoneKind = kind.optional(kind.text)

/** `core/time`, less `now`, which belongs to a segment. */
export const time: ImplementationTable = tableOf([
  define("core/time/iso", [kind.time, zoneKind], (at, zone) => isoText(at, zoneOf(zone))),
  define("core/time/parse", [kind.text, zoneKind], (text, zone) => parsed(parseIso(text, zoneOf(zone)))),
  define("core/time/parts", [kind.time, zoneKind], (at, zone) => partsAt(at, zoneOf(zone))),
  define("core/time/from-parts", [kind.map, zoneKind], (parts, zone) =>
    parsed(fieldsTime(fieldsFrom(parts), zoneOf(zone)))
  ),
  define("core/time/add", [kind.time, kind.any, zoneKind], (at, amount, zone) =>
    add(at, amountFrom(amount), zoneOf(zone))
  ),
  define("core/time/diff", [kind.time, kind.time, kind.optional(kind.text), zoneKind], diff),
  define("core/time/start-of", [kind.time, kind.text, zoneKind], startOf),
  define("core/time/format", [kind.time, kind.text, zoneKind], format),
  define("core/time/is-zone", [kind.text], (name) => zoneNamed(name) !== undefined),
  define("core/time/duration", [kind.text], (text) => {
    const found = parseDuration(text)
    return "ms" in found ? found.ms : new ErrorValue(found.problem)
  }),
  define("core/time/format-duration", [kind.time], durationText)
])

const zoneOf = (name: string | undefined): Zone => {
  const zone = name === undefined ? utc : zoneNamed(name)
  refuseUnless(zone !== undefined, () => `there is no time zone ${describe(name)}`)
  return zone
}

const parsed = (result: Parsed): Value => ("time" in result ? result.time : new ErrorValue(result.problem))

function partsAt(at: number, zone: Zone): SxsMap {
  const clock = clockAt(at, zone)
  return new SxsMap(
    new Map<string, Value>([
      ...Object.entries(clockFields(clock)),
      ["weekday", weekdayOf(clock)],
      ["offset", clock - at]
    ])
  )
}

const fieldsFrom = (parts: SxsMap): Fields => ({
  year: intAt(parts, "year"),
  month: intAt(parts, "month", 1),
  day: intAt(parts, "day", 1),
  hour: intAt(parts, "hour", 0),
  minute: intAt(parts, "minute", 0),
  second: intAt(parts, "second", 0),
  ms: intAt(parts, "ms", 0)
})

const intAt = (map: SxsMap, key: string, missing?: number): number => {
  const value = map.entries.get(key) ?? missing
  refuseUnless(kind.int.accepts(value), () => `expected an int as \`${key}\`, got ${describe(value)}`)
  return Number(value)
}

interface Amount {
  readonly months: number
  readonly days: number
  readonly ms: number
}

interface Unit {
  /** Where its length is counted: in months, in days of the clock, or in time that passes. */
  readonly in: keyof Amount
  readonly count: number
}

/** By the singular; the plural is as good. */
const units: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ["year", { in: "months", count: 12 }],
  ["month", { in: "months", count: 1 }],
  ["week", { in: "days", count: 7 }],
  ["day", { in: "days", count: 1 }],
  ["hour", { in: "ms", count: 3_600_000 }],
  ["minute", { in: "ms", count: 60_000 }],
  ["second", { in: "ms", count: 1000 }],
  ["ms", { in: "ms", count: 1 }]
])

const unitNamed = (name: string): Unit => {
  const unit = units.get(name) ?? (name.endsWith("s") ? units.get(name.slice(0, -1)) : undefined)
  refuseUnless(
    unit !== undefined,
    () => `there is no unit ${describe(name)}; there are ${[...units.keys()].join(", ")}`
  )
  return unit
}

const amountFrom = (amount: Value): Amount => {
  if (typeof amount === "string") {
    const found = parseDuration(amount)
    if ("problem" in found) throw refusal(`${describe(amount)}: ${found.problem}`)
    return { months: 0, days: 0, ms: found.ms }
  }
  refuseUnless(amount instanceof SxsMap, () => `expected a map or a duration text, got ${describe(amount)}`)
  const sum = { months: 0, days: 0, ms: 0 }
  for (const name of amount.entries.keys()) {
    const unit = unitNamed(name)
    sum[unit.in] += intAt(amount, name) * unit.count
  }
  return sum
}

/** Months first, then days on the zone's clock, then the time that passes. */
function add(at: number, amount: Amount, zone: Zone): number {
  const made = addToClock(at, amount, zone) + amount.ms
  if (!isTime(made)) throw refusal("the time would be out of range")
  return made
}

const addToClock = (at: number, { months, days }: Amount, zone: Zone): number => {
  if (months === 0 && days === 0) return at
  const clock = clockAt(at, zone)
  const moved = (months === 0 ? clock : addMonths(clock, months)) + days * dayMs
  return timeOf(moved, zone) ?? Number.NaN
}

function diff(from: number, to: number, unitName = "ms", zoneName?: string): number {
  const unit = unitNamed(unitName)
  const zone = zoneOf(zoneName)
  if (unit.in === "ms") return Math.trunc((to - from) / unit.count) + 0
  const [a, b] = [clockAt(from, zone), clockAt(to, zone)]
  const whole = unit.in === "months" ? monthsBetween(a, b) : Math.trunc((b - a) / dayMs)
  return Math.trunc(whole / unit.count) + 0
}

function startOf(at: number, unitName: string, zoneName: string | undefined): number {
  const unit = unitNamed(unitName)
  const zone = zoneOf(zoneName)
  const clock = clockAt(at, zone)
  // From the time itself, as a clock that is put back shows some of its hours twice.
  if (unit.in === "ms") return at - modulo(clock, unit.count)
  const start = timeOf(clockStart(clock, unit), zone)
  if (start === undefined) throw refusal("the time would be out of range")
  return start
}

const modulo = (a: number, b: number): number => ((a % b) + b) % b

const clockStart = (clock: number, unit: Unit): number => {
  const day = clock - modulo(clock, dayMs)
  if (unit.in === "days") return unit.count === 1 ? day : day - (weekdayOf(day) - 1) * dayMs
  const fields = clockFields(day)
  return clockMs({ ...fields, month: unit.count === 12 ? 1 : fields.month, day: 1 })
}

/** What a directive makes at most of its two characters. */
const directiveUnitsMax = 20

function format(at: number, text: string, zoneName: string | undefined): string {
  const unknown = unknownDirective(text)
  refuseUnless(unknown === undefined, () => `there is no directive \`${unknown}\`; a percent sign is written \`%%\``)
  refuseLongText(text.length * directiveUnitsMax)
  return formatTime(at, text, zoneOf(zoneName))
}
