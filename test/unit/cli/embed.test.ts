import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { printBundleFile } from "../../../cli/bundle-file.ts"
import {
  openSxs,
  type Sxs,
  SxsArgumentError,
  SxsBundleError,
  SxsError,
  SxsFault,
  type SxsFunction,
  SxsStopped,
  SxsStoreError,
  type SxsValue
} from "../../../cli/embed/index.ts"
import { openHost } from "../../../cli/embed/open.ts"
import { Results, type ResultsSource } from "../../../cli/embed/results.ts"
import { hashOf } from "../../../runtime/bundle/loader.ts"
import { BundleRejected } from "../../../runtime/index.ts"
import { compiled } from "../../support/namespace.ts"

const source = `#(export add echo pair fails refuses counts waits logs)
(defn add (a :int b :int) :int (+ a b))
(defn echo (& values) values)
(defn pair (x :real xs :list-b) :any (list x xs))
(defn fails (n :int) :int (inner n))
(defn inner (n :int) :int (div 1 n))
(defn refuses () (error "no" (map "why" 1)))
(defn counts () (core/kv/incr calls))
(defn waits () [(core/util/log "waiting") (core/task/pause)])
(defn logs (text :str) (core/util/log text))
`

type Name = "add" | "echo" | "pair" | "fails" | "refuses" | "counts" | "waits" | "logs"
type AnyFunction = SxsFunction<ReadonlyArray<unknown>, SxsValue>

let folder = ""
let lines: Array<string> = []
const opened: Array<Sxs> = []
let shown: () => void = () => undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sxs-embed-"))
  lines = []
})
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
  rmSync(folder, { recursive: true, force: true })
})

const bundle = compiled(source, "shop.sxs")

/** The functions of the program, as its file exports them. */
const built = (): { readonly file: string; readonly f: Readonly<Record<Name, AnyFunction>> } => {
  const file = join(folder, "shop.js")
  writeFileSync(file, printBundleFile(bundle, "shop"))
  writeFileSync(`${file}.map`, bundle.map)
  const program = { url: pathToFileURL(file).href, hash: bundle.hash, manifest: bundle.manifest }
  const functions = bundle.manifest.exports.map(({ name }) => [name, { program, name }])
  return { file, f: Object.fromEntries(functions) as Record<Name, AnyFunction> }
}

const open = async (store = "memory:"): Promise<Sxs> => {
  const sxs = await openSxs({ store, onLog: show })
  opened.push(sxs)
  return sxs
}

const show = ({ text }: { readonly text: string }): void => {
  lines.push(text)
  shown()
}

/** Until the next line is shown. */
const nextLine = (): Promise<void> =>
  new Promise((resolve) => {
    shown = resolve
  })

const problem = async (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    (value) => assert.fail(`it succeeded with ${String(value)}`),
    (error: Error) => error
  )

describe("an open store", () => {
  it("calls functions with values of JavaScript, and gives such", async () => {
    const { f } = built()
    const sxs = await open()
    assert.strictEqual(await sxs.call(f.add, 1, 2n), 3)
    assert.strictEqual(await sxs.call(f.add, Number.MAX_SAFE_INTEGER, 1), 2n ** 53n)
    assert.deepStrictEqual(await sxs.call(f.echo, 1, "a", [null, true], { k: 2.5 }), [
      1,
      "a",
      [null, true],
      Object.assign(Object.create(null), { k: 2.5 })
    ])
    assert.deepStrictEqual(await sxs.call(f.pair, 2, [1]), [2, [1]])
    assert.deepStrictEqual(await sxs.call(f.echo), [])
  })

  it("gives error values as they are, and takes them", async () => {
    const { f } = built()
    const sxs = await open()
    const refused = await sxs.call(f.refuses)
    assert.instanceOf(refused, SxsError)
    assert.strictEqual((refused as SxsError).place, "7:18")
    assert.deepEqual(await sxs.call(f.echo, refused), [refused])
  })

  it("says which argument is wrong, and starts nothing then", async () => {
    const { f } = built()
    const sxs = await open()
    const wrong: ReadonlyArray<readonly [Promise<unknown>, string]> = [
      [sxs.call(f.add, 1), "`add` takes 2 arguments, got 1"],
      [sxs.call(f.add, 1, 2, 3), "`add` takes 2 arguments, got 3"],
      [sxs.call(f.pair, 1), "`pair` takes 2 arguments, got 1"],
      [sxs.call(f.add, 1, "2"), 'argument 2 (`b`) of `add`: expected :int, got the string "2"'],
      [sxs.call(f.echo, 1, undefined), "argument 2 (`values`) of `echo`: expected a value that sxs has, got undefined"],
      [sxs.start(f.add, { id: 7 as never, args: [1, 2] }), "the id of a call of `add` is a string"],
      [sxs.start(f.add, { args: "12" as never }), "the arguments of `add` come as an array"],
      [sxs.call({ ...f.add, name: "nothing" }), "the program shop exports no function `nothing`"],
      [sxs.call((() => 1) as never), "what is called must be a function that a compiled sxs program exports"],
      [sxs.call(undefined as never), "what is called must be a function that a compiled sxs program exports"]
    ]
    for (const [promise, message] of wrong) {
      const error = await problem(promise)
      assert.instanceOf(error, TypeError)
      assert.strictEqual(error.message, message)
    }
    assert.strictEqual((await sxs.start(f.add, { args: [1, 2] })).id, "add-1")
  })

  it("rejects with the fault, its source line and its calls", async () => {
    const { f } = built()
    const error = await problem((await open()).call(f.fails, 0))
    assert.instanceOf(error, SxsFault)
    const { code, message, stack, task, trace } = error as SxsFault
    assert.deepStrictEqual([code, message, task], ["SXS6003", "`div`: the int 1 divided by zero", "fails-1"])
    assert.include(trace, "6 | (defn inner (n :int) :int (div 1 n))")
    assert.include(trace, "in fails at shop.sxs:5:")
    assert.match(stack!, /^SxsFault: .*\n {4}at inner \(shop\.sxs:6:\d+\)\n {4}at fails \(shop\.sxs:5:\d+\)\n {4}at /)
  })

  it("runs a call with an id once, over several openings", async () => {
    const { f } = built()
    const store = join(folder, "store")
    for (const kind of ["started", "joined", "joined"]) {
      const sxs = await open(store)
      const task = await sxs.start(f.counts, { id: "7", args: [] })
      assert.deepStrictEqual([task.kind, await task.result()], [kind, 1])
      assert.strictEqual(await (await sxs.start(f.counts, { id: "7", args: [] })).result(), 1)
      await sxs.close()
    }
    const sxs = await open(store)
    assert.strictEqual(await sxs.call(f.counts), 2)
  })

  it("starts one task when one id is called several times at once", async () => {
    const { f } = built()
    const sxs = await open()
    const tasks = await Promise.all([1, 2, 3].map(() => sxs.start(f.counts, { id: "7", args: [] })))
    assert.sameMembers(
      tasks.map(({ kind }) => kind),
      ["started", "joined", "joined"]
    )
    assert.deepStrictEqual(await Promise.all(tasks.map((task) => task.result())), [1, 1, 1])
  })

  it("refuses a program that was built for another runtime", async () => {
    const { f, file } = built()
    const code = bundle.code.replace(`"abi":${bundle.manifest.abi}`, '"abi":0')
    assert.notStrictEqual(code, bundle.code)
    const old = { ...bundle, code, hash: hashOf(code), manifest: { ...bundle.manifest, abi: 0 } }
    writeFileSync(file, printBundleFile(old, "shop"))
    const program = { ...f.add.program, hash: old.hash, manifest: old.manifest }
    const error = await problem((await open()).call({ ...f.add, program }, 1, 2))
    assert.instanceOf(error, SxsBundleError)
    assert.include(error.message, "built for version 0 of the runtime")
  })

  it("gives the same fault again under the same id", async () => {
    const { f } = built()
    const sxs = await open()
    for (let turn = 0; turn < 2; turn++) {
      const task = await sxs.start(f.fails, { id: "x", args: [0] })
      assert.strictEqual(((await problem(task.result())) as SxsFault).task, "shop.fails@x")
    }
  })

  it("goes on with interrupted tasks when it is opened", async () => {
    const { f } = built()
    const store = join(folder, "store")
    const first = await open(store)
    const line = nextLine()
    const waiting = await first.start(f.waits, { id: "w", args: [] })
    const stopped = problem(waiting.result())
    await line
    await first.close()
    const closed = await stopped
    assert.instanceOf(closed, SxsStopped)
    assert.deepStrictEqual([closed.reason, closed.task], ["closed", "shop.waits@w"])
    const second = await open(store)
    const again = await second.start(f.waits, { id: "w", args: [] })
    const result = again.result()
    await second.resume(again.id, { yes: [1] })
    assert.deepStrictEqual(JSON.stringify(await result), '{"yes":[1]}')
  })

  it("says why a task cannot be resumed", async () => {
    const { f } = built()
    const sxs = await open()
    await sxs.call(f.add, 1, 2)
    assert.strictEqual((await problem(sxs.resume("add-1"))).message, "the task add-1 has ended: it is done")
    assert.strictEqual((await problem(sxs.resume("add-2"))).message, "there is no task add-2")
  })

  it("shows what tasks log before their result is there", async () => {
    const { f } = built()
    await (await open()).call(f.logs, "hello")
    assert.deepStrictEqual(lines, ["hello"])
  })

  it("stops when a line cannot be shown, and the next one shows it", async () => {
    const { f } = built()
    const store = join(folder, "store")
    const failing = await openSxs({
      store,
      onLog: () => {
        throw new Error("no paper")
      }
    })
    assert.strictEqual((await problem(failing.call(f.logs, "hello"))).message, "no paper")
    assert.strictEqual((await problem(failing.call(f.add, 1, 2))).message, "no paper")
    await failing.close().catch(() => undefined)
    await open(store)
    assert.deepStrictEqual(lines, ["hello"])
  })

  it("refuses a second opener of its folder, and says who has it", async () => {
    const store = join(folder, "store")
    const sxs = await open(store)
    const error = await problem(openSxs({ store }))
    assert.instanceOf(error, SxsStoreError)
    assert.strictEqual(error.reason, "held")
    assert.include(error.message, `the store ${store} is in use`)
    await sxs.close()
    await open(store)
  })

  it("takes no calls once it is closed, and closing it twice does no harm", async () => {
    const { f } = built()
    const sxs = await open()
    const task = await sxs.start(f.add, { args: [1, 2] })
    await Promise.all([sxs.close(), sxs.close()])
    await sxs[Symbol.asyncDispose]()
    for (const promise of [sxs.call(f.add, 1, 2), task.result(), sxs.resume("add-1")]) {
      const error = await problem(promise)
      assert.instanceOf(error, SxsStoreError)
      assert.strictEqual(error.reason, "closed")
    }
  })

  it("finishes what is being started before it closes", async () => {
    const { f } = built()
    const store = join(folder, "store")
    const sxs = await open(store)
    const starting = sxs.start(f.counts, { id: "last", args: [] })
    await sxs.close()
    assert.strictEqual((await starting).kind, "started")
    assert.instanceOf(await problem((await starting).result()), SxsStoreError)
    const again = await open(store)
    assert.strictEqual((await again.start(f.counts, { id: "last", args: [] })).kind, "joined")
  })

  it("refuses a program whose file was changed, built again or removed", async () => {
    const { f, file } = built()
    const text = readFileSync(file, "utf8")
    const sxs = await open()
    const message = async () => {
      const error = await problem(sxs.call(f.add, 1, 2))
      assert.instanceOf(error, SxsBundleError)
      return error.message
    }
    writeFileSync(file, text.replace("shop", "ship"))
    assert.include(await message(), "it was changed after it was built")
    writeFileSync(file, printBundleFile(compiled("(def x 1)"), "shop"))
    assert.include(await message(), "was built again since it was imported")
    rmSync(file)
    assert.include(await message(), "cannot be read")
    const elsewhere = { ...f.add.program, url: "https://example.org/shop.js" }
    assert.include((await problem(sxs.call({ ...f.add, program: elsewhere }, 1, 2))).message, "is not a file")
    writeFileSync(file, text)
    assert.strictEqual(await sxs.call(f.add, 1, 2), 3)
  })

  it("says of calls that were made and not done by its end that they have stopped", async () => {
    const { f } = built()
    const folder = mkdtempSync(join(tmpdir(), "sxs-close-"))
    try {
      const first = await openSxs({ store: folder, onLog: show })
      // The first loads the program, the others begin in their turn.
      const early = problem(first.call(f.waits))
      assert.strictEqual(await first.call(f.add, 1, 2), 3)
      const late = problem(first.call(f.waits))
      await first.close()
      for (const stopped of await Promise.all([early, late])) {
        assert.instanceOf(stopped, SxsStopped)
        assert.strictEqual(stopped.reason, "closed")
      }
      const again = await openSxs({ store: folder, onLog: show })
      assert.strictEqual((await again.tasks()).filter(({ function: name }) => name === "waits").length, 2)
      await again.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("takes arguments that are nested too deeply for a mistake", async () => {
    const { f } = built()
    const sxs = await open()
    let deep: unknown = []
    for (let depth = 0; depth < 50_000; depth++) deep = [deep]
    assert.instanceOf(await problem(sxs.call(f.add, deep as never, 1)), SxsArgumentError)
    assert.instanceOf(await problem(sxs.kv.set("deep", deep as never)), SxsArgumentError)
    assert.strictEqual(await sxs.call(f.add, 1, 2), 3)
  })

  it("closes also when a call was interrupted before it began", async () => {
    const { f } = built()
    const scope = Effect.runSync(Scope.make())
    const host = await Effect.runPromise(Scope.provide(openHost({ store: "memory:", onLog: () => undefined }), scope))
    const add = (): Effect.Effect<unknown, unknown> => host.call(f.add as never, 1, 2)
    assert.strictEqual(await Effect.runPromise(add()), 3)
    const interrupted = Effect.runFork(add())
    const another = Effect.runPromise(add())
    await Effect.runPromise(Fiber.interrupt(interrupted))
    await Effect.runPromise(host.close)
    assert.strictEqual(await another, 3)
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  it("refuses wrong options", async () => {
    assert.instanceOf(await problem(openSxs({ store: "" })), TypeError)
    assert.instanceOf(await problem(openSxs({ store: "memory:", durability: "lax" as never })), TypeError)
    writeFileSync(join(folder, "file"), "")
    assert.instanceOf(await problem(openSxs({ store: join(folder, "file") })), SxsStoreError)
  })
})

describe("tasks that cannot go on here", () => {
  const rejected = new BundleRejected({ hash: "ab", reason: "library", detail: "this runtime has no core/x" })

  /** Results of tasks that never end. */
  const resultsOf = () => {
    const results = new Results()
    results.connect({
      whenEnded: () => undefined,
      whenSeenEnded: () => undefined,
      leaveEnded: () => undefined,
      inspect: () => Effect.never
    })
    return results
  }
  const failure = (results: Results, task: string) =>
    new Promise<string>((resolve) => {
      results.when(task, (exit) => resolve(Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : "no failure"))
    })

  it("are told to who waits for them, now and later, until they are tried again", async () => {
    const results = resultsOf()
    const waiting = [failure(results, "a-1"), failure(results, "a-1")]
    results.reject("a-1", rejected)
    for (const text of await Promise.all(waiting)) assert.include(text, "this runtime has no core/x")
    assert.include(await failure(results, "a-1"), "this runtime has no core/x")
    results.clearRejected()
    const later = failure(results, "a-1")
    results.reject("a-1", new BundleRejected({ ...rejected, detail: "not even now" }))
    assert.include(await later, "not even now")
  })

  it("are not told to who does not wait any more", () => {
    const results = resultsOf()
    const told: Array<number> = []
    const leave = [1, 2].map((number) => results.when("a-1", () => told.push(number)))
    leave[0]!()
    results.reject("a-1", rejected)
    leave[1]!()
    assert.deepStrictEqual(told, [2])
  })

  it("are listened to once, for as long as somebody waits", () => {
    const results = new Results()
    const heard: Array<string> = []
    let end: Parameters<ResultsSource["whenEnded"]>[1] | undefined
    results.connect({
      whenEnded: (task, told) => {
        heard.push(`listen ${task}`)
        end = told
      },
      whenSeenEnded: () => undefined,
      leaveEnded: (task, told) => void heard.push(`leave ${task} ${told === end}`),
      inspect: () => Effect.never
    })
    const told: Array<unknown> = []
    const wait = () => results.when("a-1", (exit) => told.push(Exit.isSuccess(exit) && exit.value))
    const leave = [wait(), wait()]
    leave[0]!()
    leave[1]!()
    assert.deepStrictEqual(heard, ["listen a-1", "leave a-1 true"])
    wait()
    wait()
    end!(Exit.succeed({ state: "done", result: 7 }), "a-1")
    end!(Exit.succeed({ state: "done", result: 8 }), "a-1")
    assert.deepStrictEqual([heard.length, told], [3, [7, 7]])
  })

  it("are a warning where nobody waits", async () => {
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve))
    resultsOf().reject("a-1", rejected)
    assert.deepStrictEqual(
      [(await warned).name, (await warned).message],
      ["SxsWarning", "the task a-1 cannot go on here: this runtime has no core/x"]
    )
  })
})
