import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { FunctionDefinition, RecordDefinition } from "../../../../compiler/2-expand/core.ts"
import {
  allKinds,
  areDisjoint,
  describeType,
  dynamic,
  dynamicOrError,
  functionType,
  intType,
  isNever,
  isSubtype,
  join,
  kind,
  mayError,
  meet,
  never,
  recordType,
  sameType,
  type Type,
  typeOfDeclared,
  typeOfKinds,
  without
} from "../../../../compiler/3-check/types.ts"

const record = (name: string, fields: Readonly<Record<string, ":int" | ":number" | ":str">>): RecordDefinition => ({
  name,
  source: { name: "types.sxs", text: "" },
  span: { start: 0, end: 0 },
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type, span: { start: 0, end: 0 } }))
})

const point = record("point", { x: ":int", y: ":int" })
const size = record("size", { w: ":int" })
const f = { name: "f" } as FunctionDefinition
const g = { name: "g" } as FunctionDefinition

/** Sets of kinds, with and without what more can be known of a map or a function, and what is unknown. */
const types: fc.Arbitrary<Type> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(never, dynamic, dynamicOrError) },
  {
    weight: 4,
    arbitrary: fc
      .record({
        kinds: fc.integer({ min: 0, max: allKinds }),
        map: fc.constantFrom(undefined, recordType(point), recordType(size)),
        fn: fc.constantFrom(undefined, functionType(f), functionType(g))
      })
      .map(({ fn, kinds, map }) => {
        const rest = typeOfKinds(kinds & ~(map === undefined ? 0 : kind.map) & ~(fn === undefined ? 0 : kind.fn))
        return [map, fn].reduce((type: Type, more) => (more === undefined ? type : join(type, more)), rest)
      })
  }
)

const holds = (arbitrary: fc.Arbitrary<ReadonlyArray<Type>>, law: (types: ReadonlyArray<Type>) => boolean): void =>
  fc.assert(fc.property(arbitrary, law), { numRuns: 2000 })

const some = (count: number): fc.Arbitrary<ReadonlyArray<Type>> =>
  fc.array(types, { minLength: count, maxLength: count })

describe("types are a lattice", () => {
  test.each([
    ["join", join],
    ["meet", meet]
  ] as const)("%s is commutative, associative and idempotent", (_, operation) => {
    holds(some(2), ([a, b]) => sameType(operation(a!, b!), operation(b!, a!)))
    holds(some(3), ([a, b, c]) => sameType(operation(a!, operation(b!, c!)), operation(operation(a!, b!), c!)))
    holds(some(1), ([a]) => sameType(operation(a!, a!), a!))
  })

  test("each absorbs the other", () => {
    holds(some(2), ([a, b]) => sameType(join(a!, meet(a!, b!)), a!))
    holds(some(2), ([a, b]) => sameType(meet(a!, join(a!, b!)), a!))
  })

  test("no value is the least, and unknown with a taint the greatest", () => {
    holds(some(1), ([a]) => sameType(join(a!, never), a!) && isNever(meet(a!, never)))
    holds(
      some(1),
      ([a]) => sameType(join(a!, dynamicOrError), dynamicOrError) && sameType(meet(a!, dynamicOrError), a!)
    )
  })

  test("a subtype is what joining does not change, as far as kinds go", () => {
    holds(
      some(2),
      ([a, b]) =>
        !isSubtype(a!, b!) || (join(a!, b!).kinds === b!.kinds && !areDisjoint(without(a!, 0), b!)) || isNever(a!)
    )
    holds(some(2), ([a, b]) => isSubtype(a!, join(a!, b!)))
    holds(some(3), ([a, b, c]) => !isSubtype(a!, b!) || !isSubtype(b!, c!) || isSubtype(a!, c!))
  })

  test("what is disjoint has no value in common", () => {
    holds(some(2), ([a, b]) => areDisjoint(a!, b!) === areDisjoint(b!, a!) || a!.record !== b!.record)
    holds(some(2), ([a, b]) => !areDisjoint(a!, b!) || isNever(meet(a!, b!)))
  })

  test("taking kinds away leaves none of them, but of the unknown only its taint", () => {
    fc.assert(
      fc.property(types, fc.integer({ min: 0, max: allKinds }), (type, kinds) => {
        const left = without(type, kinds)
        return type.isDynamic ? left.isDynamic && mayError(left) <= mayError(type) : (left.kinds & kinds) === 0
      }),
      { numRuns: 2000 }
    )
  })
})

describe("types of the language", () => {
  test("a record with more fields is of the type of one with fewer", () => {
    const point3 = recordType(record("point3", { x: ":int", y: ":int", z: ":int" }))
    const loose = recordType(record("loose", { x: ":number" }))
    expect(isSubtype(point3, recordType(point))).toBe(true)
    expect(isSubtype(recordType(point), point3)).toBe(false)
    expect(isSubtype(recordType(point), loose)).toBe(true)
    expect(isSubtype(loose, recordType(point))).toBe(false)
    expect(areDisjoint(recordType(point), recordType(size))).toBe(true)
    expect(isSubtype(typeOfDeclared(":map"), recordType(point))).toBe(false)
  })

  test("`:any` takes and gives everything, and is no error value that somebody forgot", () => {
    const any = typeOfDeclared(":any")
    expect([any.isDynamic, mayError(any)]).toEqual([true, false])
    expect(areDisjoint(any, intType)).toBe(false)
    expect(isSubtype(any, intType)).toBe(false)
    expect(isSubtype(intType, any)).toBe(true)
  })

  test.each([
    [typeOfDeclared(":number"), ":number"],
    [join(typeOfDeclared(":int"), typeOfDeclared(":none")), ":none or :int"],
    [join(typeOfDeclared(":bool"), join(typeOfDeclared(":list"), typeOfDeclared(":str"))), ":bool, :str or :list"],
    [typeOfDeclared(":list-b"), ":list-b"],
    [recordType(point), ":point"],
    [join(recordType(point), typeOfDeclared(":error")), ":point or :error"],
    [join(recordType(point), recordType(size)), ":map"],
    [dynamicOrError, ":any"],
    [never, "no value"]
  ])("messages call it %#: %s", (type, text) => {
    expect(describeType(type)).toBe(text)
  })
})
