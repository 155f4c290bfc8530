/** What TypeScript programs see of an open store, checked by the type checker under the strictest settings. */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { folderWith, root } from "./start.ts"

/** What the type checker says of the file in a project that has sxs and Effect, with the types of Node. */
const check = (text: string): ReadonlyArray<string> => {
  const compilerOptions = {
    target: "es2022",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    types: ["node"]
  }
  const folder = folderWith({
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify({ compilerOptions, files: ["a.ts"] }),
    "a.ts": text
  })
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(root, join(folder, "node_modules/sxs"))
  for (const name of ["effect", "@types"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name))
  const { stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
    cwd: folder,
    encoding: "utf8"
  })
  return stdout.split("\n").filter((line) => line !== "")
}

describe("examples/embedding", () => {
  const read = (path: string) => readFileSync(join(root, path), "utf8")

  for (const name of ["promises.ts", "service.ts"]) {
    it(`has ${name} with right types, as docs/embedding.md shows it`, () => {
      const text = read(`examples/embedding/${name}`)
      assert.include(read("docs/embedding.md"), text)
      assert.deepStrictEqual(check(text), [])
    })
  }

  it("has the program that docs/embedding.md shows", () => {
    assert.include(read("docs/embedding.md"), read("examples/embedding/main.sxs"))
  })
})

describe("the types of an open store", () => {
  it("say which errors there are, and what is missing", () => {
    const head = `import * as Effect from "effect/Effect"
import { Sxs, type SxsFault, type SxsStoreError, type SxsTaskError } from "sxs"
`
    const good = `const pause: Effect.Effect<void, SxsTaskError | SxsStoreError, Sxs> = Effect.flatMap(Sxs, (sxs) => sxs.pause("a-1"))
const layer = Sxs.layer({ store: "memory:", telemetry: false })
const open: Sxs = await Sxs.open({ store: "memory:" })
const program: Effect.Effect<void, unknown> = Effect.provide(pause, layer)
export { open, program }
`
    assert.deepStrictEqual(check(head + good), [])
    const wrong = [
      'Effect.runPromise(Effect.flatMap(Sxs, (sxs) => sxs.pause("a-1")))',
      'const fault: Effect.Effect<void, SxsFault, Sxs> = Effect.flatMap(Sxs, (sxs) => sxs.pause("a-1"))',
      'Sxs.layer({ store: "memory:", durability: "lax" })',
      'void (await Sxs.open({ store: "memory:" })).publish("A", "1", null)'
    ]
    const lines = check(`${head}${wrong.join("\n")}\nexport {}\n`).flatMap(
      (line) => /^a\.ts\((\d+),/.exec(line)?.slice(1) ?? []
    )
    assert.sameMembers(
      [...new Set(lines.map(Number))],
      wrong.map((_, index) => index + 3)
    )
  })
})
