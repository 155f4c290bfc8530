import { assert, describe, it } from "vitest"
import { print } from "../../../../runtime/value/print.ts"
import { hasType, misfit, recordTypes } from "../../../../runtime/value/types.ts"
import { ErrorValue, type Value } from "../../../../runtime/value/value.ts"
import { list, map, real } from "../../../support/values.ts"

const records = recordTypes([
  {
    name: "item",
    fields: [
      { name: "name", type: ":str" },
      { name: "price", type: ":real" },
      { name: "tags", type: ":list" }
    ]
  },
  {
    name: "order",
    fields: [
      { name: "first", type: ":item" },
      { name: "paid", type: ":bool" }
    ]
  },
  { name: "node", fields: [{ name: "next", type: ":node" }] }
])

const item = { name: "tea", price: real(2), tags: list() }

/** Why the value is not of the type, after it was seen that it is not. */
const why = (value: Value, type: string): string => {
  assert.isFalse(hasType(value, type, records))
  return misfit(value, type, records, print)
}

describe("what a value lacks to be of a type", () => {
  it("is shown with the value when the type is no record", () => {
    assert.strictEqual(why("2", ":int"), 'expected :int, got "2"')
    assert.strictEqual(why(map({ a: 1 }), ":list"), 'expected :list, got (map "a" 1)')
    assert.strictEqual(why(5, ":item"), "expected :item, got 5")
    assert.strictEqual(why(map({ a: 1 }), ":nothing"), 'expected :nothing, got (map "a" 1)')
  })

  it("is the first field of a record that does not fit", () => {
    const got = "expected :item, got a map in which"
    assert.strictEqual(why(map({ ...item, price: 2 }), ":item"), `${got} \`price\` is the int 2, not :real`)
    assert.strictEqual(why(map({ ...item, price: 2, tags: null }), ":item"), `${got} \`price\` is the int 2, not :real`)
    assert.strictEqual(why(map({ ...item, tags: null }), ":item"), `${got} \`tags\` is none, not :list`)
    const failed = map({ ...item, name: new ErrorValue("no") })
    assert.strictEqual(why(failed, ":item"), `${got} \`name\` is the error value @"no", not :str`)
    assert.strictEqual(why(map({ name: "tea" }), ":item"), "expected :item, got a map without `price`")
  })

  it("is named with the way to it inside other records", () => {
    const got = "expected :order, got a map"
    const inside = (first: Value) => why(map({ first, paid: 1 }), ":order")
    assert.strictEqual(inside(map({ ...item, price: 2 })), `${got} in which \`first.price\` is the int 2, not :real`)
    assert.strictEqual(inside(map({ name: "", price: real(1) })), `${got} without \`first.tags\``)
    assert.strictEqual(inside("tea"), `${got} in which \`first\` is the text "tea", not :item`)
    assert.strictEqual(inside(map(item)), `${got} in which \`paid\` is the int 1, not :bool`)
  })

  it("is found however deep the records are", () => {
    let deep: Value = map({})
    for (let depth = 0; depth < 100_000; depth++) deep = map({ next: deep })
    assert.strictEqual(why(deep, ":node"), `expected :node, got a map without \`…${".next".repeat(8)}\``)
  })
})

it("records that share their parts are looked at once, however many ways lead to a part", () => {
  const depth = 60
  const pairs = recordTypes(
    Array.from({ length: depth }, (_, level) => {
      const type = level === 0 ? ":int" : `:pair-${level - 1}`
      return {
        name: `pair-${level}`,
        fields: [
          { name: "left", type },
          { name: "right", type }
        ]
      }
    })
  )
  const tower = (ground: Value): Value => {
    let made = ground
    for (let level = 0; level < depth; level++) made = map({ left: made, right: made })
    return made
  }
  assert.isTrue(hasType(tower(1), `:pair-${depth - 1}`, pairs))
  assert.isFalse(hasType(tower("1"), `:pair-${depth - 1}`, pairs))
  assert.include(misfit(tower("1"), `:pair-${depth - 1}`, pairs, print), "is the text")
})
