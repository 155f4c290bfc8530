import * as fc from "fast-check"
import {
  Bytes,
  Closure,
  ErrorValue,
  List,
  normalise,
  Real,
  SxsMap,
  Sym,
  TaskRef,
  type Value
} from "../../runtime/value/value.ts"

/** Any text, also with lone surrogates and control characters. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("", "__proto__", "constructor", "toJSON", "\ud800", "\udc00\ud800", "\u2028", "\0", '"\\')
)

/** Ints of any size, most of them near the border between numbers and BigInts. */
export const anyInt: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }).map(normalise),
  fc.bigInt({ min: -3n, max: 3n }).map((n) => normalise(2n ** 53n + n)),
  fc.bigInt({ min: -3n, max: 3n }).map((n) => normalise(-(2n ** 53n) + n)),
  fc.constantFrom(0, 1, -1)
)

export const anyReal: fc.Arbitrary<Real> = fc
  .oneof(fc.double(), fc.integer(), fc.constantFrom(-0, NaN, Infinity, -Infinity, 1e21, 5e-324, 2 ** 53))
  .map((value) => new Real(value))

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  anyInt,
  anyText,
  anyReal,
  anyText.map((name) => Sym.of(name)),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => new Bytes(bytes)),
  anyText.map((id) => new TaskRef(id))
)

const containers = (item: fc.Arbitrary<Value>): fc.Arbitrary<Value> => {
  const items = fc.array(item, { maxLength: 4 })
  return fc.oneof(
    fc
      .tuple(fc.constantFrom("(", "[", "{"), items, fc.nat(4))
      .map(([bracket, all, size]) => new List(bracket, all, Math.min(size, all.length))),
    fc.array(fc.tuple(anyText, item), { maxLength: 4 }).map((entries) => new SxsMap(new Map(entries))),
    fc.tuple(item, anyText).map(([content, place]) => new ErrorValue(content, place)),
    fc.tuple(anyText, fc.nat(), items).map(([bundle, index, captured]) => new Closure(bundle, index, captured))
  )
}

/** Any value; some lists share a longer array with others, as `append` makes them. */
export const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: "small" }, scalar, containers(tie("value")))
})).value
