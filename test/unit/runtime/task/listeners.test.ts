import { assert, describe, it } from "@effect/vitest"
import { Listeners } from "../../../../runtime/task/listeners.ts"

/** Some listeners of two names. */
const some = () => {
  const listeners = new Listeners<{ readonly id: number }>()
  const [one, two, three, other] = [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }] as const
  for (const listener of [one, two, three]) listeners.add("a", listener)
  listeners.add("b", other)
  return { listeners, one, two, three, other }
}

describe("listeners", () => {
  it("of a name are taken once, in their order", () => {
    const { listeners, one, other, three, two } = some()
    assert.deepStrictEqual(listeners.take("a"), [one, two, three])
    assert.deepStrictEqual(listeners.take("a"), [])
    assert.deepStrictEqual(listeners.take("b"), [other])
  })

  it("can leave, each once", () => {
    const { listeners, one, other, three, two } = some()
    assert.deepStrictEqual(
      [listeners.delete("a", two), listeners.delete("a", two), listeners.delete("b", two)],
      [true, false, false]
    )
    assert.deepStrictEqual(listeners.take("a"), [one, three])
    assert.isTrue(listeners.delete("b", other))
    assert.deepStrictEqual(listeners.takeAll(), [])
  })

  it("of all names are taken together", () => {
    const { listeners, one, other, three, two } = some()
    assert.deepStrictEqual(listeners.takeAll(), [
      ["a", one],
      ["a", two],
      ["a", three],
      ["b", other]
    ])
    assert.deepStrictEqual(listeners.take("a"), [])
  })
})
