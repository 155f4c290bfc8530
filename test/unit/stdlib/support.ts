import * as fc from "fast-check"
import { List, Real, SxsMap, Sym, type Value } from "../../../runtime/value/value.ts"
import { pureLibrary } from "../../../stdlib/impl/library.ts"
import type { Signature } from "../../../stdlib/signatures/signature.ts"

/** Runs of each property. */
export const numRuns = 200

/** Calls a pure library function by its full name. */
export const call = (name: string, ...args: Array<Value>): Value => {
  const implementation = pureLibrary.get(name)
  if (implementation === undefined) throw new Error(`no implementation of ${name}`)
  return implementation(...args)
}

export const paren = (...items: Array<Value>): List => new List("(", items)

/** What a list holds; fails on anything else. */
export const itemsOf = (value: Value): ReadonlyArray<Value> => {
  if (!(value instanceof List)) throw new Error("not a list")
  return value.toArray()
}

/** Texts with code points from all planes. */
export const anyText = fc.string({ unit: "binary", maxLength: 12 })

/** Texts over few letters, so that parts of them occur again. */
export const denseText = fc.string({ unit: fc.constantFrom("a", "b", "é", "😀"), maxLength: 12 })

export const anyInt = fc.integer({ min: -20, max: 20 })

/** Scalars of which equal pairs are likely. */
const scalar: fc.Arbitrary<Value> = fc.oneof(
  anyInt,
  denseText,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(2n ** 60n, -(2n ** 60n)),
  fc.constantFrom(0, -0, 1, 2.5, Number.NaN).map((value) => new Real(value)),
  fc.constantFrom("a", "b").map((name) => Sym.of(name))
)

/** Values of many kinds, containers up to two levels deep. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc
      .tuple(fc.constantFrom("(" as const, "[" as const, "{" as const), fc.array(tie("value"), { maxLength: 3 }))
      .map(([bracket, items]) => new List(bracket, items)),
    fc
      .array(fc.tuple(fc.constantFrom("k", "l", "m"), tie("value")), { maxLength: 3 })
      .map((entries) => new SxsMap(new Map(entries)))
  )
})).value

/** Lists that own their array or only its beginning, of any bracket. */
export const listOf = (item: fc.Arbitrary<Value>): fc.Arbitrary<List> =>
  fc
    .tuple(
      fc.constantFrom("(" as const, "[" as const, "{" as const),
      fc.array(item, { maxLength: 8 }),
      fc.array(item, { maxLength: 2 })
    )
    .map(([bracket, items, hidden]) => new List(bracket, [...items, ...hidden], items.length))

/**
 * What does not pair between the signatures that the runtime must implement and the tables that implement them: names
 * without code, code without a name, and names with code in two tables.
 */
export const unpaired = (
  signatures: ReadonlyArray<Signature>,
  ...tables: ReadonlyArray<{ readonly keys: () => Iterable<string> }>
): {
  readonly missing: ReadonlyArray<string>
  readonly surplus: ReadonlyArray<string>
  readonly twice: ReadonlyArray<string>
} => {
  const wanted = new Set(signatures.filter((each) => (each.from ?? "library") === "library").map((each) => each.name))
  const given = tables.flatMap((table) => [...table.keys()])
  return {
    missing: [...wanted].filter((name) => !given.includes(name)),
    surplus: given.filter((name) => !wanted.has(name)),
    twice: given.filter((name, index) => given.indexOf(name) !== index)
  }
}
