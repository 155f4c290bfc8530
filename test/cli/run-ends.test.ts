import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, root, starting, sxs } from "./start.ts"

describe("sxs run", () => {
  const spawns = '(defn bad () (fault "wrong"))\n(core/task/spawn bad)\n(core/util/log "on")\n'

  it("fails with --fail when any task has failed, and else with its main task only", () => {
    const folder = folderWith({ "main.sxs": spawns, "good.sxs": "(core/task/spawn (fn () 1))\n" })
    assert.strictEqual(sxs(folder, "run", "main.sxs").exitCode, 0)
    const { err, exitCode } = sxs(folder, "run", "main.sxs", "--fail")
    assert.deepStrictEqual([exitCode, /^bad-\d failed at main\.sxs:1: wrong$/m.test(err)], [1, true])
    assert.strictEqual(sxs(folder, "run", "good.sxs", "--fail").exitCode, 0, "others have failed before")
  })

  it("says who waits for events, how to send one, and what could not be handled", () => {
    const folder = folderWith({
      "main.sxs": `(core/event/sub A 7 { (if (= $data 1) (fault "no ones")) })
(core/event/sub C 8 :str { (core/util/log $data) })
(core/event/sub EXEC 0 { (core/util/log $data) })
(core/event/pub A 7 1)
`
    })
    const { err, exitCode } = sxs(folder, "run", "main.sxs")
    assert.strictEqual(exitCode, 0)
    assert.include(err, "sub-3, sub at main.sxs:3, waits for events on EXEC/0\n")
    assert.include(err, "sub-1, sub at main.sxs:1, waits for events on A/7. Send one: sxs pub A 7 DATA\n")
    assert.include(err, "sub-2, sub at main.sxs:2, waits for events on C/8. Send one: sxs pub C 8 DATA\n")
    assert.include(err, "1 event could not be handled: sxs dead ls\n")
    assert.match(sxs(folder, "dead").out, /^sub-1\.1 +A\/7 +1 +20\S+ +4 +\S+ +no ones$/m)
    assert.strictEqual(JSON.parse(sxs(folder, "dead", "ls", "--json").out)[0].fault.message, "no ones")
    const again = sxs(folder, "dead", "retry", "--subscription", "sub-1")
    assert.strictEqual(again.err, "1 event to be handled again\nnothing runs on the store now: sxs resume\n")
    assert.strictEqual(sxs(folder, "dead").err, "there are no dead letters\n")
    sxs(folder, "resume")
    assert.strictEqual(sxs(folder, "dead", "drop").exitCode, 2, "which?")
    assert.strictEqual(sxs(folder, "dead", "drop", "sub-1.9").exitCode, 1)
    assert.strictEqual(sxs(folder, "dead", "drop", "--all").err, "1 event dropped\n")
    assert.strictEqual(sxs(folder, "dead").err, "there are no dead letters\n")
    assert.strictEqual(JSON.parse(sxs(folder, "subs", "--json").out)[1].type, ":str")
  })

  const faulty = `(core/event/sub A 1 :int { (fault "bad") })
(core/event/sub B 1 { 1 })
(core/task/spawn-as "boss" (fn () (core/task/pause)))
`

  it("ends `resume` with 1 when an event became a dead letter, after each attempt in the same words", () => {
    const folder = folderWith({ "main.sxs": faulty })
    sxs(folder, "run", "main.sxs")
    assert.strictEqual(
      sxs(folder, "pub", "A", "1", '"x"').err,
      "no subscription takes it: sub-1 takes :int. The event is gone; sxs subs lists them\n"
    )
    assert.strictEqual(sxs(folder, "pub", "B", "1", "1").err, goesOnWith("sub-2"))
    assert.strictEqual(sxs(folder, "resume").exitCode, 0)
    assert.strictEqual(sxs(folder, "pub", "A", "1", "1").err, goesOnWith("sub-1"))
    const { err, exitCode } = sxs(folder, "resume")
    assert.strictEqual(exitCode, 1)
    assert.lengthOf(err.match(/^on-a-1-\d+ failed at main\.sxs:1: bad\n {2}The event is tried again by/gm)!, 3)
    assert.match(err, /The event was tried 4 times and is a dead letter now: sxs dead retry sub-1\.2\n/)
    assert.include(sxs(folder, "resume", "boss").err, "resuming @boss at main.sxs:3")
  })

  it("tells of failures as they come, and after a crash too, and names what goes on beside the program", async () => {
    const folder = folderWith({
      "main.sxs": `${faulty}(core/event/pub A 1 1)\n(core/task/sleep 600000)\n`,
      "other.sxs": '(core/util/log "other")\n'
    })
    const killed = starting({ cwd: folder }, "run", "main.sxs")
    await said(killed, "is tried again by")
    killed.kill("SIGKILL")
    await once(killed, "exit")
    const other = starting({ cwd: folder }, "run", "other.sxs")
    const end = ended(other)
    await said(other, "is a dead letter now")
    other.kill("SIGINT")
    const { err } = await end
    assert.match(err, /^resuming main-1 at main\.sxs:5 \(waiting/m)
    assert.include(err, "go on where it stood with: sxs run other.sxs\n")
    assert.include(err, "the others that were resumed go on with: sxs resume\n")
  })

  it("waits for a command that has the store for a moment", async () => {
    const folder = folderWith({ "main.sxs": '(core/util/log "ran")\n' })
    const hold = spawn(process.execPath, [join(root, "test/support/hold-store.ts"), join(folder, ".sxs")], {
      stdio: ["pipe", "pipe", "inherit"]
    })
    await once(hold.stdout, "data")
    const child = starting({ cwd: folder }, "run", "main.sxs")
    const end = ended(child)
    // Two other commands come and go, so that it has long found the store in use.
    for (let i = 0; i < 2; i++) sxs(folder, "check", "main.sxs")
    assert.isNull(child.exitCode)
    hold.kill("SIGKILL")
    assert.deepInclude(await end, { exitCode: 0, out: "ran\n" })
  })
})

const goesOnWith = (subscription: string): string =>
  `nothing runs on the store now; ${subscription} goes on with sxs resume\n`

/** Succeeds when the process has written `text` to stderr; fails when it ends before. */
const said = (child: ChildProcess, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let seen = ""
    child.stderr!.on("data", (chunk) => {
      seen += String(chunk)
      if (seen.includes(text)) resolve()
    })
    child.on("exit", () => reject(new Error(`it ended after ${JSON.stringify(seen)}`)))
  })
