import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  beginning,
  beside,
  handled,
  isNeeded,
  queuedIn,
  retryDelay,
  takeUp,
  triedAgain
} from "../../../../runtime/bus/progress.ts"
import type { Progress } from "../../../../runtime/bus/records.ts"

const numRuns = 500

/** What happens to the subscriptions of a topic. `at` picks among what runs. */
type Step =
  | { readonly type: "publish" }
  | { readonly type: "end" | "fail" | "waits for room"; readonly subscription: number; readonly at: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>({ type: "publish" }),
  fc.record({
    type: fc.constantFrom("end" as const, "fail" as const, "waits for room" as const),
    subscription: fc.nat(2),
    at: fc.nat(5)
  })
)

/** The simple model: a list of events that wait and one of those under way, for each subscription. */
class Model {
  readonly waiting: Array<number> = []
  readonly underWay = new Map<string, { readonly event: number; hasPlace: boolean }>()
  readonly started: Array<number> = []
  readonly done: Array<number> = []

  fill(places: number, wants: (event: number) => boolean): void {
    while (this.waiting.length > 0 && [...this.underWay.values()].filter((each) => each.hasPlace).length < places) {
      const event = this.waiting.shift()!
      if (!wants(event)) continue
      this.started.push(event)
      this.underWay.set(`task ${event}`, { event, hasPlace: true })
    }
  }
}

const wantsOf = (subscription: number) => (event: number) => subscription !== 1 || event % 3 !== 0

describe("the events of a topic", () => {
  it("are taken up in their order, each once by each subscription, by as many as have places", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 4 }), (steps, places) => {
        const models = [new Model(), new Model(), new Model()]
        let all: Array<Progress> = models.map(() => beginning(0))
        let newest = 0
        const fill = (subscription: number, progress: Progress): Progress => {
          const start = (event: number) =>
            wantsOf(subscription)(event) ? { task: `task ${event}` } : ("skip" as const)
          models[subscription]!.fill(places, wantsOf(subscription))
          return takeUp(progress, { newest, places, start }).progress
        }
        for (const each of steps) {
          if (each.type === "publish") {
            newest++
            for (const model of models) model.waiting.push(newest)
            all = all.map((progress, subscription) => fill(subscription, progress))
          } else {
            const { subscription } = each
            const model = models[subscription]!
            const tasks = [...model.underWay.keys()]
            const task = tasks[each.at % Math.max(tasks.length, 1)]
            if (task === undefined) continue
            const running = model.underWay.get(task)!
            const progress = all[subscription]!
            if (each.type === "end") {
              model.underWay.delete(task)
              model.done.push(running.event)
              all[subscription] = fill(subscription, handled(progress, task))
            } else if (each.type === "fail") {
              model.underWay.delete(task)
              model.underWay.set(`${task} again`, running)
              all[subscription] = triedAgain(progress, task, `${task} again`)
            } else {
              running.hasPlace = false
              all[subscription] = fill(subscription, beside(progress, task))
            }
          }
          for (const [subscription, progress] of all.entries()) {
            const model = models[subscription]!
            const running = progress.running.map((one) => [
              one.task,
              { event: one.event, hasPlace: one.isBeside !== true }
            ])
            assert.deepStrictEqual(new Map(running as never), model.underWay as never)
            assert.deepStrictEqual(
              model.started,
              [...new Set(model.started)].toSorted((a, b) => a - b)
            )
          }
          const waiting = new Set(models.flatMap((model) => model.waiting))
          for (let event = 1; event <= newest; event++) {
            const isOpen = models.some(
              (model) =>
                model.waiting.includes(event) || [...model.underWay.values()].some((one) => one.event === event)
            )
            assert.strictEqual(isNeeded(all, event), isOpen, `event ${event}`)
          }
          assert.strictEqual(queuedIn(newest, all), waiting.size)
        }
      }),
      { numRuns }
    )
  })

  it("are looked at no more than one commit takes", () => {
    const taken = takeUp(beginning(0), { newest: 9, places: 2, start: (event) => (event > 5 ? "stop" : "skip") })
    assert.deepStrictEqual(taken.skipped, [1, 2, 3, 4, 5])
    assert.isTrue(taken.isCut)
    assert.strictEqual(taken.progress.next, 6)
  })
})

describe("the pause before an attempt", () => {
  it("doubles up to its bound, and is shorter by half at most", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer(), (failed, seed) => {
        const whole = Math.min(100 * 2 ** (failed - 1), 30_000)
        const delay = retryDelay(failed, { firstMs: 100, maxMs: 30_000, seed })
        assert.isAtLeast(delay, Math.floor(whole / 2))
        assert.isAtMost(delay, whole)
      }),
      { numRuns }
    )
  })
})
