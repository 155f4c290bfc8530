import { assert, describe, it } from "@effect/vitest"
import type { Fault } from "../../../../runtime/errors.ts"
import { limits } from "../../../../runtime/limits.ts"
import { HeapWatch } from "../../../../runtime/task/heap-watch.ts"

/** A heap of 100 bytes: what tasks hold, what is kept for speed, and garbage. */
const makeHeap = () => {
  const tasks: Array<{ stack: { size: number; forget: () => void }; fault?: Fault | undefined }> = []
  const heap = { kept: 0, garbage: 0, collections: 0 }
  const held = () => tasks.reduce((sum, { stack }) => sum + stack.size, 0)
  const watch = new HeapWatch({
    tasks: () => tasks,
    forget: () => {
      heap.garbage += heap.kept
      heap.kept = 0
    },
    heap: {
      used: () => held() + heap.kept + heap.garbage,
      collect: () => {
        heap.garbage = 0
        heap.collections++
      },
      max: 100
    }
  })
  const add = (size: number) => {
    const stack = {
      size,
      forget: () => {
        stack.size = 0
      }
    }
    const task = { stack, fault: undefined as Fault | undefined }
    tasks.push(task)
    return task
  }
  return { heap, watch, add }
}

describe("the heap watch", () => {
  it("does nothing while there is room, and looks only every so many segments", () => {
    const { add, heap, watch } = makeHeap()
    add(90)
    for (let i = 1; i < limits.heapCheckSegments; i++) watch.afterSegment(false)
    assert.strictEqual(heap.collections, 0)
    watch.afterSegment(false)
    assert.isAbove(heap.collections, 0)
  })

  it("is content when all was garbage", () => {
    const { add, heap, watch } = makeHeap()
    const task = add(10)
    heap.garbage = 80
    watch.afterSegment(true)
    assert.deepStrictEqual([heap.collections, task.stack.size, task.fault], [1, 10, undefined])
  })

  it("forgets what can be read again before any task has to fail", () => {
    const { add, heap, watch } = makeHeap()
    const task = add(40)
    heap.kept = 40
    watch.afterSegment(true)
    assert.deepStrictEqual([heap.kept, task.stack.size, task.fault], [0, 0, undefined])
  })

  it("fails the task that holds most when that has not lasted", () => {
    const { add, watch } = makeHeap()
    const [small, large] = [add(20), add(70)]
    watch.afterSegment(true)
    small.stack.size = 20
    large.stack.size = 70
    watch.afterSegment(true)
    assert.isUndefined(small.fault)
    assert.strictEqual(large.fault?.code, "SXS6224")
  })

  it("fails no task when that has lasted for a while", () => {
    const { add, watch } = makeHeap()
    const task = add(70)
    watch.afterSegment(true)
    for (let i = 0; i < limits.heapCheckSegments; i++) watch.afterSegment(false)
    task.stack.size = 70
    watch.afterSegment(true)
    assert.isUndefined(task.fault)
  })
})
