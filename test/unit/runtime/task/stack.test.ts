import fc from "fast-check"
import { assert, describe, it } from "vitest"
import { Fault } from "../../../../runtime/errors.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import type { Write } from "../../../../runtime/store/store.ts"
import { View } from "../../../../runtime/store/view.ts"
import { decodeFrame, encodeFrame, type Frame, slotNames } from "../../../../runtime/task/frame.ts"
import { Stack } from "../../../../runtime/task/stack.ts"
import { decode, encode } from "../../../../runtime/value/codec.ts"
import { List, type Value } from "../../../../runtime/value/value.ts"

const keys = new Keys("1")
const names = (frame: Frame) => frame.slots.map((_, index) => `s${index % 3}`)
const stackOn = (view: View, depth: number) =>
  new Stack({ task: "t-1", depth, view, keys, names, place: () => "it waits", isNew: false })

/** Saves the stack; what was written. */
const save = (stack: Stack, view: View, commit: number): ReadonlyArray<Write> => {
  stack.prepare()()
  return view.take(commit).writes.map((written) => written.sealed)
}

const large = new List(
  "(",
  Array.from({ length: 400 }, (_, index) => index)
)

const slot: fc.Arbitrary<Value> = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.constant(large),
  fc.string({ minLength: 1100, maxLength: 1200 }),
  fc.constant(null)
)

const frame: fc.Arbitrary<Frame> = fc.record({
  bundle: fc.constantFrom("ab", "cd"),
  function: fc.nat(3),
  pc: fc.integer({ min: -1, max: 3 }),
  slots: fc.array(slot, { maxLength: 5 })
})

/** One segment: how many frames it takes off, and what it saves. */
const segment = fc.record({ popCount: fc.nat(4), pushed: fc.array(frame, { maxLength: 4 }) })

describe("a stack", () => {
  it("reads back what a sequence of segments has left, with nothing else in the store", () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), fc.boolean(), (segments, isReloaded) => {
        const view = new View(makeMemory().store)
        let stack = stackOn(view, 0)
        const model: Array<Frame> = []
        const stored = new Set<string>()
        for (const [index, { popCount, pushed }] of segments.entries()) {
          for (let count = 0; count < popCount && model.length > 0; count++)
            assert.deepStrictEqual(stack.pop(), model.pop())
          for (const next of pushed) {
            stack.push(next)
            model.push(next)
          }
          for (const write of save(stack, view, index + 1)) {
            if (write.type === "put") stored.add(write.key)
            else stored.delete(write.key)
          }
          if (isReloaded) stack = stackOn(view, model.length)
        }
        const read = stackOn(view, model.length)
        assert.deepStrictEqual(
          model.map((_, depth) => read.at(depth)),
          model
        )
        const largeCount = model.flatMap((one) => one.slots).filter((value) => encode(value).length > 1024).length
        assert.strictEqual(stored.size, model.length + largeCount)
      }),
      { numRuns: 300 }
    )
  })

  it("writes only the frames that a segment touched, and a large local only when it changed", () => {
    const view = new View(makeMemory().store)
    const stack = stackOn(view, 0)
    const at = (pc: number, ...slots: Array<Value>): Frame => ({ bundle: "ab", function: 0, pc, slots })
    stack.push(at(0, 1))
    stack.push(at(0, large, 1))
    assert.strictEqual(save(stack, view, 1).length, 3)
    stack.pop()
    stack.push(at(1, large, 2))
    assert.deepStrictEqual(
      save(stack, view, 2).map((write) => write.key),
      [keys.frame("t-1", 1)]
    )
    stack.pop()
    stack.push(at(1, large, 2))
    assert.deepStrictEqual(save(stack, view, 3), [])
    stack.pop()
    assert.deepStrictEqual(
      save(stack, view, 4).map((write) => write.type),
      ["del", "del"]
    )
  })

  it("is as it was after a fault, and a value that cannot be stored writes nothing", () => {
    const view = new View(makeMemory().store)
    const stack = stackOn(view, 0)
    const first: Frame = { bundle: "ab", function: 0, pc: 0, slots: [1] }
    stack.push(first)
    save(stack, view, 1)
    stack.pop()
    stack.push({ ...first, slots: ["x".repeat(5 * 1024 * 1024)] })
    assert.throws(() => stack.prepare(), Fault)
    assert.isFalse(view.isDirty)
    stack.reset()
    assert.deepStrictEqual([stack.depth, stack.pop()], [1, first])
  })
})

describe("a frame", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(frame, (one) => {
        const text = encodeFrame(one, [], encode)
        assert.deepStrictEqual(
          decodeFrame(text, decode, () => null),
          one
        )
      }),
      { numRuns: 300 }
    )
  })

  it("that is malformed is recognised", () => {
    for (const text of ["", "1 2", "x 0 ab", "1 -2 ab", "1 0 ../x"]) {
      assert.isUndefined(
        decodeFrame(text, decode, () => null),
        text
      )
    }
  })

  it("gives shadowed locals names of their own", () => {
    assert.deepStrictEqual(slotNames(["a", "b", "a", "a"]), ["a", "b", "a 2", "a 3"])
  })
})
