import { describe, expect, test } from "vitest"
import { Fault, faultCodes } from "../../../runtime/errors.ts"
import { Bytes, ErrorValue, List, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { chanceLibrary, pureLibrary } from "../../../stdlib/impl/library.ts"
import { library } from "../../../stdlib/signatures/index.ts"
import type { TypeName } from "../../../stdlib/signatures/signature.ts"
import { call, paren } from "./support.ts"

const faultOf = (run: () => unknown): Fault => {
  try {
    run()
  } catch (cause) {
    if (cause instanceof Fault) return cause
    throw cause
  }
  throw new Error("nothing was thrown")
}

const fitting: Partial<Record<TypeName, Value>> = {
  ":int": 1,
  ":number": 1,
  ":str": "text",
  ":list": new List("(", [1]),
  ":map": new SxsMap(new Map()),
  ":bytes": new Bytes(new Uint8Array([1])),
  ":any": new List("(", [1])
}

const typed = library.flatMap((signature) => {
  if (!pureLibrary.has(signature.name) && !chanceLibrary.has(signature.name)) return []
  const params = [...signature.params, ...(signature.rest === undefined ? [] : [signature.rest])]
  return params.flatMap((param, index) => (param.type === ":any" ? [] : [{ name: signature.name, params, index }]))
})

describe("faults", () => {
  test.for(typed)("$name refuses an error value as its argument $index", ({ name, params, index }) => {
    const args = params.map((param, i) => (i === index ? new ErrorValue("no such thing") : fitting[param.type]!))
    const { code, message } = faultOf(() => (pureLibrary.get(name) ?? chanceLibrary.get(name))!(...args))
    expect(code).toBe(faultCodes.argument)
    const names = library.find((signature) => signature.name === name)!.aliases ?? [name]
    expect(names.filter((shown) => message.startsWith(`(${shown} `))).toHaveLength(1)
    expect(message).toContain("expected a")
    expect(message).toContain('got the error value @"no such thing"')
  })

  test("a message names the function, the argument and what it got", () => {
    const message = (name: string, ...args: Array<Value>) => faultOf(() => call(name, ...args)).message
    expect(message("core/list/first", 5)).toBe("(list/first 5): expected a list, got the int 5")
    expect(message("core/list/take", paren(1, 2), "x")).toBe(
      '(list/take (1 2) "x"): expected a count (an int from 0 to 9007199254740991) as argument 2, got the text "x"'
    )
    expect(message("core/str/split", "a", "")).toBe(
      '(str/split "a" ""): expected a text that is not empty as argument 2, got the text ""'
    )
    expect(message("core/list/range", 1, 2, 0)).toBe(
      "(list/range 1 2 0): expected an int other than 0 as argument 3, got the int 0"
    )
    expect(message("core/list/put", paren(), 0, 1)).toBe("(list/put () 0 1): there is no index in something empty")
    expect(message("core/list/at!", 2, paren(7, 8))).toBe("(at! 2 (7 8)): the index 2 is not from 0 to 1")
    expect(message("core/list/concat", 5)).toBe("(concat 5): expected a list or a text, got the int 5")
    expect(message("core/str/len", null)).toBe("(str/len none): expected a text, got none")
  })

  test("a message shows a little of what is long or deep", () => {
    let deep: Value = 1
    for (let i = 0; i < 10_000; i++) deep = paren(deep, deep)
    const long = paren("x".repeat(1_000_000), ...Array.from({ length: 1000 }, () => deep))
    const map = new SxsMap(new Map(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, long])))
    for (const value of [deep, long, map]) {
      expect(faultOf(() => call("core/str/len", value)).message.length).toBeLessThan(6000)
    }
  })

  test("insist passes a value on and makes a fault of an error value", () => {
    expect(call("core/util/insist", null)).toBe(null)
    const fault = faultOf(() => call("core/util/insist", new ErrorValue("key not found", "3:7")))
    expect(fault.message).toBe("insist: got the error value @key not found, made at 3:7")
    expect([fault.code, fault.data]).toEqual([faultCodes.insist, "key not found"])
  })
})

describe("bounds", () => {
  const half = "x".repeat(2 ** 23)
  const manyLines = "\n".repeat(2 ** 20 + 1)
  const million = new List(
    "(",
    Array.from({ length: 2 ** 20 }, () => 0)
  )

  test("a text of more than 16 Mi units is refused before it is made", () => {
    const calls: ReadonlyArray<readonly [string, ...Array<Value>]> = [
      ["core/str/repeat", "ab", 2 ** 40],
      ["core/str/repeat", "a", 2 ** 24 + 1],
      ["core/str/pad-left", "", 2 ** 24 + 1],
      ["core/str/pad-right", "a", 2 ** 50, "ab"],
      ["core/str/str", half, half, "x"],
      ["core/str/join", paren(half, half), ","],
      ["core/str/join", million, "x".repeat(16)],
      ["core/str/replace", half, "x", "xxx"],
      ["core/str/upper", "ß".repeat(2 ** 23 + 1)],
      ["core/list/concat", half, half, "x"]
    ]
    for (const [name, ...args] of calls) {
      const fault = faultOf(() => call(name, ...args))
      expect(fault.code, name).toBe(faultCodes.tooLarge)
      expect(fault.message, name).toMatch(/the text would have \d+ characters, and at most 16777216 are allowed/)
    }
    expect((call("core/str/repeat", "ab", 2 ** 23) as string).length).toBe(2 ** 24)
  })

  test("a list of more than 2^20 items is refused before it is made", () => {
    const calls: ReadonlyArray<readonly [string, ...Array<Value>]> = [
      ["core/list/range", 0, 2 ** 20 + 1],
      ["core/list/range", 0, 2n ** 200n, 3],
      ["core/list/append", million, 1],
      ["core/list/concat", million, paren(1)],
      ["core/list/flatten", paren(million, million)],
      ["core/list/zip", million, million],
      ["core/str/chars", manyLines],
      ["core/str/split", manyLines, "\n"],
      ["core/str/lines", manyLines]
    ]
    for (const [name, ...args] of calls) {
      const fault = faultOf(() => call(name, ...args))
      expect(fault.code, name).toBe(faultCodes.tooLarge)
      expect(fault.message, name).toMatch(/the list would have \d+ items, and at most 1048576 are allowed/)
    }
    expect((call("core/list/range", 0, 2 ** 20) as List).size).toBe(2 ** 20)
  })
})
