import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { onTestFinished } from "vitest"
import { importExtern, moduleFile } from "../../../../runtime/bundle/extern-import.ts"
import type { TaskRejected } from "../../../../runtime/index.ts"
import { makeMemory } from "../../../../runtime/store/memory.ts"
import { calling, until } from "../../../support/externs.ts"
import { compiled, open, untilIdle } from "../../../support/namespace.ts"

const files = (texts: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const problemOf = (module: string, folder: string): Promise<string> =>
  importExtern(module, folder).then(
    () => "none",
    (problem: Error) => problem.message.replaceAll(folder, "F")
  )

describe("a module", () => {
  it("is a file of JavaScript or TypeScript beside the source, or what a compiler has made of it", async () => {
    const folder = files({
      "a.js": "export const f = () => 1",
      "b.mjs": "export const f = () => 2",
      "c.ts": "export const f = (n: number): number => n",
      "d.js": "export const f = () => 4",
      "lib/e.ts": "export const f = () => 5"
    })
    for (const module of ["./a.js", "./b.mjs", "./c.ts", "./d.ts", "./lib/e.ts"]) {
      assert.isFunction((await importExtern(module, folder))["f"], module)
    }
    assert.strictEqual(moduleFile("../x/d.ts", join(folder, "x")), join(folder, "x/d.ts"))
  })

  it("is a package, as the source would import it", () => {
    const folder = files({
      "src/program.sxs": "",
      "node_modules/@acme/pay/package.json":
        '{"name":"@acme/pay","exports":{".":{"import":"./m.mjs"},"./client":{"import":"./c.mjs"}}}',
      "node_modules/@acme/pay/m.mjs": "export const f = () => 1",
      "node_modules/@acme/pay/c.mjs": "export const f = () => 2"
    })
    // Vitest has an `import` of its own.
    const imported = new URL("../../../../runtime/bundle/extern-import.ts", import.meta.url).href
    const script = `import { importExtern } from ${JSON.stringify(imported)}
      for (const name of ["@acme/pay", "@acme/pay/client"]) console.log((await importExtern(name, process.argv[1])).f())
      await importExtern("@acme/other/x", process.argv[1]).catch((problem) => console.log(problem.message))`
    const args = ["--input-type=module", "-e", script, join(folder, "src")]
    assert.deepStrictEqual(execFileSync(process.execPath, args, { encoding: "utf8" }).split("\n"), [
      "1",
      "2",
      `the package @acme/other is not installed for ${join(folder, "src")}: npm install @acme/other`,
      ""
    ])
  })

  it("that is missing, throws or cannot be stripped says so in one sentence", async () => {
    const folder = files({
      "throws.js": "throw new Error('no database')",
      "enum.ts": "export enum A { B }",
      "wrong.js": "export const f = ("
    })
    assert.strictEqual(await problemOf("./none.ts", folder), "there is no file F/none.ts: put the module there")
    assert.strictEqual(await problemOf("./throws.js", folder), "F/throws.js cannot be loaded: no database")
    assert.match(await problemOf("./wrong.js", folder), /^F\/wrong\.js cannot be loaded: /)
  })
})

const program = '#(extern "./m.ts" (f (n :int) :int))\n(log (f 1))'

describe("a function that is not there", () => {
  it.effect("keeps its task waiting, uncounted, until a later start finds it", () =>
    Effect.gen(function* () {
      const rejected: Array<readonly [task: string, rejected: TaskRejected]> = []
      const options = { onRejected: (task: string, why: TaskRejected) => void rejected.push([task, why]) }
      const attempts: Array<number> = []
      const f = (n: number, { attempt }: { readonly attempt: number }) => {
        attempts.push(attempt)
        return n
      }
      const memory = makeMemory()
      const first = yield* calling(program, { g: f, h: f }, { memory, ...options })
      yield* untilIdle(first.namespace)
      const detail =
        '`f`: ./m.ts exports no function f; it exports g, h. Export it, or correct the name in #(extern "./m.ts" …)'
      assert.deepStrictEqual(
        rejected.map(([task, why]) => [task, why.detail]),
        [["test-1", detail]]
      )
      const { task } = yield* first.namespace.inspect("test-1")
      assert.deepStrictEqual([task.state, task.waitsFor], ["waiting", `what is not there: ${detail}`])
      const next = yield* calling(program, { f }, { memory, ...options })
      yield* untilIdle(next.namespace)
      assert.deepStrictEqual([next.texts(), attempts], [["1"], [1]])
    })
  )

  it.effect("is found by the same process once the program is installed again", () =>
    Effect.gen(function* () {
      let isThere = false
      const externs = () => (isThere ? Promise.resolve({ f: (n: number) => n }) : Promise.reject(new Error("not yet")))
      const { bundle, namespace, texts } = yield* calling(program, {}, { externs, onRejected: () => {} })
      yield* untilIdle(namespace)
      isThere = true
      yield* namespace.install(bundle, "/p")
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["1"])
    })
  )

  it.effect("is looked for where the program was, which the store knows", () =>
    Effect.gen(function* () {
      const folders: Array<string> = []
      const externs = (module: string, folder: string) => {
        folders.push(`${folder} ${module}`)
        return Promise.resolve({ f: () => new Promise(() => {}) })
      }
      const { memory } = yield* calling(program, {}, { externs })
      yield* until(() => folders.length === 1)
      const again = yield* open(makeMemory({ entries: memory.entries() }), { externs })
      yield* again.namespace.recover
      yield* until(() => folders.length === 2)
      assert.deepStrictEqual(folders, ["/p ./m.ts", "/p ./m.ts"])
    })
  )
})

describe("a pure function", () => {
  const pure = `#(extern "./m.ts" (rate (from :str) :real {pure}))
    (defn all () [(log (rate "EUR")) (atomic (core/kv/set r (rate "USD"))) (log (core/kv/get r))])
    (log (recover (all) (list (map/get $fault "code") (map/get $fault "message"))))`

  const ran = (rate: unknown, options = {}) =>
    Effect.gen(function* () {
      const { namespace, texts } = yield* calling(pure, { rate }, options)
      yield* untilIdle(namespace)
      return texts()
    })

  it.effect("is called in the middle of a segment, with its arguments only", () =>
    Effect.gen(function* () {
      const given: Array<ReadonlyArray<unknown>> = []
      const rate = (...args: ReadonlyArray<unknown>) => {
        given.push(args)
        return 2
      }
      assert.deepStrictEqual(yield* ran(rate), ["2.0", "2.0", "true"])
      assert.deepStrictEqual(given, [["EUR"], ["USD"]])
    })
  )

  it.effect("that throws, yields a promise or another type is a fault", () =>
    Effect.gen(function* () {
      const thrown = yield* ran(() => {
        throw new Error("no rate")
      })
      assert.deepStrictEqual(thrown, ['("SXS6231" "`rate` of ./m.ts: no rate")'])
      const promised = yield* ran(async () => 1)
      assert.deepStrictEqual(promised, [
        '("SXS6231" "`rate` of ./m.ts is declared as pure and yields a promise: remove `pure` from its options, and the task waits for it")'
      ])
      const wrong = yield* ran(() => "1")
      assert.deepStrictEqual(wrong, [
        '("SXS6231" "the result of `rate` of ./m.ts: expected :real, got the string \\"1\\"")'
      ])
    })
  )

  it.effect("that is not there keeps the program from starting, and says why", () =>
    Effect.gen(function* () {
      const rejected: Array<string> = []
      const options = { onRejected: (_task: string, { detail }: TaskRejected) => void rejected.push(detail) }
      assert.deepStrictEqual(yield* ran(undefined, options), [])
      assert.deepStrictEqual(rejected, [
        '`rate`: ./m.ts exports no function rate; it exports no function. Export it, or correct the name in #(extern "./m.ts" …)'
      ])
    })
  )
})

describe("the module of a file that is imported", () => {
  it("is found from that file on", () => {
    const load = (path: string) =>
      path === "src/lib/pay.sxs"
        ? {
            kind: "file" as const,
            source: {
              name: path,
              text: '#(export charge)\n#(extern "./p.ts" (charge (n :int) :str))\n#(extern "../q.ts" (rate () {pure}))\n(log (rate))'
            }
          }
        : { kind: "missing" as const, why: "no" }
    const { manifest } = compiled('#(import "./lib/pay.sxs")\n(log (pay/charge 1))', "src/main.sxs", { load })
    assert.deepStrictEqual(
      manifest.externs.map(({ id, module, name }) => [id, module, name]),
      [
        ["lib/pay/charge", "./lib/p.ts", "charge"],
        ["lib/pay/rate", "./q.ts", "rate"]
      ]
    )
  })

  it.effect("is that of the program for text that it evaluates", () =>
    Effect.gen(function* () {
      const text = '#(extern "./m.ts" (f (n :int) :int))\n(log (eval "#(extern \\"./m.ts\\" (f (n :int) :int)) (f 4)"))'
      const { namespace, texts } = yield* calling(text, { f: (n: number) => n + 1 })
      yield* untilIdle(namespace)
      assert.deepStrictEqual(texts(), ["5"])
    })
  )
})
