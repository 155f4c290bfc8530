import { describe, expect, test } from "vitest"
import type { Datum } from "../../../../compiler/1-read/datum.ts"
import { read } from "../../../../compiler/1-read/reader.ts"
import { expand } from "../../../../compiler/2-expand/expand.ts"
import { type CheckedProgram, check } from "../../../../compiler/3-check/check.ts"
import { areDisjoint, describeType, mayError, typeOfDeclared } from "../../../../compiler/3-check/types.ts"
import { compileToMachines, preludeForms } from "../../../../compiler/compile.ts"
import { library } from "../../../../stdlib/signatures/index.ts"
import type { TypeName } from "../../../../stdlib/signatures/signature.ts"

const checked = (text: string): CheckedProgram => {
  const source = { name: "infer.sxs", text }
  const { diagnostics, value } = expand({
    source,
    forms: read(source).value.forms,
    prelude: preludeForms(),
    defaultName: "infer"
  })
  return check(value, diagnostics).value
}

/** The type of the result of `f`, with `!` behind it when that may be an error value. */
const resultOf = (text: string): string => {
  const { program, results } = checked(text)
  const type = results.get(program.functions.find(({ name }) => name === "f")!)!
  return `${describeType(type)}${mayError(type) ? "!" : ""}`
}

describe("results of functions are inferred", () => {
  test.each([
    ["(defn f () (+ 1 2))", ":int"],
    ["(defn f () (+ 1 2.5))", ":real"],
    ["(defn f (x) (+ 1 x))", ":number"],
    ["(defn f (x :int) (* x x))", ":int"],
    ["(defn f (x) (/ x 2))", ":real"],
    ["(defn f (x) x)", ":any"],
    ['(defn f (x) (if x 1 "one"))', ":int or :str"],
    ["(defn f (x) (if x 1))", ":none or :int"],
    ["(defn f (n) (if (= n 0) 1 (* n (f (- n 1)))))", ":number"],
    ["(defn f (n :int) (if (= n 0) 1 (* n (f (- n 1)))))", ":int"],
    ["(defn f (n) (if (= n 0) true (g (- n 1)))) (defn g (n) (if (= n 0) false (f (- n 1))))", ":bool"],
    ["(defn f () (def n 0) (while (< n 3) (set n (+ n 1))) n)", ":int"],
    ["(defn f () (def n 0) (for (x (list 1)) (set n (+ n x))) n)", ":number"],
    ['(defn f (xs) (for (x xs) (if (> x 1) (return "found"))))', ":none or :str"],
    ["(defn f () (do [(if (> $iterations 3) (done $iterations))]))", ":int"],
    ["(defn f () (core/kv/get a))", ":any!"],
    ["(defn f () (core/kv/get a 1))", ":any"],
    ['(defn f () (core/kv/get a @"none"))', ":any!"],
    ["(defn f () (try (core/kv/get a) 0))", ":any"],
    ["(defn f () (insist (core/kv/get a)))", ":any"],
    ['(defn f () (str/parse-int "1"))', ":int or :error!"],
    ['(defn f () (try (str/parse-int "1") none))', ":none or :int"],
    ["(defn f (v) (reflect v (:int v) (else 0)))", ":int"],
    ['(defn f (v) (match v (1 "a") (2 "b")))', ":str or :error!"],
    ["(defn f (v :bool) (match v (true 1) (false 2)))", ":int"],
    ["(defn f (v) (match v ((:str s) (str/len s)) (else none)))", ":none or :int"],
    ['(defn f () (fault "no"))', "no value"],
    ['(defn f (n) (if n 1 (fault "no")))', ":int"],
    ["(defn f () (while true (core/task/sleep 1)))", "no value"],
    ['(defn f () (recover 1 "failed"))', ":int or :str"],
    ["(defn f () (atomic (core/kv/incr a)))", ":int"],
    ['(defn f () (core/kv/scope "a" {1}))', ":int"],
    ["(defn f () (and 1 2.5))", ":number"],
    ['(defn f (x) (or x "a"))', ":any"],
    ["(defn f () (cast :str 5))", ":str"],
    ["(defn f () (list/map (fn (x) x) '[1 2]))", ":list-b"],
    ["(defn f () ((fn (x :int) (+ x 1)) 1))", ":int"],
    ["(defn f () (def g (fn () 1)) (g))", ":int"],
    ['(defn f (k) (def n (core/kv/get $k)) (if (= n @"key not found") 0 n))', ":any"],
    ["(defn f (c) (if c (def n 1)) n)", ":none or :int"],
    ['(defn f (c) (def n 1) (if c (set n "one")) n)', ":int or :str"],
    ['(defn f (c) (def n 1) (if c (set n "one") (set n 2.5)) n)', ":real or :str"],
    ['(defn f (c) (def n (core/kv/get a)) (if c (if (= n @"late") (return 0))) n)', ":any!"],
    ["(defn f (& more) more)", ":list-p"],
    ["#(form p {x :int}) (defn f () (p 1))", ":p"],
    ["#(form p {x :int}) (defn f () (p/x (p 1)))", ":int"]
  ])("%s gives %s", (text, type) => {
    expect(resultOf(text)).toBe(type)
  })

  test("many that call each other in a ring", () => {
    const ring = Array.from(
      { length: 50 },
      (_, i) => `(defn f${i} (x) (if x ${i % 2 === 0 ? i : `"${i}"`} (f${(i + 1) % 50} x)))`
    )
    expect(resultOf(`${ring.join("\n")}\n(defn f (x) (f0 x))`)).toBe(":int or :str")
  })
})

describe("what is not certain is checked at run time, and nothing else", () => {
  const checksOf = (text: string): ReadonlyArray<string> => [...checked(text).checks.values()].map(({ what }) => what)

  test.each([
    ["(defn add (n :int) n)\n(add 1)", []],
    ["(defn add (n :int) n)\n(add (core/kv/get a 0))", ["`n` of `add`"]],
    ['(defn add (n :int) n)\n(add (if (core/kv/exists a) 1 "one"))', ["`n` of `add`"]],
    ["(defn add (x) :int x)\n(add 1)", ["the result of `add`"]],
    ["(defn add (x) :int (+ x 1))\n(add 1)", ["the result of `add`"]],
    ["(defn add (x :int) :int (+ x 1))\n(add 1)", []],
    ["(defn add (x) :int (if (= x 0) 0 (add x)))\n(add 1)", []],
    ["(defn add (x) :int (if (= x 0) x (return x)))\n(add 1)", ["the result of `add`", "the result of `add`"]],
    ["(defn add (x) :int (reflect x (:int x) (else 0)))\n(add 1)", []],
    ["(log ((fn (x) :int x) 1))", ["the result of this function"]],
    ["(defn f () :int (defer (log 1)) (core/kv/get a 0))\n(f)", ["the result of `f`"]]
  ] as ReadonlyArray<readonly [string, ReadonlyArray<string>]>)("%s", (text, expected) => {
    expect(checksOf(text)).toEqual(expected)
  })

  test("an ascription is left out where the type is known", () => {
    const form = "#(form p {x :int})\n"
    // Each record function has one for its own parameter.
    const before = checked(form).needless.size
    expect(checked(`${form}(log (cast :p (p 1)))`).needless.size).toBe(before + 1)
    expect(checked(`${form}(log (cast :p (core/kv/get a 0)))`).needless.size).toBe(before)
    expect(checked(`${form}(log (cast :any 1))`).needless.size).toBe(before + 1)
  })
})

/** The type of a printed value, as far as its first word tells. */
const typeOfPrinted = (datum: Datum | undefined): TypeName | undefined => {
  switch (datum?.kind) {
    case "int":
      return ":int"
    case "real":
      return ":real"
    case "string":
      return ":str"
    case "error":
      return ":error"
    case "symbol":
      return datum.name === "none" ? ":none" : /^(true|false)$/.test(datum.name) ? ":bool" : undefined
    case "list":
      return datum.bracket === "(" && datum.items[0]?.kind === "symbol" ? undefined : ":list"
    default:
      return undefined
  }
}

test("library examples give values of the types that their calls are said to have", () => {
  const wrong: Array<string> = []
  for (const { example, yields } of library) {
    const expected = typeOfPrinted(read({ name: "yields.sxs", text: yields ?? "" }).value.forms[0])
    if (expected === undefined) continue
    const type = checked(`(defn f () ${example})`)
    const result = type.results.get(type.program.functions.find(({ name }) => name === "f")!)!
    if (areDisjoint(result, typeOfDeclared(expected)))
      wrong.push(`${example} is ${expected}, not ${describeType(result)}`)
  }
  expect(wrong).toEqual([])
})

describe("a program with type errors that is to run all the same", () => {
  const source = {
    name: "wrong.sxs",
    text: '(defn double (n :int) (* n 2))\n(log (double "2"))\n(log (+ 1 (core/kv/get n)))'
  }

  test("is compiled, with warnings, and checks what it cannot trust", () => {
    expect(compileToMachines(source).value).toBe(undefined)
    const { diagnostics, value } = compileToMachines(source, { noCheck: true })
    expect(value).not.toBe(undefined)
    expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "warning SXS3003",
      "warning SXS3008"
    ])
    expect([...checked(source.text).checks.values()].map(({ what }) => what)).toEqual(["`n` of `double`"])
  })
})
