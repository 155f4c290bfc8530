import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { NamespaceOptions } from "../../../../runtime/index.ts"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { unseal } from "../../../../runtime/store/record.ts"
import type { Write } from "../../../../runtime/store/store.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

const keys = new Keys("1")

/** Of the step, not of its batch: user's keys, frames, locals and task records. */
const isOfStep = ({ key }: Write): boolean => /^n1\/[uflt]\//.test(key)

const shown = (write: Write): string => `${write.type} ${write.key.slice("n1/".length)}`

/** Runs the program; what each of its segments wrote, in their order. */
const stepsOf = (program: string) =>
  Effect.gen(function* () {
    const batches: Array<ReadonlyArray<Write>> = []
    const memory = makeMemory({ onCommit: (writes) => batches.push(writes.filter(isOfStep)) })
    // A commit each: else those that wait for the writer are joined.
    const { namespace } = yield* open(memory, { segmentsPerTurn: 1 })
    yield* namespace.startProgram({ bundle: compiled(program), fresh: true })
    yield* untilIdle(namespace)
    return batches
  }).pipe(Effect.scoped)

/** Those steps in which the program is in the middle of what it repeats. */
const inTheMiddle = (batches: ReadonlyArray<ReadonlyArray<Write>>) =>
  batches.filter((writes) => writes.some(({ key }) => key === keys.user("turn"))).slice(1, -1)

describe("a checkpoint", () => {
  it.effect("of a step that writes a key is two puts: the frame that changed, and the key", () =>
    Effect.gen(function* () {
      const steps = inTheMiddle(yield* stepsOf(`(for (i 0 10) (core/kv/set turn i) (core/task/checkpoint))`))
      assert.isAtLeast(steps.length, 7)
      for (const writes of steps)
        assert.sameMembers(writes.map(shown), ["put u/turn", `put ${keys.frame("test-1", 0).slice("n1/".length)}`])
    })
  )

  it.effect("touches no frame below the top, however deep the task stands", () =>
    Effect.gen(function* () {
      const program = `
        (defn deep (n :int) :int [
          (if (= n 0)
            (for (i 0 10) (core/kv/set turn i) (core/task/checkpoint))
            (deep (- n 1)))
          n
        ])
        (deep 30)`
      const steps = inTheMiddle(yield* stepsOf(program))
      assert.isAtLeast(steps.length, 7)
      for (const writes of steps)
        assert.sameMembers(writes.map(shown), ["put u/turn", `put ${keys.frame("test-1", 31).slice("n1/".length)}`])
    })
  )

  it.effect("leaves a large local alone that has not changed, and deletes it when it is dead", () =>
    Effect.gen(function* () {
      const program = `
        (def large (str/repeat "x" 5000))
        (for (i 0 10) (core/kv/set turn i) (core/task/checkpoint))
        (log (str/len large))
        (for (i 0 10) (core/kv/set turn i) (core/task/checkpoint))`
      const batches = yield* stepsOf(program)
      const steps = inTheMiddle(batches)
      // All but one: with the line of the log, its number goes into the task's record.
      const quiet = steps.filter((writes) => !writes.some(({ key }) => key === keys.task("test-1")))
      assert.strictEqual(quiet.length, steps.length - 1)
      for (const writes of quiet) {
        assert.isAtMost(writes.filter(({ type }) => type === "put").length, 2, writes.map(shown).join(", "))
      }
      const large = keys.local("test-1", 0, "large")
      const ofLarge = batches.flat().filter(({ key }) => key === large)
      assert.deepStrictEqual(
        ofLarge.map(({ type }) => type),
        ["put", "del"]
      )
    })
  )

  it.effect("holds live locals only", () =>
    Effect.gen(function* () {
      const program = `
        (def secret "do not keep")
        (log (str/len secret))
        (for (i 0 10) (core/kv/set turn i) (core/task/checkpoint))`
      const frames = inTheMiddle(yield* stepsOf(program))
        .flat()
        .flatMap((write) =>
          write.type === "put" && /^n1\/f\//.test(write.key) ? [unseal(write.key, write.value)] : []
        )
      assert.isAtLeast(frames.length, 7)
      for (const frame of frames) assert.notInclude(frame, "do not keep")
    })
  )

  it.effect("of a step that changes nothing is no commit at all", () =>
    Effect.gen(function* () {
      const program = (turns: number) => `
        (defn still () :none [(core/task/checkpoint) (core/task/checkpoint)])
        (for (i 0 ${turns}) (still) (core/kv/set turn i))`
      const [one, two] = [yield* stepsOf(program(5)), yield* stepsOf(program(6))]
      // A turn's two checkpoints differ in their places, so there are two commits of one frame each, and none of a third.
      assert.strictEqual(two.length - one.length, 2)
      const spinning = Effect.gen(function* () {
        const memory = makeMemory()
        const { namespace } = yield* open(memory, { fuelPerSlice: 10 })
        yield* namespace.startProgram({ bundle: compiled("(while true none)"), fresh: true })
        for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
        const before = memory.commitCount()
        for (let turn = 0; turn < 50; turn++) yield* Effect.yieldNow
        yield* namespace.stop
        return memory.commitCount() - before
      })
      assert.strictEqual(yield* Effect.scoped(spinning), 0)
    })
  )
})

describe("a checkpoint of a short segment", () => {
  const bundle = (program: string) => compiled(program)

  /** What the program leaves under `turn`, its lines, and the number of its commits. */
  const run = (program: string, options: Partial<NamespaceOptions> = {}) =>
    Effect.gen(function* () {
      const memory = makeMemory()
      const { namespace, texts } = yield* open(memory, options)
      const started = yield* namespace.startProgram({ bundle: bundle(program), fresh: true })
      yield* untilIdle(namespace)
      const { task } = yield* namespace.result(started.task.id)
      const under = (key: string) => {
        const record = memory.entries().find(([each]) => each === key)?.[1]
        return record === undefined ? "" : unseal(key, record)
      }
      return {
        state: task.state,
        lines: texts(),
        turn: under(keys.user("turn")),
        commits: Number(under(keys.head).split(" ")[0])
      }
    }).pipe(Effect.scoped)

  const steps = (between: string) => `(for (i 0 160) (core/kv/set turn i) ${between} (core/task/checkpoint))`

  it.effect("is passed, at most 16 times in a segment", () =>
    Effect.gen(function* () {
      const short = yield* run(steps(""))
      assert.strictEqual(short.turn, "159")
      assert.isAtLeast(short.commits, 160 / 17)
      assert.isAtMost(short.commits, 160 / 8)
    })
  )

  it.effect("ends the segment of what others may see, of what waits, and where each is a place to crash at", () =>
    Effect.gen(function* () {
      const cases = [
        yield* run(steps("(log i)")),
        yield* run(`(defn idle () :none none) ${steps("(core/task/spawn idle)")}`),
        yield* run(`(core/event/sub A 1 { none }) ${steps("(core/event/pub A 1 i)")}`),
        yield* run(steps("(core/task/flush)")),
        yield* run(`(core/task/limit {deadline 60000} ${steps("")})`),
        yield* run(steps(""), { segmentsPerTurn: 1 }),
        yield* run(steps(""), { order: () => 0 })
      ]
      for (const [index, { commits }] of cases.entries()) assert.isAtLeast(commits, 160, `case ${index}`)
    })
  )

  it.effect("lets a task that was begun before it have its turn", () =>
    Effect.gen(function* () {
      const program = `(defn other () :bool (log "other")) (core/task/spawn other) (core/task/checkpoint) (log "one")`
      const { lines } = yield* run(program)
      assert.deepStrictEqual(lines, ["other", "one"])
    })
  )

  it.effect("keeps what was written before a fault behind it", () =>
    Effect.gen(function* () {
      const { state, turn } = yield* run(
        `(core/kv/set turn 1) (core/task/checkpoint) (core/kv/set turn 2) (list/at! 5 (list))`
      )
      assert.deepStrictEqual([state, turn], ["failed", "2"])
    })
  )

  it.effect("is begun again with what comes before it when the stack overflows, which is seen by nobody", () =>
    Effect.gen(function* () {
      const program = `
        (defn deep (n :int) :int [(if (= n 0) 0 (+ 1 (deep (- n 1))))])
        (core/kv/incr turn 1) (core/task/checkpoint) (core/kv/incr turn 1)
        (log (deep 9000))`
      const { lines, turn } = yield* run(program)
      assert.deepStrictEqual([lines, turn], [["9000"], "2"])
    })
  )

  it.effect("saves where the task stands when it only computes behind that", () =>
    Effect.gen(function* () {
      const computing = (before: string) => `(core/task/flush) ${before} (for (j 0 100000) none)`
      const [with_, without] = [yield* run(computing("(core/task/checkpoint)")), yield* run(computing(""))]
      assert.strictEqual(with_.commits - without.commits, 1)
    })
  )

  /** A task that moves 1 from `a` to `b`, step after step, and one that looks whether a step was seen in part. */
  const watched = (move: string, between = "") => `
    (core/kv/set a 100) (core/kv/set b 100) (core/kv/set turn 0)
    (defn move () [(core/kv/incr a -1) ${move} (core/kv/incr b 1)])
    (defn mover () [(for (i 0 40) ${between} (move) (core/task/checkpoint)) (core/kv/set over true)])
    (defn watcher ()
      (while (not (core/kv/exists over))
        (if (= 200 (+ (core/kv/get a 0) (core/kv/get b 0))) none (core/kv/incr turn))
        (core/task/checkpoint)))
    (def w (core/task/spawn watcher))
    (core/task/join (core/task/spawn mover))
    (core/task/join w)`

  it.effect("leaves the next step as much fuel and room as any segment has, so that nobody sees it in part", () =>
    Effect.gen(function* () {
      const long = "(for (j 0 600) none)"
      const large = `(for (j 0 2) (core/kv/set big (core/str/repeat "x" 480000))) (for (j 0 2) none)`
      const small = `(core/kv/set small (core/str/repeat "x" 110000)) (core/task/checkpoint)`
      const longest = watched("(for (j 0 9300) none)", "(for (j 0 1000) none) (core/task/checkpoint)")
      for (const program of [watched(long), longest, watched(large, small)]) {
        const { state, turn } = yield* run(program)
        assert.deepStrictEqual([state, turn], ["done", "0"])
      }
    })
  )

  it.effect("ends the segment of a task that is to be cancelled there", () =>
    Effect.gen(function* () {
      const program = `
        (defn slow () (defer (core/task/sleep 1000)) none)
        (defn work () [(slow) (core/kv/set turn 1) (core/task/checkpoint) (core/kv/set turn 2) (core/task/checkpoint)])
        (def t (core/task/spawn work))
        (core/task/sleep 500)
        (core/task/cancel t)
        (core/task/join t)
        (log (core/task/state t))`
      const { lines, turn } = yield* run(program)
      assert.deepStrictEqual([lines, turn], [["cancelled"], "1"])
    })
  )

  it.effect("saves what was computed before it, which no overflow behind it does once more", () =>
    Effect.gen(function* () {
      const debugged: Array<string> = []
      const program = `
        (defn deep (n :int a :int b :int c :int d :int e :int f :int g :int h :int) :int [
          (if (= n 0) 0 (+ a b c d e f g h (deep (- n 1) b c d e f g h a)))
        ])
        (def x 0)
        (for (k 0 3)
          (for (j 0 500000) (set x (+ x 1)) (if (= 0 (% j 50000)) (debug j) none))
          (core/task/checkpoint)
          (deep 9900 1 2 3 4 5 6 7 8))`
      yield* run(program, { onDebug: (text) => void debugged.push(text) })
      assert.strictEqual(debugged.length, 30)
    })
  )
})
