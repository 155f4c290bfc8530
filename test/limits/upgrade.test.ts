import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { limits } from "../../runtime/index.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { compiled, open, withTime } from "../support/namespace.ts"

const localCount = 1000
const localUnits = 1000
const taskCount = Math.ceil(limits.upgradeUnitsMax / (localCount * localUnits)) + 1

const text = (word: string): string => {
  const names = Array.from({ length: localCount }, (_, index) => `x${index}`)
  return `(defn work ()
${names.map((name) => `(def ${name} (core/str/repeat "x" ${localUnits}))`).join("\n")}
(core/task/pause)
(log "${word}" ${names.join(" ")}))
(for (i 0 ${taskCount}) (core/task/spawn work))`
}

it.effect("an upgrade that is too large for one commit is refused and changes nothing", () =>
  Effect.gen(function* () {
    const memory = makeMemory()
    yield* Effect.scoped(
      Effect.gen(function* () {
        const { namespace } = yield* open(memory)
        yield* namespace.startProgram({ bundle: compiled(text("old")), fresh: false })
        yield* withTime(namespace.idle)
      })
    )
    const before = memory.entries()
    const { namespace } = yield* open(memory)
    const options = { bundle: compiled(text("new")), apply: true, strict: false }
    const refused = yield* Effect.flip(namespace.upgrade(options))
    assert.deepInclude(refused, { _tag: "UpgradeRefused", reason: "too large" })
    assert.strictEqual(memory.entries().length, before.length)
    const found = yield* namespace.upgrade({ ...options, apply: false })
    assert.isTrue(found.kind === "compared" && found.tasks.movable === taskCount)
  }).pipe(Effect.scoped)
)
