import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Namespace } from "../../runtime/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { StoreUnavailable } from "../../runtime/store/store.ts"
import { open, untilIdle } from "../support/namespace.ts"
import { transferBundle } from "../support/transfer-bundle.ts"

type Entries = ReadonlyArray<readonly [string, string]>

/** What must be the same however often the program was interrupted. */
const finalState = (namespace: Namespace) =>
  Effect.gen(function* () {
    const logs: Array<string> = []
    const tasks = yield* namespace.tasks({ limit: 100 })
    for (const task of tasks) {
      for (const line of yield* namespace.logs(task.id, { limit: 100 }))
        logs.push(`${task.id} ${line.seq} ${line.text}`)
    }
    const { result } = yield* namespace.inspect("transfer-1")
    return {
      logs,
      result,
      states: tasks.map(({ id, state }) => `${id} ${state}`),
      kv: yield* namespace.kv.list("", 0, 100)
    }
  })

/** Runs the program to its end, with a copy of the store after each commit. */
const runStraight = Effect.gen(function* () {
  const crashes: Array<{ readonly entries: Entries; readonly shownCount: number }> = []
  const shown: Array<string> = []
  const memory = makeMemory({ onCommit: () => crashes.push({ entries: memory.entries(), shownCount: shown.length }) })
  const { namespace } = yield* open(memory, { output: (line) => void shown.push(line.text) })
  yield* namespace.startProgram({ bundle: transferBundle, fresh: false })
  yield* untilIdle(namespace)
  return { crashes, shown, final: yield* finalState(namespace), left: memory.entries() }
}).pipe(Effect.scoped)

/** Starts the program if the crash left nothing of it. */
const goOn = Effect.fnUntraced(function* (namespace: Namespace) {
  if ((yield* namespace.countTasks({ upTo: 1 })) > 0) yield* namespace.recover
  else yield* namespace.startProgram({ bundle: transferBundle, fresh: false })
})

const resumeFrom = (entries: Entries) =>
  Effect.gen(function* () {
    const { namespace, texts } = yield* open(makeMemory({ entries }))
    const taken = (yield* namespace.kv.get("a")) as number
    yield* goOn(namespace)
    yield* untilIdle(namespace)
    return { texts: texts(), final: yield* finalState(namespace), taken }
  }).pipe(Effect.scoped)

describe("a program interrupted after any commit", () => {
  it.effect("ends as if nothing had happened", () =>
    Effect.gen(function* () {
      const straight = yield* runStraight
      assert.strictEqual(straight.final.result, 2151)
      assert.deepStrictEqual(straight.shown.filter((text) => text.startsWith("turn")).length, 6)
      assert.isAbove(straight.crashes.length, 12)
      for (const [commit, crash] of straight.crashes.entries()) {
        const resumed = yield* resumeFrom(crash.entries)
        assert.deepStrictEqual(resumed.final, straight.final, `crash after commit ${commit}`)
        const seen = [...straight.shown.slice(0, crash.shownCount), ...resumed.texts]
        for (const line of straight.shown) assert.include(seen, line, `crash after commit ${commit}: a line is lost`)
      }
    })
  )

  it.effect("and interrupted again and again, commit by commit, makes progress", () =>
    Effect.gen(function* () {
      const straight = yield* runStraight
      for (const commitsPerLife of [2, 3, 5]) {
        let entries: Entries = []
        let lives = 0
        for (let isDone = false; !isDone; lives++) {
          assert.isBelow(lives, 200, "no progress")
          const life = yield* liveFor(entries, commitsPerLife)
          entries = life.entries
          isDone = life.isDone
        }
        assert.isAbove(lives, 2)
        const last = yield* resumeFrom(entries)
        assert.deepStrictEqual(last.final, straight.final, `${commitsPerLife} commits per life`)
      }
    })
  )

  it.effect("leaves no half of a segment behind", () =>
    Effect.gen(function* () {
      const straight = yield* runStraight
      for (const [commit, crash] of straight.crashes.entries()) {
        const { namespace } = yield* open(makeMemory({ entries: crash.entries }))
        const [a, b] = [yield* namespace.kv.get("a"), yield* namespace.kv.get("b")]
        if (typeof a === "number") assert.strictEqual(-a, b as number, `commit ${commit}`)
      }
    }).pipe(Effect.scoped)
  )

  it.effect("leaves neither frames nor timers nor output behind when it has ended", () =>
    Effect.gen(function* () {
      const { left } = yield* runStraight
      const spaces = new Set(left.map(([key]) => /^n1\/(\w)/.exec(key)?.[1]))
      for (const space of ["f", "l", "w", "r", "j", "o"]) assert.isFalse(spaces.has(space), space)
    })
  )
})

/** One life of the process: it sees the store fail after so many commits. */
const liveFor = (entries: Entries, commits: number) =>
  Effect.gen(function* () {
    let count = 0
    let kept: Entries = entries
    const memory = makeMemory({
      entries,
      onCommit: () => {
        count++
        kept = memory.entries()
        if (count === commits) memory.failNextCommit(full)
      }
    })
    const { namespace } = yield* open(memory)
    const run = Effect.andThen(goOn(namespace), untilIdle(namespace))
    const isDone = yield* Effect.match(run, { onSuccess: () => true, onFailure: () => false })
    return { entries: kept, isDone }
  }).pipe(Effect.scoped)

const full = new StoreUnavailable({ operation: "commit", reason: "full", detail: "simulated" })
