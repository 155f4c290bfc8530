/**
 * Faults planted in the runtime, one at a time, each of which must turn the simulation red: a check that never fails proves
 * nothing. Product code knows nothing of them: `plant.ts` changes the text of a module when it is loaded. Where the text does
 * not stand exactly once any more the plant no longer fits, and that is a failure too. README.md says by what each was found.
 */
export interface Plant {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly text: string
  readonly replacement: string
  /** The programs that are run; none: `lost-batches.ts` is. */
  readonly programs: ReadonlyArray<string>
  /** What the first failure says. */
  readonly caughtBy: RegExp
}

/** Which check finds it first depends on the order of turns. */
const anyProblem = /, life \d+:\n {2}\S/

const writer = "runtime/store/writer.ts"
const view = "runtime/store/view.ts"
const batch = "runtime/store/batch.ts"
const handOver = "runtime/task/hand-over.ts"
const outbox = "runtime/task/outbox.ts"
const taskTable = "runtime/task/task-table.ts"
const stack = "runtime/task/stack.ts"
const segment = "runtime/task/segment.ts"

export const plants: ReadonlyArray<Plant> = [
  {
    name: "forget a subscription",
    file: "runtime/bus/bus.ts",
    text: "table.saveTopic(name, { ...topic, consumers: [], newest })",
    replacement:
      "table.saveTopic(name, { ...topic, subscriptions: topic.subscriptions.slice(-1), consumers: [], newest })",
    programs: ["bus-fan-out"],
    caughtBy: /the subscriptions of the topics/
  },
  {
    name: "free a place twice",
    file: "runtime/bus/progress.ts",
    text: "running: progress.running.filter((each) => each.task !== task)",
    replacement: "running: progress.running.filter((each) => each.task !== task).slice(1)",
    programs: ["bus-fan-out"],
    caughtBy: /the events: .* should not be there/
  },
  {
    name: "show an event before its commit",
    file: handOver,
    text: "writer.gate.afterDurable(writer.nextCommit - 1, () => taps.show(events))",
    replacement: "taps.show(events)",
    programs: ["bus-outside"],
    caughtBy: /was shown, and is lost/
  },
  {
    name: "lose an event that comes before it is waited for",
    file: "runtime/bus/awaits.ts",
    text: "this.#table.putArrived(task, number, encode(data), data)",
    replacement: "",
    programs: ["bus-await"],
    caughtBy: /nested is 0, it should be 3/
  },
  {
    name: "start a handler once more after a fault",
    file: "runtime/bus/bus.ts",
    text: "if (handling.attempt < options.attempts) {",
    replacement: "if (handling.attempt <= options.attempts) {",
    programs: ["bus-dead"],
    caughtBy: /event 2 was tried too often/
  },
  {
    name: "leave those who wait for room",
    file: "runtime/bus/upkeep.ts",
    text: "if (task !== undefined) wake(task)",
    replacement: "",
    programs: ["bus-full"],
    caughtBy: /who waits for room/
  },
  {
    name: "acknowledge before the commit",
    file: writer,
    text: "const batch = joinWrites(commits)",
    replacement: "this.gate.open(watermark); const batch = joinWrites(commits)",
    programs: ["outside"],
    caughtBy: /before that was durable/
  },
  {
    name: "show before the commit",
    file: handOver,
    text: "writer.gate.afterDurable(number, () => this.#outbox.show(outbox))",
    replacement: "this.#outbox.show(outbox)",
    programs: ["chatter"],
    caughtBy: /before that was durable/
  },
  {
    name: "do not wait for the commit of a caller",
    file: handOver,
    text: "return this.#parts.writer.flushedWith(this.transact(change))",
    replacement: "return Effect.succeed(this.transact(change))",
    programs: ["outside"],
    caughtBy: /more was acknowledged/
  },
  {
    name: "do not wait for the commit of an operator",
    file: "runtime/task/control.ts",
    text: "Effect.tap(Effect.flatten(changed), () => this.#handOver.durable)",
    replacement: "Effect.flatten(changed)",
    programs: ["held"],
    caughtBy: /that it is paused was acknowledged/
  },
  {
    name: "go ahead of what waits at the gate",
    file: "runtime/store/output-gate.ts",
    text: "return commit <= this.#watermark && !this.#isOpening",
    replacement: "return commit <= this.#watermark",
    programs: ["pauses"],
    caughtBy: /lines that nobody has seen/
  },
  {
    name: "forget one write of a batch",
    file: batch,
    text: "joined[--first] = written.sealed",
    replacement: "if (first !== 3) joined[--first] = written.sealed",
    programs: ["counters"],
    caughtBy: anyProblem
  },
  {
    name: "skip the sync",
    file: writer,
    text: 'sync: durability === "strict"',
    replacement: "sync: false",
    programs: ["outside"],
    caughtBy: /before that was durable/
  },
  {
    name: "use a store again that has failed",
    file: writer,
    text: "yield* Effect.uninterruptible(this.#write(commits))",
    replacement: "yield* Effect.retry(Effect.uninterruptible(this.#write(commits)), { times: 1 })",
    programs: ["counters"],
    caughtBy: /a commit on a store that has failed/
  },
  {
    name: "write a batch in two halves",
    file: writer,
    text: 'store.commit(batch, { sync: durability === "strict" })',
    replacement:
      "Effect.andThen(store.commit(batch.splice(0, batch.length >> 1), { sync: true }), store.commit(batch, { sync: true }))",
    programs: ["transfers"],
    caughtBy: anyProblem
  },
  {
    name: "write two commits in the wrong order",
    file: batch,
    text: "for (let at = commits.length - 1; at >= 0; at--)",
    replacement: "for (let at = 0; at < commits.length; at++)",
    programs: ["transfers", "counters"],
    caughtBy: anyProblem
  },
  {
    name: "leave a timer that is over",
    file: taskTable,
    text: "if (was !== undefined) this.#view.delete(this.#keys.timer(was, after.id))",
    replacement: "",
    programs: ["timers"],
    caughtBy: /the timers: .* should not be there/
  },
  {
    name: "forget a runnable task in its index",
    file: taskTable,
    text: "if (is && !was) this.#view.putIndexAt(runnable)",
    replacement: "if (is && !was) {}",
    programs: ["fan-out"],
    caughtBy: /the index of runnable tasks: .* is missing/
  },
  {
    name: "wake who does not join any more",
    file: taskTable,
    text: 'wait?.kind === "join" && wait.task === target.id',
    replacement: "wait !== undefined",
    programs: ["time-limits"],
    caughtBy: anyProblem
  },
  {
    name: "do not tell a parent of its child's end",
    file: taskTable,
    text: 'this.apply(parent, { type: "child ended"',
    replacement: 'if (parent === "") this.apply(parent, { type: "child ended"',
    programs: ["all-of"],
    caughtBy: /that have not ended/
  },
  {
    name: "drop the outbox record of a line",
    file: outbox,
    text: "this.#view.put(key, JSON.stringify({ task: line.task, text: line.text }), line)",
    replacement:
      "if (line !== lines[0]) this.#view.put(key, JSON.stringify({ task: line.task, text: line.text }), line)",
    programs: ["chatter"],
    caughtBy: /before that was durable|nobody will ever see/
  },
  {
    name: "do not show what the process before has left",
    file: "runtime/task/recovery.ts",
    text: "yield* parts.showInterrupted",
    replacement: "",
    programs: ["chatter"],
    caughtBy: /showed .*, due was|lines that nobody has seen/
  },
  {
    name: "do not roll back an atomic",
    file: segment,
    text: "this.#parts.view.rollback(beginning.savepoint)",
    replacement: "",
    programs: ["atomic-faults"],
    caughtBy: /an attempt is left whole or not at all/
  },
  {
    name: "run deferred work twice on a cancellation",
    file: "runtime/task/driver.ts",
    text: 'record.cancelling === "due" ? { ...record, cancelling: "under way" } : record',
    replacement: "record",
    programs: ["cancelled", "cancels"],
    caughtBy: anyProblem
  },
  {
    name: "settle the overlay before the commit",
    file: writer,
    text: "const batch = joinWrites(commits)",
    replacement: "settle(watermark); const batch = joinWrites(commits)",
    programs: ["counters", "queue", "deletes", "transfers"],
    caughtBy: anyProblem
  },
  {
    name: "let the cache drop what is not durable yet",
    file: view,
    text: "entry.commit = number",
    replacement: "entry.commit = 0",
    programs: ["transfers", "counters"],
    caughtBy: anyProblem
  },
  {
    name: "keep a stale entry of the cache",
    file: view,
    text: "if (before.isUnread) this.#cache.delete(entry)",
    replacement: "",
    programs: ["atomic-faults"],
    caughtBy: /kept:\d (?:is|=)/
  },
  {
    name: "leave those who are not woken yet to the next start",
    file: "runtime/task/scheduler.ts",
    text: 'isAnnouncing(record) ? "again" : "park"',
    replacement: '"park"',
    programs: ["joiners"],
    caughtBy: anyProblem
  },
  {
    name: "use an entry that the cache has dropped",
    file: "runtime/store/cache.ts",
    text: "if (entry.generation !== this.#generation - 1) return false",
    replacement: "if (entry.generation !== this.#generation - 1) return true",
    programs: ["fan-out"],
    caughtBy: anyProblem
  },
  {
    name: "take a frame for unchanged whose locals have changed",
    file: "runtime/task/frame.ts",
    text: "if (!Object.is(a.slots[index], b.slots[index])) return false",
    replacement: "{}",
    programs: ["large-locals", "counters"],
    caughtBy: anyProblem
  },
  {
    name: "leave a frame that is gone",
    file: stack,
    text: "this.#view.deleteAt(this.#bookmark(depth))",
    replacement: "",
    programs: ["deep-recursion"],
    caughtBy: /the frames of .* should not be there/
  },
  {
    name: "lose a large local",
    file: stack,
    text: "for (const [key, text, value] of plan.put) this.#view.put(key, text, value)",
    replacement: "",
    programs: ["large-locals"],
    caughtBy: anyProblem
  },
  {
    name: "give two log lines one number",
    file: segment,
    text: "this.#logs = record.logs",
    replacement: "this.#logs = Math.max(0, record.logs - 1)",
    programs: ["chatter"],
    caughtBy: /the log of/
  },
  {
    name: "believe a database that has lost batches",
    file: "runtime/store/chained.ts",
    text: "if (loss !== undefined) onLoss(loss)",
    replacement: "",
    programs: [],
    caughtBy: /lost (tail|middle), found nothing/
  },
  {
    name: "believe a database whose batches do not follow each other",
    file: "runtime/store/loss.ts",
    text: "newest && (await findBreak(newest, read))",
    replacement: "undefined as Awaited<ReturnType<typeof findBreak>>",
    programs: [],
    caughtBy: /lost middle, found nothing/
  },
  {
    name: "call before it is durable",
    file: "runtime/task/extern.ts",
    text: "    yield* handOver.durable\n",
    replacement: "",
    programs: ["externs"],
    caughtBy: /was made before that was durable/
  },
  {
    name: "forget the calls of the process before",
    file: "runtime/task/extern.ts",
    text: "this.#hasBacklog = true\n    this.#next()",
    replacement: "this.#next()",
    programs: ["externs"],
    caughtBy: anyProblem
  }
]
