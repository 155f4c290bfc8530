import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { print } from "../../../runtime/value/print.ts"
import { ErrorValue, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { call, numRuns } from "./support.ts"

const timeMax = 8e15
const anyTime = fc.oneof(
  fc.integer({ min: -2e12, max: 4e12 }),
  fc.maxSafeInteger().map((n) => n % (timeMax + 1)),
  fc.constantFrom(0, -1, timeMax, -timeMax, -62167219200000, -62167219200001)
)
const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "+05:45"
]
const zone = fc.constantFrom(...zones)

const property = <A>(arbitrary: fc.Arbitrary<A>, holds: (value: A) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns })

const parse = (text: string, ...zone: Array<Value>): Value => call("core/time/parse", text, ...zone)
const iso = (time: Value, ...zone: Array<Value>): Value => call("core/time/iso", time, ...zone)
const map = (entries: Readonly<Record<string, Value>>): SxsMap => new SxsMap(new Map(Object.entries(entries)))

describe("core/time texts", () => {
  test("parse undoes iso, in every zone", () => {
    property(fc.tuple(anyTime, zone), ([time, name]) => {
      expect(parse(iso(time) as string)).toBe(time)
      expect(iso(time)).toBe(new Date(time).toISOString())
      expect(parse(iso(time, name) as string)).toBe(time)
    })
  })

  const parsed: ReadonlyArray<readonly [text: string, wanted: string]> = [
    ["2026-11-21", "2026-11-21T00:00:00.000Z"],
    ["2026-11-21T10:05", "2026-11-21T10:05:00.000Z"],
    ["2026-11-21 10:05:06", "2026-11-21T10:05:06.000Z"],
    ["2026-11-21t10:05:06.7z", "2026-11-21T10:05:06.700Z"],
    ["2026-11-21T10:05:06,123999999Z", "2026-11-21T10:05:06.123Z"],
    ["2026-11-21T10:05:06 +01:30", "2026-11-21T08:35:06.000Z"],
    ["2026-11-21T10:05-0800", "2026-11-21T18:05:00.000Z"],
    ["2026-11-21T10:05+01", "2026-11-21T09:05:00.000Z"],
    ["2026-12-31T24:00:00Z", "2027-01-01T00:00:00.000Z"],
    ["20261121T100506Z", "2026-11-21T10:05:06.000Z"],
    ["20261121", "2026-11-21T00:00:00.000Z"],
    ["0050-01-01", "0050-01-01T00:00:00.000Z"],
    ["-000044-03-15", "-000044-03-15T00:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"]
  ]
  test.for(parsed)("%s is %s", ([text, wanted]) => {
    expect(iso(parse(text))).toBe(wanted)
  })

  const refused: ReadonlyArray<readonly [text: string, problem: string]> = [
    ["", "not a time"],
    ["tomorrow", "not a time"],
    ["2026-11-21T10", "not a time"],
    ["2026-1-2", "not a time"],
    [" 2026-11-21", "not a time"],
    ["2026-11-21Z", "not a time"],
    ["-000000-01-01", "not a time"],
    [`2026-11-21T10:05:06.${"0".repeat(100)}Z`, "not a time"],
    ["2026-02-30", "no such day"],
    ["2023-02-29", "no such day"],
    ["1900-02-29", "no such day"],
    ["2026-13-01", "no such day"],
    ["2026-00-01", "no such day"],
    ["2026-01-00", "no such day"],
    ["2026-11-21T24:00:01", "no such time of day"],
    ["2026-11-21T25:00", "no such time of day"],
    ["2026-11-21T10:60", "no such time of day"],
    ["2026-11-21T10:05:60", "no such time of day"],
    ["2026-11-21T10:05+24:00", "no such offset"],
    ["2026-11-21T10:05+01:60", "no such offset"],
    ["+299999-01-01", "time out of range"]
  ]
  test.for(refused)("%s is an error value: %s", ([text, problem]) => {
    expect(parse(text)).toEqual(new ErrorValue(problem))
  })

  test("whatever the text, there is a time or an error value", () => {
    property(fc.string({ unit: fc.constantFrom(..."0123456789-:TZ+. ") }), (text) => {
      const found = parse(text)
      expect(found instanceof ErrorValue || Number.isSafeInteger(found)).toBe(true)
    })
  })

  test("format replaces each directive", () => {
    const time = Date.UTC(2026, 2, 9, 5, 4, 3, 21)
    const format = (text: string, ...zone: Array<Value>) => call("core/time/format", time, text, ...zone)
    expect(format("%Y %y|%m %B %b|%d %e %j")).toBe("2026 26|03 March Mar|09 9 068")
    expect(format("%A %a %u|%H %I %p|%M %S %L")).toBe("Monday Mon 1|05 05 AM|04 03 021")
    expect(format("%F %T %z %s 100%%")).toBe("2026-03-09 05:04:03 +0000 1773032643 100%")
    expect(format("%I %p %a %z", "Pacific/Auckland")).toBe("06 PM Mon +1300")
    expect(call("core/time/format", -1, "%s %I %j")).toBe("-1 11 365")
    expect(call("core/time/format", -62198755200000, "%Y %F")).toBe("-000001 -000001-01-01")
    expect(call("core/time/format", 1e14, "%F")).toBe("5138-11-16")
    for (const text of ["%q", "50%", "%😀"]) expect(() => format(text)).toThrow("there is no directive")
    expect(() => format("x".repeat(2 ** 20))).toThrow("at most 16777216 are allowed")
  })
})

describe("core/time clocks", () => {
  test("from-parts undoes parts, where the clock shows a time once", () => {
    property(fc.tuple(anyTime, zone), ([time, name]) => {
      const parts = call("core/time/parts", time, name)
      const back = call("core/time/from-parts", parts, name)
      // An hour that is shown twice is taken the first time.
      if (back !== time) {
        expect(time - Number(back)).toBeGreaterThan(0)
        expect(time - Number(back)).toBeLessThanOrEqual(86_400_000)
        const entries = (of: Value) => print(call("core/map/omit", of, call("core/list/list", "offset")))
        expect(entries(call("core/time/parts", back, name))).toBe(entries(parts))
      }
      if (name === "UTC") expect(back).toBe(time)
    })
  })

  test("parts are those of the calendar and the zone", () => {
    expect(print(call("core/time/parts", Date.UTC(2026, 10, 22, 23, 59, 58, 7)))).toBe(
      '(map "year" 2026 "month" 11 "day" 22 "hour" 23 "minute" 59 "second" 58 "ms" 7 "weekday" 7 "offset" 0)'
    )
    expect(print(call("core/time/parts", 0, "Asia/Kolkata"))).toBe(
      '(map "year" 1970 "month" 1 "day" 1 "hour" 5 "minute" 30 "second" 0 "ms" 0 "weekday" 4 "offset" 19800000)'
    )
    // Before zones a place had the time of its sun, to the second.
    expect(iso(-5e12, "Europe/Berlin")).toBe("1811-07-23T16:00:08.000+00:53:28")
    expect(iso(-1, "America/New_York")).toBe("1969-12-31T18:59:59.999-05:00")
    expect(iso(-63e12, "Europe/Rome")).toMatch(/^-000027-08-/)
  })

  test("what a change of the clock leaves out is taken later, what it repeats the first time", () => {
    const at = (text: string) => iso(parse(text, "Europe/Berlin"))
    expect(at("2026-03-29T01:59:59")).toBe("2026-03-29T00:59:59.000Z")
    expect(at("2026-03-29T02:30:00")).toBe("2026-03-29T01:30:00.000Z")
    expect(at("2026-03-29T03:00:00")).toBe("2026-03-29T01:00:00.000Z")
    expect(at("2026-10-25T02:30:00")).toBe("2026-10-25T00:30:00.000Z")
    expect(at("2026-10-25T03:00:00")).toBe("2026-10-25T02:00:00.000Z")
    // Samoa left out the whole 30th of December 2011.
    expect(iso(parse("2011-12-30T12:00:00", "Pacific/Apia"))).toBe("2011-12-30T22:00:00.000Z")
  })

  const partsTable: ReadonlyArray<readonly [parts: Readonly<Record<string, Value>>, wanted: Value]> = [
    [{ year: 2026 }, Date.UTC(2026, 0, 1)],
    [{ year: 2026, weekday: 99, note: "ignored" }, Date.UTC(2026, 0, 1)],
    [{ year: 2026, month: 2, day: 29 }, new ErrorValue("no such day")],
    [{ year: 2026, hour: -1 }, new ErrorValue("no such time of day")],
    [{ year: 2026, ms: 1000 }, new ErrorValue("no such time of day")],
    [{ year: 2n ** 80n }, new ErrorValue("no such day")],
    [{ year: 290_000 }, new ErrorValue("time out of range")]
  ]
  test.for(partsTable)("case %#: from-parts", ([parts, wanted]) => {
    expect(call("core/time/from-parts", map(parts))).toEqual(wanted)
  })

  test("zones have names and offsets", () => {
    for (const name of [...zones, "Etc/GMT-3", "-08:00"]) expect(call("core/time/is-zone", name), name).toBe(true)
    for (const name of ["", "Mars/Olympus", "+25:00", "constructor", "__proto__"]) {
      expect(call("core/time/is-zone", name), name).toBe(false)
      expect(() => iso(0, name)).toThrow("there is no time zone")
    }
    expect(iso(0, "-08:00")).toBe("1969-12-31T16:00:00.000-08:00")
  })

  test("a time out of range, or that is no int, is refused", () => {
    for (const time of [timeMax + 1, -timeMax - 1, 2n ** 60n]) expect(() => iso(time)).toThrow("expected a time")
    expect(() => call("core/time/from-parts", map({}))).toThrow("expected an int as `year`, got nothing")
    expect(() => call("core/time/from-parts", map({ year: "2026" }))).toThrow(
      'expected an int as `year`, got the text "2026"'
    )
  })
})

describe("core/time amounts", () => {
  const added: ReadonlyArray<readonly [from: string, amount: Value, zone: string, wanted: string]> = [
    ["2026-01-31T10:00:00Z", map({ months: 1 }), "UTC", "2026-02-28T10:00:00.000Z"],
    ["2024-01-31T10:00:00Z", map({ month: 1 }), "UTC", "2024-02-29T10:00:00.000Z"],
    ["2024-02-29T10:00:00Z", map({ years: 1 }), "UTC", "2025-02-28T10:00:00.000Z"],
    ["2026-03-31T10:00:00Z", map({ months: -13 }), "UTC", "2025-02-28T10:00:00.000Z"],
    ["2026-01-31T10:00:00Z", map({ months: 1, days: 1, hours: 1 }), "UTC", "2026-03-01T11:00:00.000Z"],
    ["2026-03-28T11:00:00Z", map({ days: 1 }), "Europe/Berlin", "2026-03-29T10:00:00.000Z"],
    ["2026-03-28T11:00:00Z", map({ hours: 24 }), "Europe/Berlin", "2026-03-29T11:00:00.000Z"],
    ["2026-03-28T11:00:00Z", "1d", "Europe/Berlin", "2026-03-29T11:00:00.000Z"],
    ["2026-10-25T00:30:00Z", map({}), "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
    ["2026-10-25T01:30:00Z", map({ minutes: 1 }), "Europe/Berlin", "2026-10-25T01:31:00.000Z"],
    ["2026-11-21T00:00:00Z", map({ weeks: 1, seconds: -1, ms: 5 }), "UTC", "2026-11-27T23:59:59.005Z"],
    ["2026-11-21T00:00:00Z", "-PT1H", "UTC", "2026-11-20T23:00:00.000Z"]
  ]
  test.for(added)("case %#: from %s", ([from, amount, name, wanted]) => {
    expect(iso(call("core/time/add", parse(from), amount, name))).toBe(wanted)
  })

  test("add refuses what it does not know", () => {
    const add = (amount: Value) => () => call("core/time/add", 0, amount)
    expect(add(map({ fortnights: 1 }))).toThrow('there is no unit the text "fortnights"; there are year, month, week')
    expect(add(map({ constructor: 1 }))).toThrow("there is no unit")
    expect(add(map({ days: "1" }))).toThrow('expected an int as `days`, got the text "1"')
    expect(add("soon")).toThrow('the text "soon": not a duration')
    expect(add(5)).toThrow("expected a map or a duration text, got the int 5")
    for (const amount of [map({ years: 300_000 }), map({ ms: timeMax + 1 }), map({ days: 2n ** 60n })]) {
      expect(add(amount)).toThrow("the time would be out of range")
    }
  })

  const units = ["year", "month", "week", "day", "hour", "minute", "second", "ms"]

  test("diff counts the units that can be added without passing the other time", () => {
    const near = fc.integer({ min: -4e12, max: 4e12 })
    property(fc.tuple(near, near, fc.constantFrom(...units)), ([a, b, unit]) => {
      const count = call("core/time/diff", a, b, unit) as number
      expect(call("core/time/diff", b, a, `${unit}s`)).toBe(-count + 0)
      const [from, to] = a <= b ? [a, b] : [b, a]
      const plus = (n: number) => call("core/time/add", from, map({ [unit]: n })) as number
      expect(plus(Math.abs(count))).toBeLessThanOrEqual(to)
      expect(plus(Math.abs(count) + 1)).toBeGreaterThan(to)
    })
    expect(call("core/time/diff", 5, 3)).toBe(-2)
    const [before, after] = ["2026-03-28T11:00:00Z", "2026-03-29T10:00:00Z"].map((text) => parse(text)) as [
      Value,
      Value
    ]
    expect(call("core/time/diff", before, after, "day")).toBe(0)
    expect(call("core/time/diff", before, after, "day", "Europe/Berlin")).toBe(1)
    expect(() => call("core/time/diff", 0, 1, "")).toThrow("there is no unit")
  })

  test("start-of is not later, begins its unit, and stays where it is", () => {
    property(fc.tuple(fc.integer({ min: -4e12, max: 4e12 }), fc.constantFrom(...units), zone), ([time, unit, name]) => {
      const start = call("core/time/start-of", time, unit, name) as number
      expect(start).toBeLessThanOrEqual(time)
      expect(call("core/time/start-of", start, unit, name)).toBe(start)
      expect(call("core/time/diff", start, time, unit, name)).toBe(0)
    })
    const start = (unit: string) => iso(call("core/time/start-of", parse("2026-11-22T13:14:15.016Z"), unit))
    expect(units.map(start)).toEqual([
      "2026-01-01T00:00:00.000Z",
      "2026-11-01T00:00:00.000Z",
      "2026-11-16T00:00:00.000Z",
      "2026-11-22T00:00:00.000Z",
      "2026-11-22T13:00:00.000Z",
      "2026-11-22T13:14:00.000Z",
      "2026-11-22T13:14:15.000Z",
      "2026-11-22T13:14:15.016Z"
    ])
    expect(iso(call("core/time/start-of", parse("2026-10-25T01:30:00Z"), "hour", "Europe/Berlin"))).toBe(
      "2026-10-25T01:00:00.000Z"
    )
    expect(() => call("core/time/start-of", -timeMax, "year")).toThrow("the time would be out of range")
  })
})

describe("core/time durations", () => {
  const durations: ReadonlyArray<readonly [text: string, wanted: Value]> = [
    ["1h30m", 5_400_000],
    ["1w2d3h4m5s6ms", 788_645_006],
    ["5ms", 5],
    ["1m 5ms", 60_005],
    [" 1 h 30 m ", 5_400_000],
    ["1.5h", 5_400_000],
    ["0,25s", 250],
    ["-2h", -7_200_000],
    ["+90s", 90_000],
    ["0s", 0],
    ["-0s", 0],
    ["0.0005s", 1],
    ["P1DT2H", 93_600_000],
    ["PT1M30.5S", 90_500],
    ["P2W", 1_209_600_000],
    ["-PT0.001S", -1],
    ["", new ErrorValue("not a duration")],
    ["5", new ErrorValue("not a duration")],
    ["h", new ErrorValue("not a duration")],
    ["30m1h", new ErrorValue("not a duration")],
    ["1h1h", new ErrorValue("not a duration")],
    ["P", new ErrorValue("not a duration")],
    ["PT", new ErrorValue("not a duration")],
    ["P1DT", new ErrorValue("not a duration")],
    ["1H", new ErrorValue("not a duration")],
    ["P1M", new ErrorValue("years and months have no fixed length")],
    ["P1Y2D", new ErrorValue("years and months have no fixed length")],
    ["99999999999999w", new ErrorValue("duration out of range")],
    ["1".repeat(200), new ErrorValue("not a duration")]
  ]
  test.for(durations)("case %#: %s", ([text, wanted]) => {
    expect(call("core/time/duration", text)).toEqual(wanted)
  })

  test("duration undoes format-duration", () => {
    property(anyTime, (ms) => {
      expect(call("core/time/duration", call("core/time/format-duration", ms) as string)).toBe(ms)
    })
    expect([0, -90_000, 86_400_000 * 14].map((ms) => call("core/time/format-duration", ms))).toEqual([
      "0s",
      "-1m30s",
      "14d"
    ])
  })
})
