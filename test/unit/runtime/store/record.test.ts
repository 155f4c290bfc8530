import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { seal, unseal } from "../../../../runtime/store/record.ts"
import { StoreUnavailable } from "../../../../runtime/store/store.ts"

const anyText = fc.string({ unit: "binary", maxLength: 20 })

const refusal = (key: string, record: string): StoreUnavailable => {
  try {
    unseal(key, record)
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return cause
    throw cause
  }
  return assert.fail("accepted")
}

describe("record", () => {
  it("has its golden form", () => {
    assert.strictEqual(seal("n1/u/key", '"value"'), '101ba0224"value"')
  })

  it("gives back what was sealed", () => {
    fc.assert(
      fc.property(anyText, anyText, (key, payload) => {
        assert.strictEqual(unseal(key, seal(key, payload)), payload)
      }),
      { numRuns: 500 }
    )
  })

  it("of another key, or with any changed character, is damaged", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.nat(), fc.integer({ min: 1, max: 0x7f }), (key, payload, at, by) => {
        const record = seal(key, payload)
        assert.strictEqual(refusal(`${key}x`, record).reason, "damaged")
        const place = 1 + (at % (record.length - 1))
        const changed =
          record.slice(0, place) + String.fromCharCode(record.charCodeAt(place) ^ by) + record.slice(place + 1)
        if (!changed.isWellFormed()) return
        assert.strictEqual(refusal(key, changed).reason, "damaged")
        assert.strictEqual(refusal(key, record.slice(0, -1)).reason, "damaged")
      }),
      { numRuns: 1000 }
    )
  })

  it("a key's end does not count as its payload's beginning", () => {
    const record = seal("ab", "c")
    assert.strictEqual(refusal("a", `${record.slice(0, 9)}bc`).reason, "damaged")
  })

  it("of an unknown version is of another format, and both name the key", () => {
    const error = refusal("n1/u/key", `2${seal("n1/u/key", "x").slice(1)}`)
    assert.strictEqual(error.reason, "format")
    assert.include(error.detail, "n1/u/key")
    assert.include(refusal("n1/u/key", "").detail, "n1/u/key")
  })

  it("half a surrogate pair is not sealed, for the store would change it", () => {
    assert.throws(() => seal("k", "\ud800"), /well-formed/)
  })
})
