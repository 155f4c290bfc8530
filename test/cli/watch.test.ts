import type { ChildProcess } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { assert, describe, it } from "vitest"
import { folderWith, starting, sxs } from "./start.ts"

/** Counts for ever, and says `word` with each number. */
const counting = (word: string): string => `(defn say (n) [(log "${word}" n) (core/task/sleep 5) (+ n 1)])
(def n 0)
(while true (set n (say n)))
`

/** Collects what a process writes, and waits for a text in it. */
class Transcript {
  readonly #waiting: Array<{ readonly text: string; readonly seen: () => void; readonly from: number }> = []
  #text = ""

  constructor(stream: Readable) {
    stream.on("data", (chunk) => {
      this.#text += String(chunk)
      this.#look()
    })
  }

  get text(): string {
    return this.#text
  }

  /** Behind what is there already, if `fresh`. */
  has(text: string, { fresh = false } = {}): Promise<void> {
    return new Promise((seen) => {
      this.#waiting.push({ text, seen, from: fresh ? this.#text.length : 0 })
      this.#look()
    })
  }

  #look(): void {
    for (const { from, seen, text } of this.#waiting) if (this.#text.includes(text, from)) seen()
  }
}

const watching = (folder: string, ...flags: ReadonlyArray<string>) => {
  const child = starting({ cwd: folder }, "run", "main.sxs", "--watch", ...flags)
  const end = new Promise<number | null>((resolve) => child.on("close", resolve))
  return { child, end, out: new Transcript(child.stdout!), err: new Transcript(child.stderr!) }
}

const stop = async ({ child, end }: { readonly child: ChildProcess; readonly end: Promise<number | null> }) => {
  child.kill("SIGINT")
  assert.strictEqual(await end, 130)
}

describe("sxs run --watch", () => {
  it("gives running tasks the new code, and leaves them alone while it does not compile", async () => {
    const folder = folderWith({ "main.sxs": counting("old") })
    const watch = watching(folder)
    await watch.out.has("old 3\n")
    writeFileSync(join(folder, "main.sxs"), counting("new"))
    await watch.err.has("main.sxs: 1 task moved to the new code\n")
    await watch.out.has("new")
    const numbers = [...watch.out.text.matchAll(/(?:old|new) (\d+)\n/g)].map(([, number]) => Number(number))
    assert.deepStrictEqual(
      numbers,
      numbers.map((_, index) => index),
      "it counts on"
    )

    writeFileSync(join(folder, "main.sxs"), counting("new").replace("(+ n 1)", "(+ m 1)"))
    await watch.err.has("error SXS2001: `m` is not defined")
    await watch.err.has("main.sxs: what runs is left as it is\n")
    await watch.out.has("new", { fresh: true })

    writeFileSync(join(folder, "main.sxs"), counting("newer"))
    await watch.out.has("newer")
    await stop(watch)
    assert.include(watch.err.text, "sxs: stopped; go on where it stood with: sxs run main.sxs\n")
    assert.match(sxs(folder, "ps").out, /^main-1 +waiting/m)
  })

  it("looks at imported files, also at one that is missing", async () => {
    const folder = folderWith({
      "main.sxs": '#(import "./word.sxs")\n(log (word/say))\n',
      "word.sxs": '#(export say)\n(defn say () "one")\n'
    })
    const watch = watching(folder)
    await watch.out.has("one\n")
    await watch.err.has("main.sxs: ended; waiting for a change\n")
    rmSync(join(folder, "word.sxs"))
    await watch.err.has("there is no such file")
    writeFileSync(join(folder, "word.sxs"), '#(export say)\n(defn say () "two")\n')
    await watch.out.has("two\n")
    assert.strictEqual(watch.out.text, "one\ntwo\n")
    await stop(watch)
  })

  it("says what stays on its old code", async () => {
    const waits = (line: string): string =>
      `(defn work () [\n${line}  (def told (core/task/pause))\n  (log "told" told)])\n(work)\n`
    const folder = folderWith({ "main.sxs": waits("") })
    const watch = watching(folder)
    await watch.err.has("main.sxs: ended; waiting for a change\n")
    writeFileSync(join(folder, "main.sxs"), '(defn other () (log "other"))\n(other)\n')
    await watch.err.has("1 task on the old code until it ends:\n  ")
    await watch.err.has("the source has changed since")
    await stop(watch)
    assert.strictEqual(sxs(folder, "resume", "main-1", "1").out, "told 1\n")
  })

  it("leaves nothing behind when it is killed", async () => {
    const folder = folderWith({ "main.sxs": counting("on") })
    const watch = watching(folder)
    await watch.out.has("on 3\n")
    watch.child.kill("SIGKILL")
    // The streams are closed when the process that it had started has ended too.
    await watch.end
    assert.match(sxs(folder, "resume", "nobody").err, /there is no task nobody/)
  })

  it("ends with 2 when there is no such file, and waits when the file does not compile", async () => {
    const folder = folderWith({ "main.sxs": "(foo)\n" })
    const missing = starting({ cwd: folder }, "run", "other.sxs", "--watch")
    assert.strictEqual(await new Promise((resolve) => missing.on("close", resolve)), 2)
    const watch = watching(folder)
    await watch.err.has("nothing runs yet; waiting for a change\n")
    writeFileSync(join(folder, "main.sxs"), '(log "at last")\n')
    await watch.out.has("at last\n")
    await stop(watch)
  })
})
