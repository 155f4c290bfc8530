import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

const zone = optional("zone", ":str")

/**
 * Times are ints: ms since 1970-01-01 UTC, up to 8,000,000,000,000,000 from it in either direction. A length of time is an
 * int of ms too. Zones have IANA names (`Europe/Berlin`), `UTC` (the default) or an offset (`+02:00`).
 */
export const time: ReadonlyArray<Signature> = [
  {
    name: "core/time/now",
    aliases: ["time/now"],
    params: [],
    result: ":int",
    effect: "store",
    doc: "The time now. It stands still from one place where the task can wait to the next.",
    example: "(time/now)"
  },
  {
    name: "core/time/iso",
    aliases: ["time/iso"],
    params: [required("time", ":int"), zone],
    result: ":str",
    effect: "pure",
    doc: "The time in ISO 8601 with ms, in UTC or with the offset of the zone.",
    example: "(time/iso 1795255200000)",
    yields: '"2026-11-21T10:00:00.000Z"'
  },
  {
    name: "core/time/parse",
    aliases: ["time/parse"],
    params: [required("text", ":str"), zone],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: "The time of an ISO 8601 text: a date, or a date and a time with or without an offset. Without one it is in the zone. Else an error value.",
    example: '(time/parse "2026-11-21T11:00:00+01:00")',
    yields: "1795255200000"
  },
  {
    name: "core/time/parts",
    aliases: ["time/parts"],
    params: [required("time", ":int"), zone],
    result: ":map",
    effect: "pure",
    doc: "Map of ints: `year` `month` `day` `hour` `minute` `second` `ms`, `weekday` (Monday is 1, Sunday 7), `offset` of the zone from UTC in ms.",
    example: '(map/get (time/parts 1795255200000) "weekday")',
    yields: "6"
  },
  {
    name: "core/time/from-parts",
    aliases: ["time/from-parts"],
    params: [required("parts", ":map"), zone],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: "The time with these `parts`: `year`, the others may be missing. An error value when there is no such day or time. What a change of the clock leaves out is taken later, what it repeats is taken the first time.",
    example: '(time/from-parts (map "year" 2026 "month" 11 "day" 21 "hour" 10))',
    yields: "1795255200000"
  },
  {
    name: "core/time/add",
    aliases: ["time/add"],
    params: [required("time", ":int"), required("amount"), zone],
    result: ":int",
    effect: "pure",
    doc: "Later by a map of ints (`years` `months` `weeks` `days` `hours` `minutes` `seconds` `ms`) or a duration text. Months end on their last day at the latest; from days on the zone's clock counts.",
    example: '(time/iso (time/add 1798711200000 (map "months" 2)))',
    yields: '"2027-02-28T10:00:00.000Z"'
  },
  {
    name: "core/time/diff",
    aliases: ["time/diff"],
    params: [required("from", ":int"), required("to", ":int"), optional("unit", ":str"), zone],
    result: ":int",
    effect: "pure",
    doc: "How many whole units (`ms`) pass from one time to the other; negative when `to` is earlier. From days on the zone's clock counts.",
    example: '(time/diff 1795255200000 1798711200000 "day")',
    yields: "40"
  },
  {
    name: "core/time/start-of",
    aliases: ["time/start-of"],
    params: [required("time", ":int"), required("unit", ":str"), zone],
    result: ":int",
    effect: "pure",
    doc: "The beginning of the `year` `month` `week` (Monday) `day` `hour` `minute` or `second` that the time is in.",
    example: '(time/iso (time/start-of 1795255200000 "week"))',
    yields: '"2026-11-16T00:00:00.000Z"'
  },
  {
    name: "core/time/format",
    aliases: ["time/format"],
    params: [required("time", ":int"), required("format", ":str"), zone],
    result: ":str",
    effect: "pure",
    doc: "The format with its directives replaced, such as `%Y` for the year (table in the reference).",
    example: '(time/format 1795255200000 "%A, %e %B %Y, %H:%M" "Asia/Tokyo")',
    yields: '"Saturday, 21 November 2026, 19:00"'
  },
  {
    name: "core/time/is-zone",
    aliases: ["time/is-zone"],
    params: [required("name", ":str")],
    result: ":bool",
    effect: "pure",
    doc: "Whether there is a zone of that name; a call with another name is a fault.",
    example: '(time/is-zone "Europe/Berlin")',
    yields: "true"
  },
  {
    name: "core/time/duration",
    aliases: ["time/duration"],
    params: [required("text", ":str")],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: "Length of a duration text in ms: `1h30m` with the units `w d h m s ms`, largest first, or ISO 8601 `P1DT2H`; a day has 24 hours. Else an error value.",
    example: '(time/duration "1h30m")',
    yields: "5400000"
  },
  {
    name: "core/time/format-duration",
    aliases: ["time/format-duration"],
    params: [required("ms", ":int")],
    result: ":str",
    effect: "pure",
    doc: "As `duration` reads it, in days and less, without units that are 0.",
    example: "(time/format-duration 93784005)",
    yields: '"1d2h3m4s5ms"'
  }
]
