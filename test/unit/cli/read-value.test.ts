import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { CommandFailed } from "../../../cli/exit.ts"
import { readDatum, readValue } from "../../../cli/read-value.ts"
import { symbolHint } from "../../../cli/symbol-hint.ts"
import { equal } from "../../../runtime/value/equal.ts"
import { print } from "../../../runtime/value/print.ts"
import { Bytes, ErrorValue, List, SxsMap, Sym, type Value } from "../../../runtime/value/value.ts"
import { anyValue } from "../../support/value-arbitrary.ts"

describe("a VALUE of the command line", () => {
  it("reads back what is printed, but for functions", () => {
    fc.assert(
      fc.property(
        anyValue.map((value) => print(value)).filter((text) => !text.includes("#(fn ")),
        (text) => {
          assert.strictEqual(print(readValue(text)), text)
          assert.strictEqual(print(readDatum(text)!), text)
        }
      ),
      { numRuns: 1000 }
    )
  })

  it("is the value that was printed, but for what prints alike", () => {
    fc.assert(
      fc.property(
        anyValue.filter((value) => !print(value).includes("#(fn ")),
        (value) => assert.isTrue(equal(readValue(print(value)), value))
      ),
      { numRuns: 1000 }
    )
  })

  it("is a map where a map prints so, also inside of others", () => {
    const map = new SxsMap(new Map<string, Value>([["k", new SxsMap(new Map([["__proto__", 1]]))]]))
    assert.deepStrictEqual(readValue('(map "k" (map "__proto__" 1))'), map)
    assert.deepStrictEqual(readValue('@(map "k" (map "__proto__" 1))'), new ErrorValue(map))
    assert.deepStrictEqual(readValue("(map)"), new SxsMap(new Map()))
    assert.strictEqual(print(readValue('(map "k" 1 "k" 2)')), '(map "k" 2)')
    for (const text of ['(map "k")', "(map k 1)", '[map "k" 1]', '(map "k" 1 2 3)', "(map . none)"]) {
      assert.instanceOf(readValue(text), List, text)
    }
    assert.instanceOf(readDatum('(map "k" 1)'), List, "a program reads lists")
  })

  it("is one datum, as if it stood quoted", () => {
    assert.strictEqual(readValue("12345678901234567890"), 12345678901234567890n)
    assert.strictEqual(readValue("none"), null)
    assert.strictEqual(readValue("word"), Sym.of("word"))
    assert.strictEqual(readValue("'word"), Sym.of("word"))
    assert.strictEqual(print(readValue("(a 'b [c])")), "(a (quote b) [c])")
    assert.deepStrictEqual(readValue('#(bytes "AAE=")'), new Bytes(new Uint8Array([0, 1])))
  })

  it.each(["", "1 2", '"open', "(", ")", "#(frob 1)", '#(bytes "!")', "(1 #(frob 1))", "12abc", "; note"])(
    "refuses %j as wrong usage",
    (text) => {
      try {
        readValue(text)
      } catch (error) {
        assert.instanceOf(error, CommandFailed)
        return assert.strictEqual((error as CommandFailed).exitCode, 2)
      }
      assert.fail("it was read")
    }
  )

  it("hints at texts only when a bare word was read", () => {
    assert.include(symbolHint(Sym.of("word")), `'"word"'`)
    assert.isUndefined(symbolHint("word"))
  })
})
