import { assert, describe, it } from "@effect/vitest"
import { compile } from "../../../../compiler/index.ts"
import { Comparison, type Verdict } from "../../../../runtime/bundle/comparison.ts"
import type { Bundle } from "../../../../stdlib/abi/bundle.ts"

const compiled = (text: string): Bundle => {
  const { bundle, diagnostics } = compile({ name: "test.sxs", text })
  assert.isDefined(bundle, JSON.stringify(diagnostics))
  return bundle!
}

/** What becomes of a frame at the first point of `function` that calls `callee`, or at the one of that number. */
const verdictOf = (
  old: string,
  now: string,
  at: { function: string; callee?: string; kind?: string; ordinal?: number }
) => {
  const before = compiled(old).manifest
  const after = compiled(now).manifest
  const index = before.functions.findIndex(({ name }) => name === at.function)
  const points = before.functions[index]!.points
  const pcs = [...points.keys()].filter(
    (pc) => points[pc]!.kind === (at.kind ?? "call") && (at.callee === undefined || points[pc]!.callee === at.callee)
  )
  const pc = pcs[at.ordinal ?? 0]
  assert.isDefined(pc, "no such point")
  return { verdict: new Comparison(before, after).verdict(index, pc!), after }
}

const work = (body: string, more = "") => `${more}
(defn charge (n) (core/task/pause) n)
(defn refund (n) (core/task/pause) n)
(defn work (a b) ${body})
(work 1 2)`

const at = (old: string, now: string, callee: string, ordinal = 0): string => {
  const { verdict, after } = verdictOf(work(old), work(now), { function: "work", callee, ordinal })
  return shown(verdict, after)
}

const shown = (verdict: Verdict, after: ReturnType<typeof compiled>["manifest"]): string => {
  if (verdict.kind === "pinned") return `pinned: ${verdict.reason}`
  const point = after.functions[verdict.to.function]!.points[verdict.to.pc]!
  return `${verdict.kind}: ${point.id} (${verdict.to.slots.map(({ name }) => name).join(" ")})`
}

describe("a point in new code", () => {
  it("is the same one when the function is", () => {
    assert.strictEqual(at("(charge a) (log b)", "(charge a) (log b)", "charge"), "same: work/call/1 (b)")
  })

  it("is found behind a new statement", () => {
    assert.strictEqual(
      at("(charge a) (log b)", '(log "new") (charge a) (log b)', "charge"),
      "compatible: work/call/1 (b)"
    )
  })

  it("is found behind a new call of the same function with other arguments", () => {
    assert.strictEqual(
      at("(charge a) (log b)", "(charge 0) (charge a) (log b)", "charge"),
      "compatible: work/call/2 (b)"
    )
  })

  it("is not told from an equal call beside it", () => {
    const reason = "the point moved: another call to `charge` is there, and which one this was cannot be told"
    assert.strictEqual(at("(charge a) (log b)", "(charge a) (charge a) (log b)", "charge"), `pinned: ${reason}`)
  })

  it("is told from an equal call elsewhere", () => {
    const now = "(charge a) (log a) (charge a) (log b)"
    assert.strictEqual(at("(log a) (charge a) (log b)", now, "charge"), "compatible: work/call/2 (b)")
  })

  it("is gone when nothing calls that function any more", () => {
    assert.strictEqual(
      at("(charge a) (log b)", "(refund a) (log b)", "charge"),
      "pinned: the call to `charge` is gone, or nothing comes after it any more"
    )
  })

  it("is not claimed when its call has other arguments", () => {
    assert.strictEqual(
      at("(charge a) (log b)", "(charge b) (log b)", "charge"),
      "pinned: the call to `charge` is not made in the same way"
    )
  })

  it("is the same sleep when it sleeps for another time", () => {
    assert.strictEqual(
      at("(core/task/sleep 10) (log b)", "(core/task/sleep 20) (log b)", "core/task/sleep"),
      "compatible: work/call/1 (b)"
    )
  })

  it("needs what the new code has computed before", () => {
    assert.strictEqual(
      at("(charge a) (log b)", "(def total (+ a b)) (charge a) (log total)", "charge"),
      "pinned: `total` is live there in the new code and was not saved"
    )
  })

  it("can go on when the new code needs less", () => {
    assert.strictEqual(at("(charge a) (log b)", '(charge a) (log "done")', "charge"), "compatible: work/call/1 ()")
  })

  it("is kept back when two calls have changed places", () => {
    const reason = "the point moved: the call to `charge` has changed places with other code"
    assert.strictEqual(at("(charge a) (refund b) 1", "(refund b) (charge a) 1", "charge"), `pinned: ${reason}`)
  })

  it("is kept back when what came after it would be left out", () => {
    const now = '(core/kv/set "done" 1) (charge a) (log b) (log a)'
    assert.strictEqual(
      at('(charge a) (log b) (log a) (core/kv/set "done" 1)', now, "charge"),
      "pinned: code that came after it comes before it now, and would be left out"
    )
  })

  it("is kept back when what came before it would run twice", () => {
    assert.strictEqual(
      at(
        '(core/kv/set "done" 1) (charge a) (log b) (log a)',
        '(charge a) (log b) (log a) (core/kv/set "done" 1)',
        "charge"
      ),
      "pinned: code that came before it comes after it now, and would run twice"
    )
  })

  it("is kept back when it has come into a loop or out of one", () => {
    const loop = "(for (i 0 3) (log i) (charge a)) (log b)"
    const reason = "pinned: the loop around it is not the same"
    assert.strictEqual(at("(charge a) (log b)", loop, "charge"), reason)
    assert.strictEqual(at(loop, "(charge a) (log b)", "charge"), reason)
  })

  it("stays in a loop whose body was changed", () => {
    const old = "(while (< a b) (charge a) (set a (+ a 1)))"
    const now = "(while (< a b) (log b) (charge a) (log a) (set a (+ a 1)))"
    assert.strictEqual(at(old, now, "charge"), "compatible: work/call/1 (a b)")
  })

  it("stays on its old code where a function of the library is given a closure that was changed", () => {
    const old = "(list/map (fn (x) (+ x 2)) items)"
    const inLoop = (now: string) => {
      const program = (body: string) => `(defn work (items) (def made ${body}) (log made))\n(work (list 1 2))`
      const place = { callee: "core/list/map", function: "work" }
      const caller = verdictOf(program(old), program(now), place)
      const [before, after] = [compiled(program(old)).manifest, compiled(program(now)).manifest]
      const index = before.functions.findLastIndex(({ name }) => name === "core/list/map")
      return [caller.verdict.kind, new Comparison(before, after).verdict(index, 1).kind]
    }
    assert.deepStrictEqual(inLoop(old), ["same", "same"])
    assert.deepStrictEqual(inLoop("(list/map (fn (x) (+ x 3)) items)"), ["pinned", "pinned"])
  })

  it("keeps the counter of its loop, and needs it unchanged", () => {
    const old = "(for (i 0 3) (charge i) (log i)) (log b)"
    assert.strictEqual(
      at(old, "(for (i 0 3) (charge i) (log b i)) (log b)", "charge"),
      "compatible: work/call/1 (b %index %end i)"
    )
    assert.match(at(old, "(for (i 0 4) (charge i) (log i)) (log b)", "charge"), /^pinned: a value between two steps/)
  })

  it("tells the counters of two loops apart", () => {
    const old = "(for (i 0 3) (charge i)) (for (i 0 5) (refund i) (log i))"
    const now = '(for (i 0 3) (charge i)) (log "new") (for (i 0 5) (refund i) (log "turn" i))'
    assert.match(at(old, now, "refund"), /^compatible: work\/call\/2 \(/)
    assert.match(at(old, "(for (i 0 3) (charge i)) (for (i 0 6) (refund i) (log i))", "refund"), /^pinned/)
  })

  it("is kept back when what catches its faults is not the same", () => {
    const guarded = "(recover (charge a) (log b)) (log a)"
    assert.match(at("(charge a) (log a)", guarded, "charge"), /^pinned: what catches its faults/)
    assert.match(at(guarded, "(charge a) (log a)", "charge"), /^pinned: what catches its faults/)
    assert.match(at(guarded, "(recover (charge a) (log a)) (log a)", "charge"), /^compatible/)
  })

  it("is kept back when more was to be deferred before it", () => {
    const old = "(defer (log a)) (charge a) (log b)"
    assert.match(at(old, "(defer (log a)) (defer (log b)) (charge a) (log b)", "charge"), /^pinned/)
    assert.match(at(old, '(defer (log a)) (charge a) (log b) (log "more")', "charge"), /^compatible/)
  })

  it("keeps values between two steps", () => {
    const old = "(log (+ (charge a) (refund b)))"
    assert.strictEqual(at(old, '(log "new") (log (+ (charge a) (refund b)))', "refund"), "compatible: work/call/2 (%1)")
    assert.match(at(old, "(log (+ (charge 5) (refund b)))", "refund"), /^pinned: a value between two steps/)
  })
})

describe("a function in new code", () => {
  const inFunction = (old: string, now: string, name: string) => {
    const { verdict, after } = verdictOf(old, now, { function: name })
    return shown(verdict, after)
  }

  it("is found under a new name when it does just the same", () => {
    const old = "(defn work (a) (core/task/pause) (log a))\n(work 1)"
    assert.strictEqual(inFunction(old, old.replaceAll("work", "toil"), "work"), "same: toil/call/1 (a)")
  })

  it("is gone when nothing has its name or its code", () => {
    const old = "(defn work (a) (core/task/pause) (log a))\n(work 1)"
    assert.strictEqual(inFunction(old, '(log "nothing")', "work"), "pinned: the function `work` is gone")
  })

  it("without a name is told from others by its code", () => {
    const old =
      '(core/task/spawn (fn () (core/task/pause) (log "a")))\n(core/task/spawn (fn () (core/task/pause) (log "b")))'
    const now = `(core/task/spawn (fn () (core/task/pause) (log "c")))\n${old}`
    assert.match(inFunction(old, now, "fn"), /^same: /)
  })

  it("without a name is not claimed when its code was changed and there are several", () => {
    const old = '(core/task/spawn (fn () (core/task/pause) (log "a")))'
    const now =
      '(core/task/spawn (fn () (core/task/pause) (log "b")))\n(core/task/spawn (fn () (core/task/pause) (log "c")))'
    assert.match(inFunction(old, now, "fn"), /^pinned/)
  })
})
