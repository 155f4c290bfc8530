import { describe, expect, test } from "vitest"
import { intDigitsMax } from "../../../../compiler/1-read/atom.ts"
import type { Datum } from "../../../../compiler/1-read/datum.ts"
import { print } from "../../../../compiler/1-read/print.ts"
import { read } from "../../../../compiler/1-read/reader.ts"
import { nestingDepthMax } from "../../../../compiler/1-read/tree.ts"

const readText = (text: string) => read({ name: "test.sxs", text })
const printed = (text: string): ReadonlyArray<string> => readText(text).value.forms.map(print)
const mistakes = (text: string): ReadonlyArray<string> =>
  readText(text).diagnostics.map(({ code, span }) => `${code} ${span.start}-${span.end}`)
const only = (text: string): Datum => readText(text).value.forms[0]!

describe("numbers", () => {
  test("an int is a number up to 2^53-1 and a BigInt beyond, exactly", () => {
    expect(only("9007199254740991")).toMatchObject({ kind: "int", value: 9007199254740991 })
    expect(only("9007199254740993")).toMatchObject({ kind: "int", value: 9007199254740993n })
    expect(only("-9007199254740993")).toMatchObject({ kind: "int", value: -9007199254740993n })
    expect(only("+0000000000000000000000005")).toMatchObject({ kind: "int", value: 5 })
  })

  test("an int has no negative zero, a real has", () => {
    expect(Object.is((only("-0") as { value: number }).value, 0)).toBe(true)
    expect(Object.is((only("-0.0") as { value: number }).value, -0)).toBe(true)
  })

  test("signs, points and exponents alone are symbols", () => {
    expect(readText("+ - . -. e5 .e5 inf -nan +nan").value.forms.map((form) => form.kind)).toEqual(
      Array(9).fill("symbol")
    )
  })

  test("an int may have as many digits as the bound says and no more", () => {
    expect(mistakes("9".repeat(intDigitsMax + 2))).toEqual([`SXS1003 0-${intDigitsMax + 2}`])
    expect(mistakes("9".repeat(1000))).toEqual([])
  })

  test("a long number with a mistake at its end is refused in linear time", () => {
    expect(mistakes(`${"1".repeat(300_000)}x`)).toEqual(["SXS1002 0-300001"])
  })
})

describe("spaces", () => {
  test.each([
    ["ab(c)", "SXS1001 2-3"],
    ['7"x"', "SXS1001 1-2"],
    ["ab{c}", "SXS1001 2-3"],
    ['"x"7', "SXS1001 3-4"],
    ['"a""b""c"', "SXS1001 3-4"],
    ['"a"\'b', "SXS1001 3-4"]
  ])("%s lacks one", (text, mistake) => {
    expect(mistakes(text)).toEqual([mistake])
  })

  test.each(["(a)(b)", '(a)"b"', "(a)b", "'(a)", '@"x"', "(a);c", '"a";c', "a;c", "a\u00a0b", "a\u2028b", "\ufeffa"])(
    "%j lacks none",
    (text) => {
      expect(mistakes(text)).toEqual([])
    }
  )

  test("other Unicode spaces belong to the symbol", () => {
    expect(only("a\u3000b")).toMatchObject({ kind: "symbol", name: "a\u3000b" })
  })
})

describe("brackets", () => {
  test.each([
    ["(foo (bar] baz)", "SXS1010 9-10", "(foo (bar) baz)"],
    ["(a ] b)", "SXS1009 3-4", "(a b)"],
    ["(a [b ) c])", "SXS1009 6-7", "(a [b c])"],
    ["(a (b [c) d))", "SXS1010 8-9", "(a (b [c] d))"],
    ["(a [b {c )", "SXS1010 9-10", "(a [b {c}])"],
    ["(a (b (c", "SXS1011 6-7", "(a (b (c)))"],
    ["(a)))", "SXS1009 3-5", "(a)"],
    ["(a '[b 'c)", "SXS1010 9-10", "(a '[b 'c])"]
  ])("%s is one mistake", (text, mistake, meant) => {
    expect(mistakes(text)).toEqual([mistake])
    expect(printed(text)).toEqual([meant])
  })

  test("each form with a mistake has its own message, and those between are read", () => {
    const text = "(def a 1))\n(def b (f 2)\n(def c 3)\n(def d [4)\n(def e 5)"
    expect(mistakes(text)).toEqual(["SXS1009 9-10", "SXS1011 11-12", "SXS1010 43-44"])
    expect(printed(text)).toEqual(["(def a 1)", "(def b (f 2))", "(def c 3)", "(def d [4])", "(def e 5)"])
  })

  test("closing brackets too many are reported together when they touch, else each by itself", () => {
    expect(mistakes("a )]) b")).toEqual(["SXS1009 2-5"])
    expect(mistakes("a ) ) b")).toEqual(["SXS1009 2-3", "SXS1009 4-5"])
  })

  test("forms in column 1 inside a bracket are no mistake, and one bracket more is one", () => {
    expect(mistakes("[\n(a)\n(b)\n]")).toEqual([])
    expect(mistakes("[\n(a\n(b)\n]")).toEqual(["SXS1010 9-10"])
  })

  test("an unclosed bracket names the line whose indentation tells where", () => {
    const { diagnostics } = readText("(defn f (x)\n  (log (str x)\n  (log 1))\n(def b 2)")
    expect(diagnostics[0]?.related?.map(({ span }) => span.start)).toEqual([14])
  })
})

describe("texts", () => {
  test("a forgotten quote is one mistake, and the texts behind it are read as they were meant", () => {
    const text = '(def a "hello)\n(def b "world")\n(def c "!")'
    expect(mistakes(text)).toEqual(["SXS1005 7-13"])
    expect(printed(text)).toEqual(['(def a "hello")', '(def b "world")', '(def c "!")'])
  })

  test("a text with code in column 1 stays whole when another one is never closed", () => {
    const text = '(doc "for example\n(f 1)\n")\n(log "oops)\n'
    expect(mistakes(text)).toEqual(["SXS1005 32-37"])
  })

  test("brackets that an unclosed text may have swallowed are not reported", () => {
    expect(mistakes('(log "abc (foo\n bar))\n(log 1)')).toEqual(["SXS1005 5-14"])
    expect(mistakes('(log "abc ; (open\n')).toEqual(["SXS1005 5-17"])
  })

  test("an unclosed text right behind a name is one mistake", () => {
    expect(mistakes('abc"hello')).toEqual(["SXS1005 3-9"])
  })

  test("an escape may stand for any code, also for half of a surrogate pair", () => {
    expect(only('"\\u{d83d}\\u{de00}\\u{0}\\u{10ffff}"')).toMatchObject({ value: "😀\0\u{10ffff}" })
  })
})

describe("prefixes", () => {
  test("a prefix wraps one datum and may stand away from it", () => {
    expect(printed("' x ''y @ ;c\n(z) # (d)")).toEqual(["'x", "''y", "@(z)", "#(d)"])
  })

  test("a prefix with nothing behind it is left out", () => {
    expect(mistakes("(a '')")).toEqual(["SXS1006 4-5"])
    expect(printed("(a '')")).toEqual(["(a)"])
  })

  test("a directive without its bracket is one mistake", () => {
    expect(mistakes("#name(x)")).toEqual(["SXS1007 0-1"])
    expect(printed("#name(x)")).toEqual(["name", "(x)"])
  })
})

describe("depth and size", () => {
  const nested = (depth: number, inner = ""): string => "(".repeat(depth) + inner + ")".repeat(depth)

  test("a hundred thousand brackets are one diagnostic at the first one that is too deep, not an overflow", () => {
    expect(mistakes(nested(100_000))).toEqual([`SXS1008 ${nestingDepthMax}-${nestingDepthMax + 1}`])
    expect(mistakes(`${"'".repeat(100_000)}x`)).toEqual([`SXS1008 ${nestingDepthMax}-${nestingDepthMax + 1}`])
  })

  test("the part that is too deep is left out, its neighbours stay, and each such part is reported", () => {
    const text = nested(nestingDepthMax, "a (b (c)) d '(e) f")
    expect(mistakes(text).map((mistake) => mistake.slice(0, 7))).toEqual(["SXS1008", "SXS1008"])
    expect(printed(text)).toEqual([nested(nestingDepthMax, "a d f")])
  })

  // Each of these is finished at once in linear time and runs into the time limit of the test in quadratic time.
  test.each([
    ["openers only", "(".repeat(200_000)],
    ["closers of another kind", "(".repeat(100_000) + "]".repeat(100_000)],
    ["strays apart", ") ".repeat(100_000)],
    ["wrong pairs", "(]\n".repeat(60_000)],
    ["escaped quotes behind an unclosed text", '"\n\\'.repeat(100_000)],
    ["escaped quotes inside a doubtful text", `${'"\n\\'.repeat(100_000)}"x`],
    ["unclosed openers in column 1", "(a\n".repeat(60_000)]
  ])("a large source of %s is read", (_, text) => {
    expect(readText(text).diagnostics.length).toBeGreaterThan(0)
  })
})

describe("comments", () => {
  test("are kept with their place, without the carriage return", () => {
    expect(readText("a ; one\r\n;; two").value.comments).toEqual([
      { text: "; one", span: { start: 2, end: 7 } },
      { text: ";; two", span: { start: 9, end: 15 } }
    ])
  })

  test("a semicolon in a text begins none", () => {
    expect(readText('"a;b"').value.comments).toEqual([])
  })
})
