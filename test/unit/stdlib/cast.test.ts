import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Fault, faultCodes } from "../../../runtime/errors.ts"
import { equal } from "../../../runtime/value/equal.ts"
import { print } from "../../../runtime/value/print.ts"
import { hasType } from "../../../runtime/value/types.ts"
import {
  Bytes,
  Closure,
  ErrorValue,
  List,
  Real,
  SxsMap,
  Sym,
  TaskRef,
  type Value
} from "../../../runtime/value/value.ts"
import { anyInt, anyText, anyValue, call, listOf, numRuns } from "./support.ts"

const cast = (type: string, value: Value): Value => call("core/form/cast", type, value)

const faultOf = (type: string, value: Value): string => {
  try {
    return `no fault, but ${print(cast(type, value))}`
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    expect(cause.code).toBe(faultCodes.cast)
    return cause.message
  }
}

const bytes = (...items: ReadonlyArray<number>): Bytes => new Bytes(Uint8Array.from(items))

const pairs = new List("[", [new List("(", ["a", 1]), new List("{", ["b", null])])

/** One value of each kind, some of two. */
const values = {
  none: null,
  bool: true,
  int: 7,
  bigInt: 2n ** 70n,
  real: new Real(-2.75),
  inf: new Real(Infinity),
  intText: "-42",
  realText: "1e3",
  text: "no number",
  symbol: Sym.of("name"),
  parens: new List("(", [104, 105]),
  pairs,
  braces: new List("{", [256]),
  map: new SxsMap(new Map<string, Value>([["a", 1]])),
  bytes: bytes(104, 105),
  notUtf8: bytes(255),
  error: new ErrorValue("gone"),
  fn: new Closure("0123456789", 3, []),
  task: new TaskRef("main-1")
} as const satisfies Readonly<Record<string, Value>>

type Name = keyof typeof values

// What is not named in a row cannot be converted.
const table: Readonly<Record<string, Partial<Record<Name, string>>>> = {
  ":bool": { bool: "true", int: "true", bigInt: "true" },
  ":int": { bool: "1", int: "7", bigInt: "1180591620717411303424", real: "-2", intText: "-42" },
  ":real": {
    int: "7.0",
    bigInt: "1.1805916207174113e+21",
    real: "-2.75",
    inf: "+inf",
    intText: "-42.0",
    realText: "1000.0"
  },
  ":number": {
    bool: "1",
    int: "7",
    bigInt: "1180591620717411303424",
    real: "-2.75",
    inf: "+inf",
    intText: "-42",
    realText: "1000.0"
  },
  ":str": {
    none: '"none"',
    bool: '"true"',
    int: '"7"',
    bigInt: '"1180591620717411303424"',
    real: '"-2.75"',
    inf: '"+inf"',
    intText: '"-42"',
    realText: '"1e3"',
    text: '"no number"',
    symbol: '"name"',
    parens: '"(104 105)"',
    pairs: '"[(\\"a\\" 1) {\\"b\\" none}]"',
    braces: '"{256}"',
    map: '"(map \\"a\\" 1)"',
    bytes: '"hi"',
    error: '"gone"',
    fn: '"#(fn 01234567 3)"',
    task: '"main-1"'
  },
  ":symbol": { intText: '#(symbol "-42")', realText: '#(symbol "1e3")', text: '#(symbol "no number")', symbol: "name" },
  ":bytes": {
    intText: '#(bytes "LTQy")',
    realText: '#(bytes "MWUz")',
    text: '#(bytes "bm8gbnVtYmVy")',
    parens: '#(bytes "aGk=")',
    bytes: '#(bytes "aGk=")',
    notUtf8: '#(bytes "/w==")'
  },
  ":list": {
    parens: "(104 105)",
    pairs: '[("a" 1) {"b" none}]',
    braces: "{256}",
    map: '(("a" 1))',
    bytes: "(104 105)",
    notUtf8: "(255)"
  },
  ":list-p": {
    parens: "(104 105)",
    pairs: '(("a" 1) {"b" none})',
    braces: "(256)",
    map: '(("a" 1))',
    bytes: "(104 105)",
    notUtf8: "(255)"
  },
  ":list-b": {
    parens: "[104 105]",
    pairs: '[("a" 1) {"b" none}]',
    braces: "[256]",
    map: '[("a" 1)]',
    bytes: "[104 105]",
    notUtf8: "[255]"
  },
  ":list-c": {
    parens: "{104 105}",
    pairs: '{("a" 1) {"b" none}}',
    braces: "{256}",
    map: '{("a" 1)}',
    bytes: "{104 105}",
    notUtf8: "{255}"
  },
  ":map": { map: '(map "a" 1)', pairs: '(map "a" 1 "b" none)' }
}

const rows = Object.entries(table).flatMap(([type, made]) =>
  (Object.keys(values) as ReadonlyArray<Name>).map((name) => ({ type, name, made: made[name] }))
)

describe("cast", () => {
  test.for(rows)("$name to $type: $made", ({ made, name, type }) => {
    const value: Value = values[name]
    if (made === undefined) expect(faultOf(type, value)).toMatch(/^cast: .* cannot become :[a-z-]+(?:: .+)?$/)
    else expect(print(cast(type, value))).toBe(made)
  })

  test("only these texts are numbers", () => {
    for (const text of ["", " 1", "1 ", "1_000", "0x10", "1.5", "1e3", "+inf", "١"])
      expect(faultOf(":int", text), text).toContain("it is not an int")
    for (const text of ["", ".", "1.5.", "1e", "e3", "inf", "Infinity", "NaN", " 1.5"])
      expect(faultOf(":real", text), text).toContain("it is not a real")
    expect(faultOf(":real", "1e999")).toContain("it is real out of range")
    expect(["+7", "007", "-0"].map((text) => cast(":int", text))).toEqual([7, 7, 0])
    expect([".5", "1.", "-1e-2", "nan"].map((text) => print(cast(":real", text)))).toEqual([
      "0.5",
      "1.0",
      "-0.01",
      "nan"
    ])
    expect(cast(":int", new Real(1e300))).toBe(BigInt(1e300))
    expect(Object.is(cast(":int", new Real(-0.5)), 0)).toBe(true)
  })

  test("a fault says what about the value is wrong", () => {
    expect(faultOf(":bytes", "\ud800")).toContain("it holds half of a surrogate pair")
    for (const item of [-1, 256, "a", 2n ** 70n, new Real(1)] as ReadonlyArray<Value>)
      expect(faultOf(":bytes", new List("(", [0, item]))).toContain("its item 1 is")
    for (const item of [1, new List("(", ["a"]), new List("(", ["a", 1, 2]), new List("(", [1, "a"])])
      expect(faultOf(":map", new List("(", [item]))).toContain("its item 0 is")
  })

  test("a value of the type stays the same value", () => {
    const types = Object.keys(table)
    fc.assert(
      fc.property(fc.constantFrom(...types), anyValue, (type, value) => {
        if (hasType(value, type, new Map())) expect(cast(type, value)).toBe(value)
      }),
      { numRuns }
    )
  })

  test("there and back gives an equal value", () => {
    const trip = (value: Value, there: string, back: string) =>
      expect(equal(cast(back, cast(there, value)), value), print(value)).toBe(true)
    const scalarText = anyText.filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(fc.bigInt(), fc.double(), scalarText, (int, real, text) => {
        trip(cast(":int", String(int)), ":str", ":int")
        trip(new Real(real), ":str", ":real")
        trip(text, ":bytes", ":str")
        trip(text, ":symbol", ":str")
      }),
      { numRuns }
    )
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 8 }),
        fc.array(fc.tuple(anyText, anyValue), { maxLength: 4 }),
        listOf(anyInt),
        (octets, entries, list) => {
          trip(new Bytes(octets), ":list", ":bytes")
          trip(new SxsMap(new Map(entries)), ":list", ":map")
          const kind = { "(": ":list-p", "[": ":list-b", "{": ":list-c" }[list.bracket]
          for (const other of [":list-p", ":list-b", ":list-c"]) trip(list, other, kind)
        }
      ),
      { numRuns }
    )
  })
})
