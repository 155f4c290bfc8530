import { timeMax } from "./kinds.ts"

/** Days in ms; there are no leap seconds. */
export const dayMs = 86_400_000

/** A moment on a clock; `month` and `day` from 1. */
export interface Fields {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
}

export interface Zone {
  /** How far the zone's clock is ahead of UTC at a time, in ms. */
  readonly offsetAt: (time: number) => number
}

export const utc: Zone = { offsetAt: () => 0 }

/** The zone with an IANA name, or an offset such as `+02:00`; undefined when there is none. */
export const zoneNamed = (name: string): Zone | undefined => {
  if (name === "UTC") return utc
  const found = zones.get(name)
  if (found !== undefined) return found
  const made = newZone(name)
  if (made === undefined) return undefined
  if (zones.size >= zonesMax) zones.clear()
  zones.set(name, made)
  return made
}

// A formatter costs a fraction of a millisecond and some 50 KB.
const zones = new Map<string, Zone>()
const zonesMax = 50

const newZone = (name: string): Zone | undefined => {
  try {
    const formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric"
    })
    return { offsetAt: (time) => offsetShown(formatter, time) }
  } catch (cause) {
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}

/** The offset is what lies between the clock that the formatter shows and UTC, in whole seconds. */
const offsetShown = (formatter: Intl.DateTimeFormat, time: number): number => {
  const second = Math.floor(time / 1000) * 1000
  const parts = new Map(formatter.formatToParts(second).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const year = parts.get("era") === "BC" ? 1 - part("year") : part("year")
  return (
    clockMs({
      year,
      month: part("month"),
      day: part("day"),
      hour: part("hour"),
      minute: part("minute"),
      second: part("second"),
      ms: 0
    }) - second
  )
}

/** The clock as if it were in UTC, in ms since 1970: on this scale every day has 24 hours. NaN beyond the calendar. */
export const clockMs = ({ year, month, day, hour, minute, second, ms }: Fields): number => {
  const date = new Date(0)
  // Unlike `Date.UTC`, which takes the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second, ms)
  return date.getTime()
}

/** What a clock shows that is `clock` ms after 1970. */
export const clockFields = (clock: number): Fields => {
  const date = new Date(clock)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    ms: date.getUTCMilliseconds()
  }
}

/** Monday is 1, Sunday 7. */
export const weekdayOf = (clock: number): number => new Date(clock).getUTCDay() || 7

/** The zone's clock at a time. */
export const clockAt = (time: number, zone: Zone): number => time + zone.offsetAt(time)

/**
 * The time at which the zone's clock shows `clock`. Where the clock is put forward, what is left out is taken as if it had
 * not been; where it is put back, the first of the two. Undefined beyond the calendar.
 */
export const timeOf = (clock: number, zone: Zone): number | undefined => {
  if (!(Math.abs(clock) <= timeMax + dayMs)) return undefined
  // No zone changes twice in two days.
  const before = zone.offsetAt(inside(clock - dayMs))
  const after = zone.offsetAt(inside(clock + dayMs))
  const found = [clock - before, clock - after].filter((time) => isTime(time) && clockAt(time, zone) === clock)
  const time = found.length > 0 ? Math.min(...found) : clock - before
  return isTime(time) ? time : undefined
}

export const isTime = (time: number): boolean => Math.abs(time) <= timeMax

const inside = (time: number): number => Math.max(-timeMax, Math.min(timeMax, time))

export const daysInMonth = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** So many months later on the same day, or on the month's last one; the time of day stays. NaN beyond the calendar. */
export const addMonths = (clock: number, months: number): number => {
  const fields = clockFields(clock)
  const count = fields.year * 12 + fields.month - 1 + months
  const year = Math.floor(count / 12)
  const month = count - year * 12 + 1
  return clockMs({ ...fields, year, month, day: Math.min(fields.day, daysInMonth(year, month)) })
}

/** How many whole months lie between two clocks; negative when `to` is earlier. */
export const monthsBetween = (from: number, to: number): number => {
  if (to < from) return -monthsBetween(to, from) + 0
  const [a, b] = [clockFields(from), clockFields(to)]
  const months = (b.year - a.year) * 12 + b.month - a.month
  return addMonths(from, months) > to ? months - 1 : months
}
