import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { equal } from "../../../runtime/value/equal.ts"
import { print } from "../../../runtime/value/print.ts"
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
} from "../../../runtime/value/value.ts"
import { anyText, call, numRuns, paren } from "./support.ts"

const key = fc.oneof(anyText, fc.constantFrom("__proto__", "constructor", "toString", "2", "1", ""))

/** Values that have a JSON form. */
const jsonValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(normalise),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new Real(value)),
    anyText,
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new List("(", items)),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => new SxsMap(new Map(entries)))
  )
})).value

const map = (entries: Readonly<Record<string, Value>>): SxsMap => new SxsMap(new Map(Object.entries(entries)))

describe("core/json", () => {
  test.for(["core/json/print", "core/json/print-pretty"])(
    "parse undoes %s, to the kind and the order of keys",
    (name) => {
      fc.assert(
        fc.property(jsonValue, (value) => {
          const text = call(name, value)
          expect(typeof text).toBe("string")
          const back = call("core/json/parse", text)
          expect(equal(back, value)).toBe(true)
          expect(print(back)).toBe(print(value))
          expect(() => JSON.parse(text as string)).not.toThrow()
        }),
        { numRuns }
      )
    }
  )

  test("what JavaScript prints is read, and what it refuses is refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string(), fc.string({ unit: fc.constantFrom(...'[]{},:"\\1e-.0tn ') })),
        (text) => {
          const parsed = call("core/json/parse", text)
          const isJson = (() => {
            try {
              JSON.parse(text)
              return true
            } catch {
              return false
            }
          })()
          const outOfRange = parsed instanceof ErrorValue && /a real out of range/.test(String(parsed.content))
          expect(isJson && !outOfRange).toBe(!(parsed instanceof ErrorValue))
        }
      ),
      { numRuns: numRuns * 3 }
    )
  })

  const read: ReadonlyArray<readonly [text: string, printed: string]> = [
    [" \t\n\r7 ", "7"],
    ["-0", "0"],
    ["-0.0", "-0.0"],
    ["9007199254740993", "9007199254740993"],
    ["1E3", "1000.0"],
    ["1e-400", "0.0"],
    ['"\\u0041\\ud83d\\ude00\\/\\b"', '"A😀/\\u{8}"'],
    ['"\\ud800"', '"\\u{d800}"'],
    ["[]", "()"],
    ["[[],{}]", "(() (map))"],
    ['{"b":1,"a":2,"b":3}', '(map "b" 3 "a" 2)'],
    ['{"2":1,"1":2}', '(map "2" 1 "1" 2)'],
    ['{"__proto__":{"x":1}}', '(map "__proto__" (map "x" 1))']
  ]
  test.for(read)("%s is %s", ([text, printed]) => {
    expect(print(call("core/json/parse", text))).toBe(printed)
  })

  const refused: ReadonlyArray<readonly [text: string, why: string]> = [
    ["", "expected a value at line 1, column 1"],
    ["nul", "expected a value at line 1, column 1"],
    ["NaN", "expected a value at line 1, column 1"],
    ["\ufeff1", "expected a value at line 1, column 1"],
    ["1 2", "something follows the value at line 1, column 3"],
    ["[1,]", "expected a value at line 1, column 4"],
    ["[1 2]", "expected `,` or `]` at line 1, column 4"],
    ['{"a":1', "expected `,` or `}` at line 1, column 7"],
    ["{a:1}", "expected a key in quotes at line 1, column 2"],
    ['{"a" 1}', "expected `:` at line 1, column 6"],
    ['{\n  "a": tru\n}', "expected a value at line 2, column 8"],
    ['"a\nb"', "a control character in a text at line 1, column 3"],
    ['"\\x"', "an escape that JSON does not have at line 1, column 2"],
    ['"\\u12g4"', "an escape that JSON does not have at line 1, column 2"],
    ['["abc', "a text that does not end at line 1, column 2"],
    ["01", "a number that is written wrongly at line 1, column 1"],
    ["1.", "a number that is written wrongly at line 1, column 1"],
    ["+1", "expected a value at line 1, column 1"],
    ["-", "a number without digits at line 1, column 1"],
    ["1e999", "a real out of range at line 1, column 1"]
  ]
  test.for(refused)("%j is no JSON: %s", ([text, why]) => {
    expect(call("core/json/parse", text)).toEqual(new ErrorValue(`not JSON: ${why}`))
  })

  test("depth, digits and sizes are bounded", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
    expect(call("core/json/parse", nested(1000))).toBeInstanceOf(List)
    const why = "not JSON: more than 1000 arrays and objects inside each other at line 1, column 1001"
    expect(call("core/json/parse", nested(1001))).toEqual(new ErrorValue(why))
    expect(call("core/json/parse", "[".repeat(2 ** 20))).toEqual(new ErrorValue(why))
    expect(String((call("core/json/parse", "9".repeat(400_000)) as ErrorValue).content)).toContain("digits")
    expect(String((call("core/json/parse", `[${"0,".repeat(2 ** 20)}0]`) as ErrorValue).content)).toContain(
      "1048576 items"
    )

    let deep: Value = paren()
    for (let i = 1; i < 1000; i++) deep = paren(deep)
    expect(call("core/json/print", deep)).toBe(nested(1000))
    expect(String((call("core/json/print", paren(deep)) as ErrorValue).content)).toContain(
      "more than 1000 lists and maps"
    )
    // Lists that share their parts print larger than they are.
    let shared: Value = "x".repeat(1000)
    for (let i = 0; i < 20; i++) shared = paren(shared, shared)
    expect(() => call("core/json/print", shared)).toThrow("at most 16777216 are allowed")
  })

  const formless: ReadonlyArray<readonly [value: Value, what: string]> = [
    [Sym.of(":int"), "the symbol :int"],
    [new Real(Number.NaN), "the real nan"],
    [new Real(-Infinity), "the real -inf"],
    [new Bytes(new Uint8Array([1])), 'the byte string #(bytes "AQ==")'],
    [new ErrorValue("lost"), 'the error value @"lost"'],
    [new TaskRef("t-1"), 'the task #(task "t-1")'],
    [new Closure("0123456789", 3, []), "the function #(fn 01234567 3)"]
  ]
  test.for(formless)("%s has no JSON form", ([value, what]) => {
    const problem = (of: Value) => (call("core/json/print", of) as ErrorValue).content
    expect(problem(value)).toBe(`no JSON form: ${what}`)
    expect(problem(map({ a: paren(1, map({ "b c": value })) }))).toBe(`no JSON form: ${what} at .a[1]."b c"`)
  })

  test("brackets of every kind are arrays, and pretty print is indented", () => {
    expect(call("core/json/print", new List("{", [new List("[", [1])]))).toBe("[[1]]")
    const value = map({ a: paren(1, paren()), b: map({}) })
    expect(call("core/json/print-pretty", value, 1)).toBe('{\n "a": [\n  1,\n  []\n ],\n "b": {}\n}')
    expect(call("core/json/print-pretty", value, 0)).toBe('{"a":[1,[]],"b":{}}')
    expect(() => call("core/json/print-pretty", value, 17)).toThrow("expected at most 16 spaces, got 17")
  })
})
