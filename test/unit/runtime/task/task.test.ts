import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import fc from "fast-check"
import { assert, describe, it } from "vitest"
import {
  dueOf,
  isEnded,
  isRunnable,
  type TaskEvent,
  type TaskRecord,
  transition,
  type Wait
} from "../../../../runtime/task/task.ts"
import { decodeRecord, encodeRecord, newRecord, stateOf } from "../../../../runtime/task/task-record.ts"
import { transitionTable } from "../../../support/transition-table.ts"

const fresh = newRecord({ id: "work-1", bundle: "ab", function: 2, now: 10, parent: "main-1" })
const error = { message: "m", code: "SXS6001", data: null, trace: [] }

const wait: fc.Arbitrary<Wait> = fc.oneof(
  fc.constant<Wait>({ kind: "resume" }),
  fc.nat().map((until): Wait => ({ kind: "sleep", until })),
  fc.option(fc.nat()).map((until): Wait => ({ kind: "join", task: "t-2", until })),
  fc.constant<Wait>({ kind: "load", bundle: "cd" }),
  fc
    .record({ form: fc.constantFrom("all", "race", "any"), count: fc.integer({ min: 1, max: 3 }) })
    .map(({ count, form }): Wait => ({ kind: "children", form, count, left: count })),
  fc.constant<Wait>({
    kind: "scan",
    scan: { operation: "count", prefix: "p", scopeSize: 0, offset: 0, limit: null }
  })
)

const event: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.constantFrom<TaskEvent>(
    { type: "started" },
    { type: "ran out of fuel" },
    { type: "held" },
    { type: "faulted", error },
    { type: "cancelled", standing: "plain" },
    { type: "cancelled", standing: "deferring" },
    { type: "cancelled", standing: "shielded" }
  ),
  fc
    .constantFrom("done", "failed", "cancelled")
    .map((state): TaskEvent => ({ type: "child ended", child: "c-3", state })),
  fc.integer({ min: 1, max: 2 }).map((count): TaskEvent => ({ type: "children asked", count })),
  wait.map((wait): TaskEvent => ({ type: "waited", wait })),
  fc.nat().map((value): TaskEvent => ({ type: "woke", value })),
  fc.nat().map((value): TaskEvent => ({ type: "released", value })),
  fc.nat().map((result): TaskEvent => ({ type: "ended", result }))
)

/** The records that the events lead through, from a new task on. */
const walk = (events: ReadonlyArray<TaskEvent>): ReadonlyArray<TaskRecord> => {
  const records = [fresh]
  for (const [index, next] of events.entries()) {
    const outcome = transition(records.at(-1)!, next, 100 + index)
    if ("record" in outcome) records.push(outcome.record)
  }
  return records
}

const reached = (...events: ReadonlyArray<TaskEvent>) => walk(events).at(-1)!

describe("transition", () => {
  it("leads only through records that make sense", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        for (const record of walk(events)) {
          const { state } = record
          assert.strictEqual(
            state === "waiting",
            record.wait !== undefined && state !== "paused",
            "waiting is having a wait"
          )
          if (state === "paused") assert.isTrue(record.held || record.wait?.kind === "resume", "paused has a reason")
          if (record.held) assert.strictEqual(state, "paused")
          if (isEnded(state)) assert.isUndefined(record.wait)
          if (record.wait?.kind === "children") assert.isAtLeast(record.wait.left, 0)
          if (dueOf(record) !== undefined) assert.strictEqual(state, "waiting", "only a waiting task has a timer")
          if (isEnded(state)) assert.isFalse(isRunnable(record))
          assert.strictEqual(record.result !== undefined, state === "done")
          assert.strictEqual(record.error !== undefined, state === "failed")
        }
      }),
      { numRuns: 500 }
    )
  })

  it("never leaves an end", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), event, (events, last) => {
        const record = reached(...events)
        if (isEnded(record.state)) assert.deepStrictEqual(transition(record, last, 1), { refused: "ended" })
      }),
      { numRuns: 500 }
    )
  })

  it("keeps a task that can go on in the index of runnable tasks or in a wait", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        const record = reached(...events)
        const isLost = !isEnded(record.state) && !isRunnable(record) && record.wait === undefined && !record.held
        assert.isFalse(isLost)
      }),
      { numRuns: 500 }
    )
  })

  it("arms a timer anew when a held task is released, and wakes it when its wait was over", () => {
    const sleeping = reached({ type: "started" }, { type: "waited", wait: { kind: "sleep", until: 500 } })
    const held = transition(sleeping, { type: "held" }, 200)
    assert.isTrue("record" in held && dueOf(held.record) === undefined)
    if (!("record" in held)) return
    const released = transition(held.record, { type: "released", value: 1 }, 300)
    assert.isTrue(
      "record" in released && released.actions.some((action) => action.type === "arm" && action.due === 500)
    )
    const woken = transition(held.record, { type: "woke", value: 7 }, 300)
    assert.isTrue("record" in woken && woken.record.state === "paused" && woken.record.value === 7)
    if (!("record" in woken)) return
    const goesOn = transition(woken.record, { type: "released", value: 1 }, 400)
    assert.isTrue("record" in goesOn && goesOn.record.state === "running" && goesOn.record.value === 7)
  })

  it("never goes on while a child is left, and then always can", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), event, (events, last) => {
        const before = reached(...events)
        const outcome = transition(before, last, 1)
        if (!("record" in outcome) || before.wait?.kind !== "children" || before.wait.left === 0) return
        assert.strictEqual(outcome.record.wait?.kind, "children", last.type)
        const { wait } = outcome.record
        const isOver = wait?.kind === "children" && wait.left === 0
        if (isOver && outcome.record.state === "waiting") assert.isTrue(isRunnable(outcome.record))
        if (isRunnable(outcome.record) && !isRunnable(before)) assert.include(JSON.stringify(outcome.actions), "run")
      }),
      { numRuns: 2000 }
    )
  })

  it("is what the table of docs/tasks.md says", () => {
    const path = fileURLToPath(new URL("../../../../docs/tasks.md", import.meta.url))
    const page = readFileSync(path, "utf8")
    const table = /\| event \| from \| becomes \|\n(\|.*\n)+/
    if (process.env["SXS_GOLDEN"] === "write")
      writeFileSync(
        path,
        page.replace(table, () => `${transitionTable()}\n`)
      )
    else assert.strictEqual(table.exec(page)?.[0], `${transitionTable()}\n`, "SXS_GOLDEN=write writes it")
  })

  it("changes `since` with the state alone", () => {
    const running = reached({ type: "started" })
    assert.strictEqual(running.since, 100)
    const same = transition(running, { type: "ran out of fuel" }, 999)
    assert.isTrue("record" in same && same.record === running)
  })
})

describe("a task's record", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        for (const record of walk(events)) {
          const child = { ...record, isChild: true }
          for (const each of [record, child]) {
            assert.deepStrictEqual(decodeRecord(encodeRecord(each)), each)
            assert.strictEqual(stateOf(encodeRecord(each)), each.state)
          }
        }
      }),
      { numRuns: 300 }
    )
  })
})
