/** Sessions on streams of the test: what is typed, and what is shown. */
import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { replOn } from "../../../../cli/commands/repl.ts"
import { CommandFailed } from "../../../../cli/exit.ts"
import { Shell, type ShellService } from "../../../../cli/shell.ts"

/** Collects what is shown, and says when a text has come. */
class Screen {
  readonly #waiting: Array<{ readonly text: string; readonly seen: () => void }> = []
  #shown = ""

  /** What was shown since the last call. */
  take(): string {
    const shown = this.#shown
    this.#shown = ""
    return shown
  }

  readonly show = (text: string): undefined => {
    this.#shown += text
    for (const each of this.#waiting) if (this.#shown.includes(each.text)) each.seen()
    return undefined
  }

  seen(text: string): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      this.#waiting.push({ text, seen: () => resume(Effect.void) })
      this.show("")
    })
  }
}

const shellOn = (screen: Screen): ShellService => ({
  out: screen.show,
  err: screen.show,
  outFailure: () => undefined,
  isOutClosed: () => false,
  colour: { out: false, err: false },
  cwd: process.cwd(),
  env: {}
})

const session = (screen: Screen, isInteractive: boolean) => {
  const input = new PassThrough()
  const streams = { input, output: new PassThrough(), isInteractive, history: undefined }
  const running = replOn(streams, { store: undefined, durability: "strict" })
  return { input, running: Effect.provideService(running, Shell, shellOn(screen)) }
}

/** What is shown when these lines are read to their end, and whether the session has failed. */
const typed = (...lines: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const screen = new Screen()
    const { input, running } = session(screen, false)
    input.end(`${lines.join("\n")}\n`)
    const failed = yield* Effect.match(running, {
      onFailure: (error) => error instanceof CommandFailed && error.exitCode,
      onSuccess: () => 0
    })
    return { shown: screen.take(), failed }
  })

const shows = (lines: ReadonlyArray<string>, expected: string, failed = 0) =>
  Effect.gen(function* () {
    assert.deepStrictEqual(yield* typed(...lines), { shown: expected, failed })
  })

describe("what is typed", () => {
  it.live("keeps functions, values, record types and assignments for what is typed later", () =>
    shows(
      [
        "(def x 5)",
        "(defn plus (y) (+ x y))",
        "(plus 1)",
        "(set x 100)",
        "(plus 1)",
        "(def x (* x 2))",
        "(plus 1)",
        "#(form point {a :int b :int})",
        "(def p (point 1 2))",
        "(point/b p)",
        "(def add (fn (a) (+ a x)))",
        "(add 1)"
      ],
      "6\n101\n201\n2\n201\n"
    )
  )

  it.live("goes on in the next line while something is open", () =>
    shows(["(+ 1", "  2)", '(str "two', 'lines")', "; nothing", "(list 1 ; one", "2)"], '3\n"two\\nlines"\n(1 2)\n')
  )

  it.live("replaces what is defined again, by a function or by a value", () =>
    shows(["(defn f () 1)", "(f)", "(defn f () 2)", "(f)", "(def f 3)", "f", "(defn f () 4)", "(f)"], "1\n2\n3\n4\n")
  )

  it.live("takes functions that need each other from one entry", () =>
    shows(
      [
        "(defn is-even (n :int) :bool (if (= n 0) true (is-odd (- n 1)))) (defn is-odd (n :int) :bool (if (= n 0) false",
        "(is-even (- n 1))))",
        "(is-even 10)"
      ],
      "true\n"
    )
  )

  it.live("shows mistakes and faults where they were typed, and goes on", () =>
    Effect.gen(function* () {
      const { failed, shown } = yield* typed(
        "(defn halve (n :int)",
        "  (div n (- n n)))",
        "(foo)",
        "(def kept 1)",
        "(halve 4)",
        ")",
        "kept"
      )
      assert.strictEqual(failed, 1)
      assert.include(shown, "error SXS2001: `foo` is not defined\n --> [2]:1:2\n1 | (foo)\n")
      assert.include(shown, " --> [1]:2:3\n2 |   (div n (- n n)))\n")
      assert.include(shown, "  in halve at [1]:2:3\n  in repl at [4]:1:1\n")
      assert.include(shown, "error SXS1009: `)` closes nothing\n --> [5]:1:1\n")
      assert.isTrue(shown.endsWith("\n1\n"), shown)
    })
  )

  it.live("defines nothing when it fails", () =>
    Effect.gen(function* () {
      const { shown } = yield* typed('(def a 1) (defn g () 1) (fault "no")', "a", "(g)")
      assert.include(shown, "`a` is not defined")
      assert.include(shown, "`g` is not defined")
    })
  )

  it.live("wakes what it has left paused, and keeps what that defines", () =>
    Effect.gen(function* () {
      const { failed, shown } = yield* typed("(def told (core/task/pause))", ":frames", ":resume repl-1 (1 2)", "told")
      assert.strictEqual(failed, 0)
      assert.include(shown, "repl-1 is paused at [1]:1. Wake it: :resume repl-1 [VALUE]\n")
      assert.include(shown, "#0 repl at [1]:1:11, in core/task/pause (pc 0)\n> 1 | (def told (core/task/pause))\n")
      assert.isTrue(shown.endsWith("\n(1 2)\n"), shown)
    })
  )

  it.live("sends who names a missing task to its own commands", () =>
    Effect.gen(function* () {
      const { shown } = yield* typed(":resume nobody")
      assert.include(shown, "there is no task nobody; :tasks lists them\n")
    })
  )

  it.live("says what a command does not know, and lists tasks and keys", () =>
    Effect.gen(function* () {
      const { failed, shown } = yield* typed(
        "(core/kv/set a:1 'x)",
        "(core/kv/set zz 2)",
        ":kv",
        ":kv a:",
        "(defn waits () (core/task/pause))",
        "(def waiting (core/task/spawn waits))",
        '(while (!= (core/task/state waiting) "paused") (core/task/checkpoint))',
        ":tasks",
        ":task waits",
        ":what",
        ":task nobody",
        ":quit",
        "never"
      )
      assert.strictEqual(failed, 1)
      assert.include(shown, "a:1\tx\nzz\t2\na:1\tx\n")
      assert.match(shown, /waits-4 +paused +\[3\]:1 +resume/)
      assert.include(shown, "#0 waits at [3]:1:16, in core/task/pause")
      assert.include(shown, "there is no command :what; :help lists them\n")
      assert.include(shown, "there is no task nobody")
      assert.notInclude(shown, "never")
    })
  )
})

describe("Ctrl-C and Ctrl-D", () => {
  it.live("cancel what runs, drop what is typed, and end the session", () =>
    Effect.gen(function* () {
      const screen = new Screen()
      const { input, running } = session(screen, true)
      const fiber = yield* Effect.forkChild(running)
      yield* screen.seen("Ctrl-D ends\n")
      input.write('(defn work () [(defer (log "tidied")) (log "works") (while true 1)])\r(work)\r')
      yield* screen.seen("works\n")
      input.write("\x03")
      yield* screen.seen("tidied\nrepl-1 was cancelled\n")
      input.write('(+ 1\r\x03(log "next")\r')
      yield* screen.seen("next\n")
      input.write("\x04")
      yield* Fiber.join(fiber)
    })
  )

  it.live("show what other tasks print while something is typed", () =>
    Effect.gen(function* () {
      const screen = new Screen()
      const { input, running } = session(screen, true)
      const fiber = yield* Effect.forkChild(running)
      input.write('(defn tick () [(core/task/sleep 60) (log "tick") (fault "tock")])\r(core/task/spawn tick)\r(half')
      yield* screen.seen("tick\n")
      yield* screen.seen("tick-2 failed at [1]:1: tock\n  See: :task tick-2\n")
      input.write("\x15\x04")
      yield* Fiber.join(fiber)
    })
  )
})
