import { createConnection } from "node:net"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { assert, describe, it } from "vitest"
import { becomeGuest } from "../../runtime/host/guest.ts"
import { type Random, seeded } from "../support/random.ts"
import { type Ended, ended, folderWith, printed, starting, sxs } from "./start.ts"

/** Handles events, ticks, waits for a value, and waits for an answer. */
const program = `(core/event/sub A 7 { (core/kv/set "order" $data) (core/util/log "order" $data) })
(defn waiter () [
  (def told (core/task/pause))
  (core/util/log "told" told)])
(defn ticker () [
  (def n 0)
  (while true [
    (set n (+ n 1))
    (core/kv/set "ticks" n)
    (core/util/log "tick" n)
    (core/task/sleep 20)])])
(core/task/spawn waiter)
(core/task/spawn ticker)
(def answer (core/expr/await (core/util/log "asks") B 1 3600000))
(core/util/log "answer" answer)
`

const owner = async () => {
  const folder = folderWith({ "main.sxs": program })
  const child = starting({ cwd: folder }, "run", "main.sxs")
  const end = ended(child)
  await printed(child, "asks\n")
  return { folder, child, end }
}

/** All was well, and nothing else was said. */
const well = ({ err, exitCode, out }: Ended): string => {
  assert.deepStrictEqual([exitCode, err], [0, ""])
  return out
}

const linesOf = (out: string) => out.trimEnd().split("\n")

describe("two terminals", () => {
  it("see, steer, tell and hear the same store", async () => {
    const { child, end, folder } = await owner()
    const tasks = well(sxs(folder, "ps"))
    assert.match(tasks, /^main-1 +waiting +main +main\.sxs:14 +.*B\/1/m)
    assert.match(tasks, /^ticker-\d +(waiting|running) +ticker +main\.sxs:11/m)
    assert.match(tasks, /^waiter-\d +paused +waiter +main\.sxs:3 +resume/m)
    assert.match(well(sxs(folder, "inspect", "ticker")), /^> 11 \| {5}\(core\/task\/sleep 20\)(.|\n)*n = \d+/m)
    assert.match(well(sxs(folder, "subs")), /^sub-1 +A\/7 +main +sub at main\.sxs:1 +0 +0 +0$/m)
    assert.match(sxs(folder, "upgrade", "main.sxs").err, /^nothing to do: 3 tasks on this code already$/m)

    const following = starting({ cwd: folder }, "logs", "ticker", "-f", "--json")
    const log = ended(following)
    await printed(following, '"tick 3"')

    const hearing = starting({ cwd: folder }, "sub", "A", "7", "--json", "-n", "2")
    let heard: Ended | undefined
    const hearingEnds = ended(hearing).then((all) => (heard = all))
    let orders = 0
    for (; heard === undefined && orders < 100; orders++) {
      const ordered = printed(child, `order ${orders}\n`)
      assert.deepInclude(sxs(folder, "pub", "A", "7", String(orders)), { exitCode: 0, err: "sub-1 takes it\n" })
      await ordered
    }
    await hearingEnds
    const events = linesOf(well(heard!)).map((line) => JSON.parse(line))
    const first = Number(events[0].data)
    assert.deepStrictEqual(
      events.map(({ channel, data, topic }) => [channel, topic, data]),
      [
        ["A", 7, String(first)],
        ["A", 7, String(first + 1)]
      ]
    )
    assert.strictEqual(well(sxs(folder, "kv", "get", "order")), `${orders - 1}\n`)

    assert.match(
      sxs(folder, "pause", "ticker").err,
      /^ticker-\d is paused at main\.sxs:11\. Wake it: sxs resume ticker-\d$/m
    )
    const ticks = Number(well(sxs(folder, "kv", "get", "ticks")))
    assert.match(well(sxs(folder, "ps")), /^ticker-\d +paused/m)
    assert.strictEqual(Number(well(sxs(folder, "kv", "get", "ticks"))), ticks)
    const ticking = printed(child, `tick ${ticks + 2}\n`)
    assert.include(sxs(folder, "resume", "ticker").err, `process ${child.pid} goes on with it`)
    await ticking

    const told = printed(child, 'told ("tea" 2)\n')
    assert.strictEqual(sxs(folder, "resume", "waiter", '("tea" 2)').exitCode, 0)
    await told
    const answered = printed(child, 'answer (map "ok" true)\n')
    assert.strictEqual(sxs(folder, "pub", "B", "1", '(map "ok" true)').exitCode, 0)
    await answered
    well(sxs(folder, "kv", "set", "note", '"x"'))
    assert.strictEqual(well(sxs(folder, "kv", "ls", "note")), 'note\t"x"\n')

    assert.match(sxs(folder, "cancel", "ticker").err, /ticker-\d is cancelled$/m)
    const logged = linesOf(well(await log)).map((line) => JSON.parse(line))
    assert.deepStrictEqual(
      logged.map(({ text }) => text),
      logged.map((_, i) => `tick ${i + 1}`)
    )
    const { err, exitCode } = await end
    assert.strictEqual(exitCode, 0)
    assert.include(err, "sub-1, sub at main.sxs:1, waits for events on A/7. Send one: sxs pub A 7 DATA\n")
  })

  it("publish for later when nothing runs", () => {
    const folder = folderWith({ "main.sxs": '(core/event/sub A 7 { (core/util/log "order" $data) })\n' })
    assert.strictEqual(sxs(folder, "run", "main.sxs").exitCode, 0)
    const { err, exitCode } = sxs(folder, "pub", "A", "7", "9")
    assert.deepStrictEqual([exitCode, err], [0, "nothing runs on the store now; sub-1 goes on with sxs resume\n"])
    assert.include(
      sxs(folder, "pub", "A", "8", "9").err,
      "nobody subscribes to A/8, and no task awaits it: the event is gone"
    )
    assert.strictEqual(sxs(folder, "pub", "G", "7", "9").exitCode, 2)
    assert.strictEqual(sxs(folder, "resume").out, "order 9\n")
  })

  it("bear guests that say nonsense, are killed in the middle, or come all at once", async () => {
    const { child, end, folder } = await owner()
    well(sxs(folder, "ps")) // It waits for the owner to listen.
    const control = join(folder, ".sxs/control/socket")
    const seed = 20261121
    const random = seeded(seed)
    for (let i = 0; i < 40; i++) await say(control, garbage(random))
    const killed = starting({ cwd: folder }, "logs", "ticker", "-f")
    await printed(killed, "tick 1\n")
    killed.kill("SIGKILL")
    await say(control, Buffer.from('{"id":1,"method":"kv set","args":["half","'))

    const store = join(folder, ".sxs")
    const incr = Effect.scoped(Effect.flatMap(becomeGuest(store), ({ operations }) => operations.kv.incr("guests", 1)))
    const sums = await Effect.runPromise(
      Effect.all(
        Array.from({ length: 100 }, () =>
          // Those for whom there is no room yet come again.
          Effect.retry(incr, { while: (error) => "_tag" in error && error._tag === "NobodyListens" })
        ),
        { concurrency: "unbounded" }
      )
    )
    assert.deepStrictEqual(
      sums.map(Number).toSorted((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i + 1),
      `seed ${seed}`
    )
    assert.strictEqual(sxs(folder, "kv", "get", "half").exitCode, 1, "there is no such key")
    const ticking = printed(child, "tick")
    await ticking
    child.kill("SIGTERM")
    assert.strictEqual((await end).exitCode, 130)
  })
})

const garbage = (random: Random): Buffer =>
  Buffer.from(Array.from({ length: 1 + Math.floor(random.below(2000)) }, () => Math.floor(random.below(256))))

/** Says it, and hangs up. */
const say = (path: string, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const socket = createConnection(path)
    socket.on("error", () => undefined)
    socket.on("close", () => resolve())
    socket.resume()
    socket.write(bytes, () => void setImmediate().then(() => socket.destroy()))
  })
