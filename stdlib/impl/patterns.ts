import { ErrorValue, List, SxsMap, type Value } from "../../runtime/value/value.ts"
import { containerBytes, spend, timed } from "../../runtime/value/work.ts"
import { refuseLongList, refuseLongText } from "./bounds.ts"
import { countCodePoints } from "./code-points.ts"
import { define, type ImplementationTable, refusal, refuseLargerThan, refuseUnless, tableOf } from "./define.ts"
import { describe } from "./describe.ts"
import * as kind from "./kinds.ts"
import { isTimeUp, withinTime } from "./time-limit.ts"

/** What of `core/str` takes a regular expression. */
export const patterns: ImplementationTable = tableOf([
  define("core/str/test", [kind.text, kind.text, kind.optional(kind.text)], (text, source, flags) =>
    search(text, compiled(source, flags), (pattern) => pattern.test(text))
  ),
  define("core/str/match", [kind.text, kind.text, kind.optional(kind.text)], (text, source, flags) => {
    const found = search(text, compiled(source, flags), (pattern) => pattern.exec(text))
    return found === null ? new ErrorValue("no match") : matchMap(found, countCodePoints(text.slice(0, found.index)))
  }),
  define("core/str/match-all", [kind.text, kind.text, kind.optional(kind.text)], matchAll),
  define("core/str/replace-match", [kind.text, kind.text, kind.text, kind.optional(kind.text)], replaceMatches),
  define("core/str/split-match", [kind.text, kind.text, kind.optional(kind.text)], splitAtMatches)
])

/** UTF-16 units of a text that is searched (1 Mi): a search may take time in proportion to its square, or worse. */
const searchedUnitsMax = 2 ** 20

/** UTF-16 units of a pattern. */
const patternUnitsMax = 2 ** 12

/** Time that one search may take: nothing else in the namespace runs meanwhile. */
const searchMsMax = 500

/** Matches that are given one by one: as maps they take some 600 bytes each. */
const matchesMax = 2 ** 16

interface Compiled {
  readonly pattern: RegExp
  /** How many times its number of units a text may be passed over, as a power; see `powerOf`. */
  readonly power: number
}

// Compiling costs more than most searches.
const known = new Map<string, Compiled>()
const knownMax = 200

const compiled = (source: string, flags = ""): Compiled => {
  const key = `${flags}/${source}`
  const found = known.get(key)
  if (found !== undefined) return found
  refuseLargerThan(patternUnitsMax, source.length, { what: "pattern", unit: "characters" })
  refuseUnless(/^(?!.*(.).*\1)[ims]*$/s.test(flags), () => `expected flags out of i, m and s, got ${describe(flags)}`)
  const made = { pattern: newPattern(source, `${flags}gu`), power: powerOf(source) }
  if (known.size >= knownMax) known.clear()
  known.set(key, made)
  return made
}

const newPattern = (source: string, flags: string): RegExp => {
  try {
    return new RegExp(source, flags)
  } catch (cause) {
    throw refusedPattern(cause)
  }
}

/** The refusal for a pattern that V8 does not take: `Invalid regular expression: /(/gu: Unterminated group`. */
const refusedPattern = (cause: unknown): unknown => {
  if (!(cause instanceof SyntaxError)) return cause
  return refusal(`this is no regular expression: ${cause.message.slice(cause.message.lastIndexOf(": ") + 2)}`)
}

/**
 * A bound for the time of a search, as a power of the text's size: a search begins at each place, and each quantifier may
 * try each length, a reference back compare as much. Infinite where a group is repeated, as what is inside may be shared out in exponentially many ways.
 */
const powerOf = (source: string): number => {
  const bare = source.replace(/\\./gsu, "x").replace(/\[[^\]]*\]/gsu, "x")
  if (/\)[*+?{]/.test(bare)) return Number.POSITIVE_INFINITY
  const choices = bare.match(/[*+{]|[^(]\?|\|/g)?.length ?? 0
  const backReferences = source.match(/\\[1-9k]/g)?.length ?? 0
  return 1 + choices + backReferences
}

/** Steps that take a few ms at most, so that no time limit is needed; setting one costs about 0.1 ms. */
const stepsQuickMax = 1e6

const search = <A>(text: string, { pattern, power }: Compiled, run: (pattern: RegExp) => A): A => {
  refuseLargerThan(searchedUnitsMax, text.length, { what: "searched text", unit: "characters" })
  pattern.lastIndex = 0
  try {
    if (Math.max(2, text.length) ** power <= stepsQuickMax) return run(pattern)
    return timed(() => withinTime(searchMsMax, () => run(pattern)))
  } catch (cause) {
    refuseUnless(!isTimeUp(cause), () => `the search took longer than ${searchMsMax} ms`)
    refuseUnless(!isTooLong(cause, text, pattern), () => "the search has to remember too much")
    throw refusedPattern(cause)
  }
}

/** V8 keeps what it may go back to, up to 64 MiB. With less to keep it is the program's own stack that is full. */
const isTooLong = (cause: unknown, text: string, pattern: RegExp): boolean =>
  cause instanceof RangeError && text.length * pattern.source.length > 2 ** 20

/** Goes through all matches that do not overlap, keeping none: each takes some 200 bytes. */
const eachMatch = (text: string, compiledPattern: Compiled, visit: (match: RegExpExecArray) => void): void =>
  search(text, compiledPattern, (pattern) => {
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      visit(match)
      // Behind an empty match the same one would come again.
      if (match[0] === "") pattern.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1
    }
  })

function matchAll(text: string, source: string, flags: string | undefined): List {
  const found: Array<SxsMap> = []
  let unit = 0
  let start = 0
  eachMatch(text, compiled(source, flags), (match) => {
    refuseLargerThan(matchesMax, found.length + 1, { what: "list of matches", unit: "items" })
    start += countCodePoints(text.slice(unit, match.index))
    unit = match.index
    spend(matchBytes)
    found.push(matchMap(match, start))
  })
  return new List("(", found)
}

const matchBytes = 8 * containerBytes

const matchMap = (match: RegExpExecArray, start: number): SxsMap =>
  new SxsMap(
    new Map<string, Value>([
      ["text", match[0]],
      ["start", start],
      ["end", start + countCodePoints(match[0])],
      ["groups", new List("(", match.slice(1).map(groupText))],
      ["names", new SxsMap(new Map(Object.entries(match.groups ?? {}).map(([name, text]) => [name, groupText(text)])))]
    ])
  )

const groupText = (text: string | undefined): Value => (text === undefined ? null : text)

/** A piece of a replacement: as written, or what a group has matched. */
type Piece = string | { readonly group: string | number; readonly written: string }

const replacement = /\$(?:(\$)|(&)|(\d{1,2})|<([^>]*)>)/g

const replacementPieces = (by: string): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let end = 0
  for (const found of by.matchAll(replacement)) {
    const [written, dollar, whole, number, name] = found
    pieces.push(by.slice(end, found.index))
    if (dollar !== undefined) pieces.push("$")
    else pieces.push({ group: name ?? (whole === undefined ? Number(number) : 0), written })
    end = found.index + written.length
  }
  return [...pieces, by.slice(end)]
}

function replaceMatches(text: string, source: string, by: string, flags: string | undefined): string {
  const pieces = replacementPieces(by)
  let made = ""
  let end = 0
  eachMatch(text, compiled(source, flags), (match) => {
    made += text.slice(end, match.index)
    for (const piece of pieces) made += typeof piece === "string" ? piece : matched(match, piece)
    refuseLongText(made.length)
    end = match.index + match[0].length
  })
  refuseLongText(made.length + text.length - end)
  return made + text.slice(end)
}

const matched = (match: RegExpExecArray, { group, written }: Exclude<Piece, string>): string => {
  const isKnown = typeof group === "number" ? group < match.length : Object.hasOwn(match.groups ?? {}, group)
  refuseUnless(isKnown, () => `the pattern has no group for \`${written}\``)
  return (typeof group === "number" ? match[group] : match.groups![group]) ?? ""
}

function splitAtMatches(text: string, source: string, flags: string | undefined): List {
  const parts: Array<string> = []
  let end = 0
  eachMatch(text, compiled(source, flags), (match) => {
    if (match[0] === "") return
    refuseLongList(parts.length + 2)
    parts.push(text.slice(end, match.index))
    end = match.index + match[0].length
  })
  parts.push(text.slice(end))
  return new List("(", parts)
}
