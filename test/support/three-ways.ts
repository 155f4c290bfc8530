import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { hashOf } from "../../runtime/bundle/loader.ts"
import type { Namespace } from "../../runtime/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { StoreUnavailable } from "../../runtime/store/store.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { compiled, open, withTime } from "./namespace.ts"
import { interpret, type Outcome, printed } from "./reference/interpret.ts"
import type { Entries } from "./run-to-end.ts"

/** What can be seen when nothing runs any more, in the words of the reference. */
const outcomeOf = Effect.fnUntraced(function* (namespace: Namespace): Effect.fn.Return<Outcome, unknown> {
  const tasks = yield* namespace.tasks({ limit: 1000 })
  const linesOf = (id: string) =>
    Effect.map(namespace.logs(id, { limit: 1000 }), (lines) => lines.map((line) => line.text))
  // Ids end with the number of the task: the first one is the main task.
  const main = tasks.find(({ id }) => id.endsWith("-1"))!
  const { task, result, error } = yield* namespace.inspect(main.id)
  const otherLines: Array<string> = []
  for (const { id } of tasks) if (id !== main.id) otherLines.push(...(yield* linesOf(id)))
  const keys = (yield* namespace.kv.list("", 0, 1000)).filter(([key]) => !key.startsWith("fn:"))
  assert.include(["done", "failed"], task.state)
  return {
    end: error === undefined ? { result: printed(result ?? null) } : { code: error.code, message: error.message },
    tasks: tasks.length,
    lines: yield* linesOf(main.id),
    otherLines: otherLines.sort(),
    keys: keys.map(([key, value]) => `${key} = ${printed(value)}`).sort()
  }
})

const runStraight = (bundle: Bundle) =>
  Effect.gen(function* () {
    const { namespace, texts } = yield* open(makeMemory())
    yield* namespace.startProgram({ bundle, fresh: false })
    yield* withTime(namespace.idle)
    return { outcome: yield* outcomeOf(namespace), shown: texts() }
  }).pipe(Effect.scoped)

/** The same program, whose main function can also be called from outside. */
const callable = ({ code, manifest, map }: Bundle): Bundle => {
  const exports = [{ name: "main", function: 0 }]
  const text = code.replace(JSON.stringify(manifest), JSON.stringify({ ...manifest, exports }))
  assert.notStrictEqual(text, code)
  return { hash: hashOf(text), code: text, manifest: { ...manifest, exports }, map }
}

/** Calls its main function; with `crashes` the process ends behind the first commit of that, which is all of the first segment. */
const runCalled = Effect.fnUntraced(function* (bundle: Bundle, crashes: boolean) {
  let kept: Entries | undefined
  let isCalled = false
  const memory = makeMemory({
    onCommit: () => {
      if (!crashes || !isCalled || kept !== undefined) return
      kept = memory.entries()
      memory.failNextCommit(new StoreUnavailable({ operation: "commit", reason: "full", detail: "the life is over" }))
    }
  })
  const { namespace } = yield* open(memory)
  yield* namespace.install(bundle)
  // Tasks run from then on.
  yield* Effect.exit(namespace.call({ bundle: bundle.hash, name: "no such function", args: [] }))
  isCalled = true
  const called = namespace.call({ bundle: bundle.hash, name: "main", args: [] })
  yield* Effect.exit(Effect.andThen(called, withTime(namespace.idle)))
  if (!crashes) return yield* outcomeOf(namespace)
  assert.isDefined(kept)
  const again = yield* open(makeMemory({ entries: kept! }))
  yield* again.namespace.recover
  yield* withTime(again.namespace.idle)
  return yield* outcomeOf(again.namespace)
}, Effect.scoped)

interface Life {
  readonly entries: Entries
  /** The lines that it has shown. */
  readonly shown: ReadonlyArray<string>
  readonly outcome: Outcome | undefined
}

/** One life of the process: it begins with what the store holds, and ends behind its next commit unless it is the last. */
const liveOnce = Effect.fnUntraced(function* (entries: Entries, bundle: Bundle, isLast: boolean) {
  let kept: Entries | undefined
  const memory = makeMemory({
    entries,
    onCommit: () => {
      if (isLast) return
      kept ??= memory.entries()
      memory.failNextCommit(new StoreUnavailable({ operation: "commit", reason: "full", detail: "the life is over" }))
    }
  })
  const { namespace, texts } = yield* open(memory, isLast ? {} : { fuelPerSlice: 1, segmentsPerTurn: 1 })
  const goOn = Effect.gen(function* () {
    if ((yield* namespace.countTasks({ upTo: 1 })) > 0) yield* namespace.recover
    else yield* namespace.startProgram({ bundle, fresh: false })
    yield* withTime(namespace.idle)
  })
  const isDone = isLast
    ? yield* Effect.as(goOn, true)
    : yield* Effect.match(goOn, { onSuccess: () => true, onFailure: () => false })
  const outcome = isDone ? yield* outcomeOf(namespace) : undefined
  const life: Life = { entries: kept ?? entries, shown: texts(), outcome }
  return life
}, Effect.scoped)

/** Runs the program with as many suspensions as there can be, and from the store in a new namespace behind each of them. It
 * has so many lives; from then on it runs undisturbed. */
const runInterrupted = Effect.fnUntraced(function* (bundle: Bundle, livesMax: number) {
  let life: Life = { entries: [], shown: [], outcome: undefined }
  const shown = new Set<string>()
  let lives = 0
  while (life.outcome === undefined) {
    life = yield* liveOnce(life.entries, bundle, ++lives > livesMax)
    for (const line of life.shown) shown.add(line)
  }
  return { outcome: life.outcome, shown, lives }
})

/** Runs a program straight, by a call, interrupted at each suspension point, and by the reference: all must agree. Yields how
 * many lives the interrupted run took, at most `livesMax` and a last one that is not interrupted. */
export const agrees = Effect.fnUntraced(function* (text: string, name: string, livesMax: number) {
  const bundle = compiled(text, name)
  const expected = interpret(name, text)
  const logged = [...expected.lines, ...expected.otherLines]
  const straight = yield* runStraight(bundle)
  assert.deepStrictEqual(straight.outcome, expected, "run straight, against the reference")
  assert.sameMembers([...straight.shown], logged, "what is shown is what was logged")
  for (const crashes of [false, true])
    assert.deepStrictEqual(yield* runCalled(callable(bundle), crashes), expected, `called, crashes: ${crashes}`)
  const { outcome, shown, lives } = yield* runInterrupted(bundle, livesMax)
  assert.deepStrictEqual(outcome, expected, "interrupted everywhere, against the reference")
  assert.sameMembers([...shown], [...new Set(logged)], "interrupted everywhere, what is shown")
  return lives
})
