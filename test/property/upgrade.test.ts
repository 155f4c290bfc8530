import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { compile } from "../../compiler/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import {
  type EditedProgram,
  editedProgram,
  inside,
  linesFrom,
  originalParams,
  programOf,
  textOf,
  type Waiting,
  waitsOf,
  wordsPrintedOnce
} from "../support/edited-program.ts"
import { open, withTime } from "../support/namespace.ts"

/** Whether the statement is told from all others by its text, so that any right alignment finds the same one. */
const isUnmistakable = ({ now, old, touched }: EditedProgram, id: number): boolean => {
  const text = (of: EditedProgram["old"]) => inside(of).find((each) => each.id === id)
  const own = text(old)
  const kept = text(now)
  if (own === undefined || kept === undefined || touched.has(id)) return false
  const alike = (of: EditedProgram["old"]) => inside(of).filter((each) => textOf(each) === textOf(own)).length
  return alike(old) === 1 && alike(now) === 1
}

/** What the new program may print from there on: from each statement in it that looks like the one that waits. */
const mayPrint = ({ now, old }: EditedProgram, waiting: Waiting): ReadonlyArray<string> => {
  const own = inside(old).find(({ id }) => id === waiting.statement)!
  return inside(now)
    .filter((each) => textOf(each) === textOf(own))
    .flatMap(({ id }) => {
      const lines = linesFrom(now, { ...waiting, statement: id })
      return lines === undefined ? [] : [lines.join(", ")]
    })
}

const counts = { moved: 0, pinned: 0, sure: 0 }

/** Runs the old program up to its wait number `at`, upgrades, and lets it go on. */
const upgradeAt = (program: EditedProgram, at: number, waiting: Waiting) =>
  Effect.gen(function* () {
    const memory = makeMemory()
    const texts = [programOf(program.old, originalParams), programOf(program.now, program.params)]
    const [old, now] = texts.map((text) => compile({ name: "test.sxs", text }).bundle)
    // An edit may have taken away what another one needs.
    if (old === undefined || now === undefined) return
    const step = <A, E>(use: (opened: Effect.Success<ReturnType<typeof open>>) => Effect.Effect<A, E>) =>
      Effect.scoped(Effect.flatMap(open(memory), use))
    const task = yield* step(({ namespace }) =>
      Effect.gen(function* () {
        const { task } = yield* namespace.startProgram({ bundle: old, fresh: false })
        yield* withTime(namespace.idle)
        for (let wait = 0; wait < at; wait++) {
          yield* namespace.resume(task.id, null)
          yield* withTime(namespace.idle)
        }
        return task.id
      })
    )
    const found = yield* step(({ namespace }) => namespace.upgrade({ bundle: now, apply: true, strict: false }))
    assert.isTrue(found.kind === "compared")
    const isMoved = found.kind === "compared" && found.tasks.movable + found.tasks.current > 0
    const lines = yield* step(({ namespace, texts }) =>
      Effect.gen(function* () {
        for (;;) {
          const { task: view } = yield* namespace.inspect(task)
          if (view.state !== "paused") return texts()
          yield* namespace.resume(task, null)
          yield* withTime(namespace.idle)
        }
      })
    )
    const facts = `edits ${program.edits.join(" ")}\n${texts.join("\n")}`
    if (!isMoved) {
      counts.pinned++
      assert.strictEqual(lines.join(", "), linesFrom(program.old, waiting)!.join(", "), `pinned at ${at}, ${facts}`)
      return
    }
    counts.moved++
    if (isUnmistakable(program, waiting.statement)) {
      counts.sure++
      assert.strictEqual(lines.join(", "), linesFrom(program.now, waiting)?.join(", "), `moved at ${at}, ${facts}`)
    } else assert.include(mayPrint(program, waiting), lines.join(", "), `moved at ${at}, ${facts}`)
    for (const word of wordsPrintedOnce(program)) {
      const times = [...waiting.lines, ...lines].filter((line) => line.startsWith(`${word} `)).length
      assert.strictEqual(times, 1, `${word} at ${at}, ${facts}`)
    }
  })

const { SXS_RUNS } = process.env
const numRuns = Number(SXS_RUNS ?? 60)

// fast-check prints the smallest numbers that it finds: they are the case.
it("an applied upgrade goes on as the new program would from there, or does not happen", {
  timeout: 120_000
}, async () => {
  const shape = fc.tuple(fc.nat(1_000_000), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }), fc.nat(5))
  await fc.assert(
    fc.asyncProperty(shape, ([seed, size, edits, wait]) => {
      const program = editedProgram(seed, size, edits)
      const waits = waitsOf(program.old, originalParams)
      const at = waits.length === 0 ? 0 : wait % waits.length
      const waiting = waits[at]
      if (waiting === undefined) return Promise.resolve()
      return Effect.runPromise(Effect.provide(upgradeAt(program, at, waiting), TestClock.layer()))
    }),
    // A parameter renamed and a statement moved across the point, in one edit.
    { numRuns, examples: [[[18, 3, 3, 0]]] }
  )
  assert.isAbove(counts.sure, 0)
  assert.isAbove(counts.pinned, 0)
})
