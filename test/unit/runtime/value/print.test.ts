import { assert, describe, it } from "@effect/vitest"
import { display, print } from "../../../../runtime/value/print.ts"
import { Bytes, Closure, ErrorValue, List, Sym, TaskRef, type Value } from "../../../../runtime/value/value.ts"
import { faultOf, list, map, nested, real, shared } from "../../../support/values.ts"

describe("print", () => {
  it("gives what the reader takes", () => {
    const printed: ReadonlyArray<readonly [Value, string]> = [
      [null, "none"],
      [true, "true"],
      [-7, "-7"],
      [2n ** 70n, "1180591620717411303424"],
      [real(2), "2.0"],
      [real(-0), "-0.0"],
      [real(1e21), "1e+21"],
      [real(1e-7), "1e-7"],
      [real(Infinity), "+inf"],
      [real(-Infinity), "-inf"],
      [real(NaN), "nan"],
      ['a "b"\n\\', '"a \\"b\\"\\n\\\\"'],
      ["\u{1f600}\ud800\u202e", '"\u{1f600}\\u{d800}\\u{202e}"'],
      [Sym.of("core/kv/set"), "core/kv/set"],
      [Sym.of("a b"), '#(symbol "a b")'],
      [Sym.of("12"), '#(symbol "12")'],
      [Sym.of("true"), '#(symbol "true")'],
      [Sym.of(""), '#(symbol "")'],
      [list(1, "a", new List("[", [new List("{", [])])), '(1 "a" [{}])'],
      [map({ k: 1, "a b": list() }), '(map "k" 1 "a b" ())'],
      [map({}), "(map)"],
      [new Bytes(new Uint8Array([0, 1])), '#(bytes "AAE=")'],
      [new ErrorValue("not found", "3:4"), '@"not found"'],
      [new ErrorValue(list(1)), "@(1)"],
      [new TaskRef("worker-3"), '#(task "worker-3")'],
      [new Closure("0123456789abcdef", 4, [1]), "#(fn 01234567 4)"]
    ]
    for (const [value, text] of printed) assert.strictEqual(print(value), text)
  })

  it("names a function when its name is known", () => {
    assert.strictEqual(
      print(list(new Closure("h", 1, [])), () => "work"),
      "(#(fn work))"
    )
  })

  it("shows a text by itself raw, and quoted inside a container", () => {
    assert.strictEqual(display("a\n"), "a\n")
    assert.strictEqual(display(list("a\n")), '("a\\n")')
    assert.strictEqual(display(new ErrorValue("x")), '@"x"')
  })

  it("is safe at any depth, and ends early where sharing makes it endless", () => {
    assert.lengthOf(print(nested(100_000, 1)), 200_001)
    assert.strictEqual(faultOf(() => print(shared(60))).code, "SXS6004")
  })
})
