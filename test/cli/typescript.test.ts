/** A TypeScript program that imports a compiled one: checked by the type checker, killed, and started again. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import { folderWith, printed, root, start, sxs } from "./start.ts"

const source = `#(form line {name :str cents :int})
#(form order {id :str lines :list next :any})
#(form sxs-value {class :real})
#(export charge add-item total class valid? ++ every twice)
(defn charge (order :str turns :int) :int
  (for (i 0 turns) [
    (core/kv/incr "turns")
    (core/util/log "turn" i)
    (core/task/sleep 20)
  ])
  (core/kv/incr charges))
(defn add-item (o :order l :line) :order (order (order/id o) (list/append (order/lines o) l) none))
(defn total (first :real & more) :any (list/fold + first more))
(defn class (f :fn s :symbol t :task e :error b :bytes m :map) :none none)
(defn valid? (x :number) :bool (> x 0))
(defn ++ (a :any) :any a)
(defn every (p :list-p b :list-b c :list-c s :str t :bool n :none) :list-b b)
(defn twice (n :int) :int (* 2 n))
`

/** The program, built, with TypeScript files beside it. */
const built = (files: Readonly<Record<string, string>>): string => {
  const folder = folderWith({ "shop.sxs": source })
  const result = sxs(folder, "build", "shop.sxs", "-o", "out")
  assert.strictEqual(result.exitCode, 0, result.err)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "out", name), text)
  return join(folder, "out")
}

/** What the type checker says of the file under the strictest settings, without the types of Node. */
const check = (folder: string, file: string): string => {
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    types: []
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }))
  const checker = join(root, "node_modules/typescript/bin/tsc")
  return spawnSync(process.execPath, [checker, "-p", folder], { cwd: folder, encoding: "utf8" }).stdout
}

describe("the types of a compiled program", () => {
  it("fit what it takes and gives", () => {
    const folder = built({
      "good.ts": `
import { type Int, openSxs, SxsError, SxsFault, SxsStopped, SxsStoreError, SxsSymbol, type SxsTask, type SxsValue } from "sxs"
import { addItem, charge, class2, every, functions, type Line, type Order, total, valid } from "./shop.js"

await using sxs = await openSxs({ store: "memory:", durability: "relaxed", onLog: ({ task, text }) => void [task, text] })
const line: Line = { name: "pen", cents: 120n }
const order: Order = await sxs.call(addItem, { id: "7", lines: [], next: null }, line)
const count: number | bigint = await sxs.call(charge, order.id, 3)
const task: SxsTask<Int> = await sxs.start(charge, { id: "order-7", args: ["7", count] })
const sums: SxsValue = await sxs.call(total, 1, 2n, "any", [order, new Map([["k", 1]])])
const isValid: boolean = await sxs.call(functions["valid?"], 2.5) && await sxs.call(valid, 1n)
const any: SxsValue = await sxs.call(functions["++"], { deep: [{ er: sums }] })
const items: ReadonlyArray<SxsValue> = await sxs.call(every, [1], [], [any], "s", isValid, null)
const error = items[0] instanceof SxsError ? items[0] : new SxsError("no")
const symbol = SxsSymbol.of("red")
const described = class2.name + symbol.name + String(error.content)
try {
  await task.result()
} catch (thrown) {
  if (thrown instanceof SxsFault) throw new Error(thrown.code + thrown.trace + thrown.task)
  if (thrown instanceof SxsStopped || thrown instanceof SxsStoreError) throw new Error(thrown.reason + described)
}
`
    })
    assert.strictEqual(check(folder, "good.ts"), "")
  })

  it("refuse wrong arguments, and wrong use of a result", () => {
    const wrong = [
      'await sxs.call(charge, "7", "3")',
      'await sxs.call(charge, "7")',
      'await sxs.call(charge, "7", 1, 2)',
      'await sxs.start(charge, { id: "7", args: [7, 1] })',
      "await sxs.call(twice, null)",
      'await sxs.call(addItem, { id: "7", lines: [] }, { name: "pen", cents: 1 })',
      "await sxs.call(total, 1, new Date())",
      "await sxs.call(total, 1, undefined)",
      "const text: string = await sxs.call(twice, 1)",
      "const small: number = await sxs.call(twice, 1)",
      "await sxs.call((n: number) => n, 1)"
    ]
    const head = `import { openSxs } from "sxs"
import { addItem, charge, total, twice } from "./shop.js"
const sxs = await openSxs({ store: "memory:" })
`
    const folder = built({ "wrong.ts": `${head}${wrong.join("\n")}\nexport {}\n` })
    const lines = [...check(folder, "wrong.ts").matchAll(/^wrong\.ts\((\d+),/gm)].map((match) => Number(match[1]) - 3)
    assert.deepStrictEqual(
      lines,
      wrong.map((_, index) => index + 1)
    )
  })
})

describe("examples/from-typescript", () => {
  it("has right types, and is what docs/typescript.md shows", () => {
    const read = (path: string) => readFileSync(join(root, path), "utf8")
    const program = read("examples/from-typescript/call.ts")
    const page = read("docs/typescript.md")
    for (const text of [program, read("examples/from-typescript/main.sxs")]) assert.include(page, text)
    const folder = folderWith({ "main.sxs": read("examples/from-typescript/main.sxs") })
    assert.strictEqual(sxs(folder, "build", "main.sxs", "-o", "dist").exitCode, 0)
    const ambient = "declare const process: { readonly env: { readonly [name: string]: string | undefined } }\n"
    const console = "declare const console: { readonly log: (text: string) => void }\n"
    writeFileSync(join(folder, "dist/call.ts"), ambient + console + program.replace("./dist/main.js", "./main.js"))
    assert.strictEqual(check(join(folder, "dist"), "call.ts"), "")
  })
})

describe("docs/simulation.md", () => {
  it("has an example with right types, in a project that has only sxs", () => {
    const page = readFileSync(join(root, "docs/simulation.md"), "utf8")
    const folder = folderWith({
      "package.json": '{ "type": "module" }',
      "crash.ts": /```ts\n(.*?)```/s.exec(page)![1]!
    })
    mkdirSync(join(folder, "node_modules"))
    symlinkSync(root, join(folder, "node_modules/sxs"))
    assert.strictEqual(check(folder, "crash.ts"), "")
  })
})

describe("a TypeScript program", () => {
  const turns = 40
  const programOf = (turns: number) => `
import { openSxs } from "sxs"
import { charge } from "./shop.js"

await using sxs = await openSxs({ store: "../store" })
const task = await sxs.start(charge, { id: "order-7", args: ["7", ${turns}] })
console.log(task.kind, await task.result())
`

  it("that is killed again and again gets one result, of one run", async () => {
    const folder = built({ "call.ts": programOf(turns) })
    for (const turn of [2, 5, 9]) {
      const child = starting(folder, "call.ts")
      await printed(child, `turn ${turn}\n`)
      const signal = new Promise((resolve) => child.once("close", (_, signal) => resolve(signal)))
      child.kill("SIGKILL")
      assert.strictEqual(await signal, "SIGKILL")
    }
    const last = start(join(folder, "call.ts"), [], { cwd: folder })
    assert.deepStrictEqual([last.exitCode, last.err], [0, ""])
    assert.include(last.out, "joined 1\n")
    assert.deepStrictEqual(start(join(folder, "call.ts"), [], { cwd: folder }), {
      exitCode: 0,
      out: "joined 1\n",
      err: ""
    })
    const kv = (key: string) => sxs(folder, "kv", "get", key, "--store", "../store").out
    assert.strictEqual(kv("turns"), `${turns}\n`)
    assert.strictEqual(kv("charges"), "1\n")
    assert.match(sxs(folder, "ps", "--all", "--store", "../store").out, /^shop\.charge@order-7 +done +charge /m)
  })

  it("ends with 13 when it waits for a paused task only, also after a call that has ended", () => {
    const folder = folderWith({
      "shop.sxs": `${"#(export add waits)"}
(defn add (a :int) :int (+ a 1))
(defn waits () :any (core/task/pause))
`
    })
    const call = (store: string) => `
import { openSxs } from "sxs"
const sxs = await openSxs({ store: "${store}" })
const shop = await sxs.compile({ file: "shop.sxs" })
console.log(await sxs.call(shop.function("add"), 1))
await (await sxs.start(shop.function("waits"), { args: [] })).result()
`
    mkdirSync(join(folder, "node_modules"))
    symlinkSync(root, join(folder, "node_modules/sxs"))
    for (const store of ["memory:", "store"]) {
      writeFileSync(join(folder, "call.mjs"), call(store))
      const { exitCode, out } = start(join(folder, "call.mjs"), [], { cwd: folder })
      assert.deepStrictEqual([exitCode, out], [13, "2\n"], store)
    }
  })

  it("is told who holds the store", async () => {
    const folder = built({ "call.ts": programOf(1_000_000) })
    const child = starting(folder, "call.ts")
    await printed(child, "turn 1\n")
    const { err, exitCode } = start(join(folder, "call.ts"), [], { cwd: folder })
    assert.strictEqual(exitCode, 1)
    assert.include(err, `is in use: process ${child.pid} (call.ts) has it open since`)
  })

  it("that fails shows the line of the compiled program", () => {
    const folder = built({
      "call.ts": `
import { openSxs } from "sxs"
import { total } from "./shop.js"
const sxs = await openSxs({ store: "memory:" })
await sxs.call(total, 1, "two")
`
    })
    const { err, exitCode } = start(join(folder, "call.ts"), [], { cwd: folder })
    assert.strictEqual(exitCode, 1)
    assert.match(err, /SxsFault: .*two/)
    assert.match(err, /at total \(shop\.sxs:13:\d+\)/)
  })
})

const children: Array<ChildProcess> = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL")
})

const starting = (folder: string, file: string): ChildProcess => {
  const child = spawn(process.execPath, [join(folder, file)], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
  children.push(child)
  return child
}
