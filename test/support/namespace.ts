import { assert } from "@effect/vitest"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import * as evaluator from "../../cli/evaluation.ts"
import { library } from "../../cli/library.ts"
import { type CompileOptions, compile } from "../../compiler/index.ts"
import { hashOf } from "../../runtime/bundle/loader.ts"
import { type LogLine, type Namespace, type NamespaceOptions, openNamespace } from "../../runtime/index.ts"
import type { MemoryStore } from "../../runtime/store/memory.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"

export { library }

/** A namespace on the store, with the lines that it has shown. Closes with the scope. */
export const open = (memory: MemoryStore, options: Partial<NamespaceOptions> = {}) =>
  Effect.gen(function* () {
    const shown: Array<LogLine> = []
    const namespace = yield* openNamespace({ library, evaluator, output: (line) => void shown.push(line), ...options })
    return { namespace, shown, texts: () => shown.map((line) => line.text) }
  }).pipe(Effect.provide(memory.layer))

const turnsMax = 20_000

/** Waits for `effect` while the test's clock goes on, a second at a time, so that every sleep ends. */
export const withTime = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> => withTurns(effect, () => "1 second")

const fineTurns = 500

/** The same, but time goes on by a millisecond at first, so that short sleeps end in their order. */
export const withFineTime = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  withTurns(effect, (turn) => (turn < fineTurns ? "1 millis" : "1 second"))

const withTurns = <A, E>(effect: Effect.Effect<A, E>, timeOf: (turn: number) => Duration.Input) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect)
    for (let turn = 0; fiber.pollUnsafe() === undefined; turn++) {
      assert.isBelow(turn, turnsMax, "it does not end")
      yield* TestClock.adjust(timeOf(turn))
    }
    return yield* Fiber.join(fiber)
  })

/** Waits until nothing can run any more, with time going on. */
export const untilIdle = (namespace: Namespace) => withTime(namespace.idle)

/** A bundle of the program, which must compile. */
export const compiled = (text: string, name = "test.sxs", options: CompileOptions = {}): Bundle => {
  const { bundle, diagnostics } = compile({ name, text }, options)
  assert.isDefined(bundle, JSON.stringify(diagnostics))
  return bundle!
}

/** A bundle from code written by hand: the body of a module that declares `link`. */
export const handWritten = (manifest: Manifest, link: string): Bundle => {
  const code = `export const manifest = ${JSON.stringify(manifest)}\n${link}`
  return {
    hash: hashOf(code),
    code,
    manifest,
    map: JSON.stringify({ version: 3, sources: [], names: [], mappings: "" })
  }
}
