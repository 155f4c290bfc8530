import { expect } from "vitest"

/** The value, when it is an object with all of the required properties and no other than those and the allowed ones. */
const object = <const Name extends string>(
  value: unknown,
  allowed: ReadonlyArray<Name>,
  required: ReadonlyArray<Name>
): Readonly<Partial<Record<Name, unknown>>> => {
  expect(typeof value === "object" && value !== null && !Array.isArray(value), JSON.stringify(value)).toBe(true)
  const keys = Object.keys(value as object)
  const known: ReadonlyArray<string> = [...allowed, ...required]
  expect(keys.filter((key) => !known.includes(key))).toEqual([])
  expect(required.filter((key) => !keys.includes(key))).toEqual([])
  return value as Readonly<Partial<Record<Name, unknown>>>
}

const list = (value: unknown): ReadonlyArray<unknown> => {
  expect(Array.isArray(value)).toBe(true)
  return value as ReadonlyArray<unknown>
}

const text = (value: unknown): string => {
  expect(typeof value).toBe("string")
  expect((value as string).length).toBeGreaterThan(0)
  return value as string
}

const integer = (value: unknown, min: number): number => {
  expect(Number.isInteger(value)).toBe(true)
  expect(value).toBeGreaterThanOrEqual(min)
  return value as number
}

const levels = ["none", "note", "warning", "error"]

/**
 * Checks a log against what the schema of SARIF 2.1.0 says of the parts that we write: no other properties, and what it
 * says in prose: indexes that fit, absolute help URIs, relative references or absolute URIs of files, regions in order.
 */
export const expectSarif = (value: unknown): void => {
  const log = object(value, [], ["$schema", "version", "runs"])
  expect(log.version).toBe("2.1.0")
  expect(URL.canParse(text(log.$schema))).toBe(true)
  for (const run of list(log.runs)) expectRun(run)
}

const expectRun = (value: unknown): void => {
  const run = object(value, [], ["tool", "columnKind", "results"])
  expect(["utf16CodeUnits", "unicodeCodePoints"]).toContain(run.columnKind)
  const { driver } = object(run.tool, [], ["driver"])
  const { name, rules, version } = object(driver, [], ["name", "version", "rules"])
  text(name)
  text(version)
  const ids = list(rules).map(expectRule)
  expect(new Set(ids).size).toBe(ids.length)
  for (const result of list(run.results)) expectResult(result, ids)
}

const expectRule = (value: unknown): string => {
  const rule = object(value, ["shortDescription", "helpUri", "help"], ["id", "defaultConfiguration"])
  expect(levels).toContain(object(rule.defaultConfiguration, [], ["level"]).level)
  if (rule.shortDescription !== undefined) text(object(rule.shortDescription, [], ["text"]).text)
  if (rule.helpUri !== undefined) expect(URL.canParse(text(rule.helpUri))).toBe(true)
  if (rule.help !== undefined) {
    const help = object(rule.help, ["markdown"], ["text"])
    text(help.text)
  }
  return text(rule.id)
}

const expectResult = (value: unknown, ids: ReadonlyArray<string>): void => {
  const result = object(value, ["relatedLocations"], ["ruleId", "ruleIndex", "level", "message", "locations"])
  expect(ids[integer(result.ruleIndex, 0)]).toBe(result.ruleId)
  expect(levels).toContain(result.level)
  text(object(result.message, [], ["text"]).text)
  const locations = list(result.locations)
  expect(locations).toHaveLength(1)
  for (const location of locations) expectPlace(object(location, [], ["physicalLocation"]).physicalLocation)
  if (result.relatedLocations === undefined) return
  const related = list(result.relatedLocations).map((each) => object(each, [], ["id", "message", "physicalLocation"]))
  expect(new Set(related.map((each) => integer(each.id, 0))).size).toBe(related.length)
  for (const each of related) {
    text(object(each.message, [], ["text"]).text)
    expectPlace(each.physicalLocation)
  }
}

const expectPlace = (value: unknown): void => {
  const place = object(value, [], ["artifactLocation", "region"])
  const uri = text(object(place.artifactLocation, [], ["uri"]).uri)
  expect(URL.canParse(uri, "file:///root/")).toBe(true)
  expect(uri).toMatch(/^[\w.~%!$&'()*+,;=:@/-]+$/)
  const region = object(
    place.region,
    [],
    ["startLine", "startColumn", "endLine", "endColumn", "charOffset", "charLength"]
  )
  const [startLine, startColumn] = [integer(region.startLine, 1), integer(region.startColumn, 1)]
  const [endLine, endColumn] = [integer(region.endLine, 1), integer(region.endColumn, 1)]
  expect(startLine < endLine || (startLine === endLine && startColumn <= endColumn)).toBe(true)
  integer(region.charOffset, 0)
  integer(region.charLength, 0)
}
