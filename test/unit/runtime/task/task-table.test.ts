import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { Keys } from "../../../../runtime/store/keys.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { View } from "../../../../runtime/store/view.ts"
import {
  type ChildrenWait,
  type Form,
  hasGathered,
  isAnnouncing,
  isClosing,
  isEnded,
  isRunnable,
  type Standing,
  type TaskEvent,
  type TaskRecord,
  transition
} from "../../../../runtime/task/task.ts"
import { newRecord } from "../../../../runtime/task/task-record.ts"
import { TaskTable } from "../../../../runtime/task/task-table.ts"
import { checkTaskIndexes, type Payloads } from "../../../support/task-indexes.ts"

const tasksMax = 8

/** What happens next: to the task of that number, among those that there are. */
interface Command {
  readonly task: number
  readonly other: number
  readonly what: "segment" | "timer" | "hold" | "release" | "cancel"
  readonly standing: Standing
  /** How its segment ends, if it has one. */
  readonly end: "fuel" | "sleep" | "pause" | "join" | "load" | "children" | "spawn" | "done" | "failed"
  readonly form: Form
}

const command: fc.Arbitrary<Command> = fc.record({
  task: fc.nat(tasksMax - 1),
  other: fc.nat(tasksMax - 1),
  what: fc.constantFrom("segment", "segment", "segment", "segment", "timer", "hold", "release", "cancel"),
  standing: fc.constantFrom("plain", "plain", "deferring", "shielded"),
  end: fc.constantFrom("fuel", "sleep", "pause", "join", "load", "children", "spawn", "done", "failed"),
  form: fc.constantFrom("all", "race", "any")
})

/** The tasks of a namespace without any code: segments end as the commands say. */
class Model {
  readonly view = new View(makeMemory().store)
  readonly keys = new Keys("1")
  readonly tasks = new TaskTable(this.view, this.keys, 1)
  readonly ids: Array<string> = []
  now = 0
  /** Those whose turn has come, by the actions of commits. */
  readonly queue = new Set<string>()

  start(facts: { readonly parent?: string; readonly isChild?: boolean } = {}): string {
    const record = newRecord({ id: `t-${this.ids.length}`, bundle: "ab", function: 0, now: this.now, ...facts })
    this.ids.push(record.id)
    this.tasks.save(undefined, record)
    this.tasks.note(record, [{ type: "run" }], this.now)
    return record.id
  }

  run({ end, form, other, standing, task, what }: Command): void {
    this.now++
    const id = this.ids[task % this.ids.length]!
    const record = this.tasks.read(id)!
    if (what === "segment") this.#segment(record, end, form, this.ids[other % this.ids.length]!)
    else if (what === "hold") this.tasks.apply(id, { type: "held" }, this.now)
    else if (what === "release") this.tasks.apply(id, { type: "released", value: 1 }, this.now)
    else if (what === "cancel") this.tasks.apply(id, { type: "cancelled", standing }, this.now)
    else if (record.wait?.kind === "sleep" || record.wait?.kind === "join")
      this.tasks.apply(id, { type: "woke", value: null }, this.now)
    this.settle()
  }

  /** What a commit has asked for is carried out behind it. */
  settle(): void {
    for (const pending of this.tasks.takePending()) {
      if (pending.action.type === "run") this.queue.add(pending.task)
      else if (pending.action.type === "drop") this.queue.delete(pending.task)
    }
    this.tasks.takeEnded()
  }

  /** As the driver does it: what it was woken by, what it does, and how it ends are one change. */
  #segment(before: TaskRecord, end: Command["end"], form: Form, other: string): void {
    if (!isRunnable(before)) return
    assert.isTrue(this.queue.delete(before.id), `${before.id} has its turn`)
    if (isClosing(before)) return this.#ask(before)
    if (isAnnouncing(before)) {
      if (isRunnable(this.tasks.wakeJoiners(before, this.now))) this.queue.add(before.id)
      return
    }
    const begun = this.#begun(before)
    const event = begun === undefined ? undefined : this.#endOf(begun, end, form, other)
    if (begun === undefined || event === undefined) return
    // A join writes to the record of its target, and children are counted: what is saved is compared with what is there.
    const outcome = transition(begun, event, this.now)
    assert.isTrue("record" in outcome)
    if (!("record" in outcome)) return
    this.tasks.save(this.tasks.read(before.id), outcome.record)
    if (isRunnable(this.tasks.note(outcome.record, outcome.actions, this.now))) this.queue.add(before.id)
  }

  #ask(record: TaskRecord): void {
    const { asked = 0 } = record.wait as ChildrenWait
    const child = this.tasks.children(record.id)[asked]!
    this.tasks.apply(record.id, { type: "children asked", count: 1 }, this.now)
    this.tasks.apply(child, { type: "cancelled", standing: this.now % 2 === 0 ? "plain" : "deferring" }, this.now)
    if (isRunnable(this.tasks.read(record.id)!)) this.queue.add(record.id)
  }

  #begun(record: TaskRecord): TaskRecord | undefined {
    if (record.state === "running") return record.cancelling === "due" ? { ...record, cancelling: "under way" } : record
    const event: TaskEvent = record.state === "initialized" ? { type: "started" } : { type: "woke", value: null }
    if (event.type === "woke" && record.wait?.kind === "children" && !hasGathered(record)) return undefined
    const outcome = transition(record, event, this.now)
    return "record" in outcome ? outcome.record : undefined
  }

  #endOf(record: TaskRecord, end: Command["end"], form: Form, other: string): TaskEvent | undefined {
    if (record.cancelling === "under way") return { type: "cancelled", standing: "plain" }
    switch (end) {
      case "fuel":
        return { type: "ran out of fuel" }
      case "done":
        return { type: "ended", result: 1 }
      case "failed":
        return { type: "faulted", error: { message: "m", code: "SXS6301", data: null, trace: [] } }
      case "sleep":
        return { type: "waited", wait: { kind: "sleep", until: this.now + 5 } }
      case "pause":
        return { type: "waited", wait: { kind: "resume" } }
      case "load":
        return { type: "waited", wait: { kind: "load", bundle: "ab" } }
      case "spawn":
        if (this.ids.length < tasksMax) this.start({ parent: record.id })
        return { type: "ran out of fuel" }
      case "join":
        return this.#join(record, other)
      case "children":
        return this.#children(record, form)
    }
  }

  #join(record: TaskRecord, other: string): TaskEvent | undefined {
    const target = this.tasks.read(other)!
    if (other === record.id || isEnded(target.state)) return { type: "ran out of fuel" }
    this.tasks.addJoiner(target, record.id)
    return { type: "waited", wait: { kind: "join", task: other, until: this.now % 2 === 0 ? null : this.now + 5 } }
  }

  #children(record: TaskRecord, form: Form): TaskEvent {
    const children: Array<string> = []
    while (this.ids.length < tasksMax && children.length < 3) {
      children.push(this.start({ parent: record.id, isChild: true }))
    }
    if (children.length === 0) return { type: "ran out of fuel" }
    this.tasks.saveChildren(record.id, children)
    const { length: count } = children
    return { type: "waited", wait: { kind: "children", form, count, left: count } }
  }

  payloads(): Payloads {
    return new Map(Effect.runSync(this.view.scan(this.keys.all, 10_000)))
  }
}

it("the indexes of tasks are what their records say, whatever happens to them in whatever order", () => {
  fc.assert(
    fc.property(fc.array(command, { minLength: 10, maxLength: 60 }), (commands) => {
      const model = new Model()
      model.start()
      model.start()
      model.settle()
      for (const [step, next] of commands.entries()) {
        model.run(next)
        checkTaskIndexes(model.payloads(), model.keys, `step ${step}`)
        for (const id of model.ids) {
          const record = model.tasks.read(id)!
          if (isRunnable(record)) assert.isTrue(model.queue.has(id), `step ${step}: ${id} gets its turn`)
        }
      }
    }),
    { numRuns: 300 }
  )
})
