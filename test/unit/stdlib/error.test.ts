import { describe, expect, test } from "vitest"
import { ErrorValue, Sym, type Value } from "../../../runtime/value/value.ts"
import { list, map } from "../../support/values.ts"
import { call } from "./support.ts"

/** Asked of the error value and of its content, which must be the same. */
const asked = (name: string, content: Value): Value => {
  const answer = call(name, content)
  expect(call(name, new ErrorValue(content, "1:1"))).toEqual(answer)
  return answer
}

describe("core/error", () => {
  test.each<[content: Value, message: string, data: Value]>([
    ["no", "no", null],
    [map({ message: "no", data: 7 }), "no", 7],
    [map({ message: "no", data: map({ message: "inner" }) }), "no", map({ message: "inner" })],
    [map({ message: "no" }), "no", null],
    [map({ message: "", data: false }), "", false],
    [map({ message: 5, data: 7 }), '(map "message" 5 "data" 7)', null],
    [map({ data: 7 }), '(map "data" 7)', null],
    [list("a", 1), '("a" 1)', null],
    [Sym.of("gone"), "gone", null],
    [null, "none", null]
  ])("of %o", (content, message, data) => {
    expect(asked("core/error/message", content)).toBe(message)
    expect(asked("core/error/data", content)).toEqual(data)
  })
})
