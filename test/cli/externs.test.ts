import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { ended, folderWith, printed, root, start, starting, sxs } from "./start.ts"

const files = {
  "src/main.sxs": `#(import "./lib/pay.sxs")
#(extern "./words.js" (shout (text :str) :str {pure}))
(log (shout (try (pay/charge 500) "not paid")))
`,
  "src/lib/pay.sxs": '#(export charge)\n#(extern "./bank.ts" (charge (cents :int) :str))\n',
  "src/lib/bank.ts":
    "export const charge = async (cents: number): Promise<string> => {\n  console.error('asked for', cents)\n  return 'paid ' + cents\n}\n",
  "src/words.js": "export const shout = (text) => text.toUpperCase()\n"
}

describe("a program that calls functions of modules", () => {
  it("finds them from its own folder, and those of an imported file from that", () => {
    const folder = folderWith(files)
    for (const [cwd, file] of [
      [folder, "src/main.sxs"],
      [join(folder, "src/lib"), "../main.sxs"]
    ] as const) {
      const run = sxs(cwd, "run", file, "--store", "memory:")
      assert.deepStrictEqual(run, { exitCode: 0, out: "PAID 500\n", err: "asked for 500\n" }, file)
    }
  })

  it("that was built finds them beside its file, and beside its source where they are not there", () => {
    const folder = folderWith(files)
    assert.strictEqual(sxs(folder, "build", "src/main.sxs", "-o", "dist").exitCode, 0)
    const run = (file: string) => start(file, ["--store", "memory:"], { cwd: "/" })
    assert.strictEqual(run(join(folder, "dist/main.js")).out, "PAID 500\n")
    // Compiled and copied to another machine, there is no source any more.
    cpSync(join(folder, "dist"), join(folder, "elsewhere"), { recursive: true })
    cpSync(join(folder, "src/words.js"), join(folder, "elsewhere/words.js"))
    const bank = "export const charge = (cents) => 'paid ' + cents + ' elsewhere'\n"
    cpSync(join(folder, "src/lib"), join(folder, "elsewhere/lib"), { recursive: true })
    rmSync(join(folder, "elsewhere/lib/bank.ts"))
    writeFileSync(join(folder, "elsewhere/lib/bank.js"), bank)
    renameSync(join(folder, "src"), join(folder, "gone"))
    assert.strictEqual(run(join(folder, "elsewhere/main.js")).out, "PAID 500 ELSEWHERE\n")
  })

  // They are not those that the command line has in itself.
  it("takes values and Effects that they make with the packages sxs and effect", () => {
    const folder = folderWith({
      "package.json": '{ "type": "module" }',
      "main.sxs": `#(extern "./m.ts" (colour () :symbol) (refuse () :str) (later (n :int) :int) (fail () :str {retry 0}))
(log (= (colour) 'red) (refuse) (later 1) (fail))
`,
      "m.ts": `import * as Effect from "effect/Effect"
import { SxsError, SxsSymbol } from "sxs"
export const colour = () => SxsSymbol.of("red")
export const refuse = () => new SxsError("no")
export const later = (n: number) => Effect.delay(Effect.map(Effect.promise(async () => n), (n) => n + 1), 1)
export const fail = () => Effect.gen(function* () {
  return yield* Effect.fail(new SxsError("wrong"))
})
`
    })
    mkdirSync(join(folder, "node_modules"))
    symlinkSync(root, join(folder, "node_modules/sxs"))
    symlinkSync(join(root, "node_modules/effect"), join(folder, "node_modules/effect"))
    const run = sxs(folder, "run", "main.sxs", "--store", "memory:")
    assert.deepStrictEqual(run, { exitCode: 0, out: 'true @"no" 2 @"wrong"\n', err: "" })
  })

  it("goes on after a kill where it stood, without its source, and asks again with the same key", async () => {
    const folder = folderWith({
      "main.sxs": '#(extern "./m.ts" (ask (n :int) :str))\n(log (ask 1))\n',
      "m.ts": `import { existsSync } from "node:fs"
export const ask = async (n: number, call: { attempt: number; idempotencyKey: string }): Promise<string> => {
  console.log(\`attempt \${call.attempt} \${call.idempotencyKey}\`)
  return existsSync(\`\${import.meta.dirname}/answer\`) ? "answered" : new Promise(() => setInterval(() => {}, 1000))
}
`
    })
    const child = starting({ cwd: folder }, "run", "main.sxs")
    const first = ended(child)
    await printed(child, "attempt 1")
    child.kill("SIGKILL")
    const { out } = await first
    rmSync(join(folder, "main.sxs"))
    writeFileSync(join(folder, "answer"), "")
    assert.match(sxs(folder, "ps").out, /`ask` of \.\/m\.ts, attempt 1, key main-1\//)
    const resumed = sxs("/", "resume", "--store", join(folder, ".sxs"))
    assert.strictEqual(resumed.out, `${out.replace("attempt 1", "attempt 2")}answered\n`)
    assert.match(resumed.err, /^resuming main-1 at main\.sxs:2/)
    assert.include(sxs(folder, "inspect", "main-1").out, "attempt 1 ended with its process")
  })

  it("stands still while a module is missing, says so, and goes on once it is there", () => {
    const folder = folderWith({ "main.sxs": '#(extern "./m.ts" (f () :int))\n(log (f))\n' })
    const { err, exitCode, out } = sxs(folder, "run", "main.sxs")
    assert.deepStrictEqual([exitCode, out], [1, ""])
    assert.strictEqual(
      err,
      `sxs: main-1 cannot go on here: \`f\`: there is no file ${join(folder, "m.ts")}: put the module there\n` +
        "main-1 stands still at main.sxs:2. When that is put right: sxs resume\n"
    )
    assert.strictEqual(sxs(folder, "resume").exitCode, 1)
    writeFileSync(join(folder, "m.ts"), "export const f = (): number => 7\n")
    assert.strictEqual(sxs(folder, "resume").out, "7\n")
  })

  it("is told of an error that a module leaves behind, with its place", () => {
    for (const [left, message] of [
      ['setTimeout(() => { throw new Error("boom") })', "boom"],
      ['void Promise.reject(new Error("dropped"))', "dropped"]
    ] as const) {
      const folder = folderWith({
        "main.sxs": '#(extern "./m.ts" (f () :int))\n(log (f))\n(core/task/sleep 60000)\n',
        "m.ts": `export const f = (): number => {\n  ${left}\n  return 1\n}\n`
      })
      const { err, exitCode } = sxs(folder, "run", "main.sxs")
      assert.strictEqual(exitCode, 70, err)
      assert.match(err, new RegExp(`^sxs: uncaught error in ./m\\.ts:2:\\d+, outside of any call: ${message}\n`))
      assert.notInclude(err, "report")
    }
  })

  it("shows each failed attempt in the timeline, also the last", () => {
    const folder = folderWith({
      "main.sxs": '#(extern "./m.js" (f () :int {retry 1 backoff 1}))\n(log (f))\n',
      "m.js": "export const f = ({ attempt }) => { throw new Error('busy ' + attempt) }\n"
    })
    sxs(folder, "run", "main.sxs")
    const { out } = sxs(folder, "inspect", "main-1")
    assert.match(out, /attempt 1 of 2 failed: busy 1\n.*attempt 2 of 2 failed: busy 2\n.*woke by `f`\n/)
  })

  it("ends when it is stopped, however long a call still takes, and goes on later", async () => {
    const folder = folderWith({
      "main.sxs": '#(extern "./m.js" (f () :int))\n(log (f))\n',
      "m.js":
        "export const f = ({ attempt, signal }) => attempt > 1 ? attempt : new Promise(() => {\n  console.log('asked')\n  signal.addEventListener('abort', () => console.log('aborted'))\n  setInterval(() => {}, 1000)\n})\n"
    })
    const child = starting({ cwd: folder }, "run", "main.sxs")
    const stopped = ended(child)
    await printed(child, "asked")
    child.kill("SIGINT")
    assert.strictEqual((await stopped).out, "asked\naborted\n")
    assert.strictEqual(sxs(folder, "run", "main.sxs").out, "2\n")
  })
})

describe("sxs test", () => {
  const test = (program: string, module: string) => {
    const folder = folderWith({ "main.sxs": program, "m.ts": module })
    return { folder, ...sxs(folder, "test", "main.sxs", "--crash") }
  }

  it("calls the real functions, while the time of the test stands still", () => {
    const { err, exitCode, out } = test(
      `#(extern "./m.ts" (slow (ms :int) :int {retry 1}) (double (n :int) :int {pure}))
(deftest "a call takes no time"
  (def before (core/time/now))
  (expect-equal (double (insist (slow 50))) 100)
  (expect-equal (core/time/now) before))
(deftest "in all of its tasks"
  (expect-equal (core/task/all (list (fn () (slow 1)) (fn () [(core/task/sleep 1000) (slow 2)]))) '(1 2)))
`,
      `import { setTimeout } from "node:timers/promises"
export const slow = (ms: number): Promise<number> => setTimeout(ms, ms)
export const double = (n: number): number => 2 * n
`
    )
    assert.strictEqual(exitCode, 0, out + err)
    assert.match(out, /2 tests passed/)
  })

  it("crashes a test behind each commit, and its calls are made again", () => {
    const { exitCode, folder, out } = test(
      `#(extern "./m.ts" (count () :int {retry 3 backoff 60000}))
(deftest "in the end it succeeds" (expect (> (insist (count)) 1)))
`,
      `import { appendFileSync } from "node:fs"
export const count = ({ attempt }: { attempt: number }): number => {
  appendFileSync(\`\${import.meta.dirname}/calls\`, "x")
  if (attempt === 1) throw new Error("busy")
  return attempt
}
`
    )
    assert.strictEqual(exitCode, 0, out)
    assert.isTrue(existsSync(join(folder, "calls")))
  })
})
