/**
 * What documents say is run. A ```sxs block is a whole program and must compile. An ```output block behind it is what the
 * program prints, a ```diagnostics block what the compiler says instead, a ```tests block what `sxs test` says of it, a ```crashes
 * block what `sxs test --crash` does. A ```sxs file=NAME block is a file that the programs
 * of the document may import; a ```ts file=NAME block is a module whose functions they call. The ```console blocks of a document are typed,
 * command by command, on one store.
 * `SXS_GOLDEN=write vitest run test/examples` writes what comes out into the documents; read the diff before you commit it.
 */
import { existsSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as evaluator from "../../cli/evaluation.ts"
import { laterForms } from "../../compiler/2-expand/forms/table.ts"
import { compile, renderDiagnostics } from "../../compiler/index.ts"
import type { Load } from "../../compiler/modules.ts"
import { openNamespace } from "../../runtime/namespace.ts"
import { layerMemory } from "../../runtime/store/memory.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { library as signatures } from "../../stdlib/signatures/index.ts"
import { loadFrom } from "../support/files.ts"
import { library } from "../support/namespace.ts"
import { temporaryDirectory } from "../support/temporary-directory.ts"
import { testReport } from "../support/test-report.ts"
import { type Block, blocksOf, documents, fileLinks, readDocument, withText } from "./markdown.ts"
import { isWriting, normalise, parseTranscript, printTranscript, root, runTranscript } from "./transcript.ts"

for (const path of documents) {
  describe(path, () => {
    const markdown = readDocument(path)

    it("has links to files that are there", () => {
      const lost = fileLinks(markdown).filter((target) => !existsSync(join(root, dirname(path), target)))
      assert.deepStrictEqual(lost, [])
    })

    const blocks = blocksOf(markdown)
    const files = blocks.flatMap(({ file, text }) => (file === undefined ? [] : [[file, text] as const]))
    const load = loadFrom(Object.fromEntries(files))
    for (const block of blocks.filter(({ file, language }) => language === "sxs" && file === undefined)) {
      it.live(`has a program in line ${block.line} that does what is said`, () =>
        checkProgram(path, block, { load, files })
      )
    }

    const typed = blocks.filter(({ language }) => language === "console")
    if (typed.length > 0) it.live("has commands that print what is shown", () => checkConsole(path, typed))
  })
}

describe("docs/language.md", () => {
  const markdown = readDocument("docs/language.md")
  const named = new Set(
    [...markdown.matchAll(/`([^`\n]+)`|\((core\/[a-z-]+\/[a-z-]+)/g)].map(([, code, called]) => code ?? called!)
  )

  it("names every function of the library", () => {
    const lost = signatures.filter((each) => ![each.name, ...(each.aliases ?? [])].some((name) => named.has(name)))
    assert.deepStrictEqual(
      lost.map((each) => each.name),
      []
    )
  })

  it("names what is not built yet, and nothing else", () => {
    const section = markdown.slice(markdown.indexOf("| what | forms |"), markdown.indexOf("Whole families of"))
    const forms = [...section.matchAll(/`([^`]+)`/g)].map((found) => found[1]!)
    const directives = forms.filter((form) => form.startsWith("#("))
    assert.sameMembers(
      forms.filter((form) => !directives.includes(form)),
      [...laterForms]
    )
    const text = directives.join("\n")
    const codes = compile({ name: "example.sxs", text }).diagnostics.map((each) => each.code)
    assert.deepStrictEqual(
      codes,
      directives.map(() => "SXS2009")
    )
  })
})

interface Files {
  readonly load: Load
  readonly files: ReadonlyArray<readonly [name: string, text: string]>
}

const checkProgram = (path: string, block: Block, { files, load }: Files) =>
  Effect.gen(function* () {
    const source = { name: "example.sxs", text: block.text }
    const { bundle, diagnostics } = compile(source, { load })
    const said = renderDiagnostics(diagnostics, source, { colour: false })
    const { next } = block
    if (next?.language === "diagnostics") return expectText(path, next, said)
    if (bundle === undefined || diagnostics.length > 0) return assert.fail(said)
    if (next?.language === "output") expectText(path, next, yield* outputOf(bundle, files))
    const tested = compile(source, { load, withTests: true }).bundle
    for (const report of [next, next?.next]) {
      if (tested === undefined || report === undefined || !testLanguages.has(report.language)) break
      const crash = report.language === "crashes"
      expectText(path, report, yield* Effect.promise(() => testReport(tested, { crash })))
    }
  })

const testLanguages = new Set(["tests", "crashes"])

/** What the program prints until nothing can run any more; it must not fail. */
const outputOf = (bundle: Bundle, files: Files["files"]) =>
  Effect.gen(function* () {
    const folder = yield* temporaryDirectory
    for (const [name, text] of files) writeFileSync(join(folder, name), text)
    const lines: Array<string> = []
    const namespace = yield* openNamespace({ library, evaluator, output: (line) => void lines.push(`${line.text}\n`) })
    const { task } = yield* namespace.startProgram({ bundle, fresh: false, folder })
    yield* namespace.idle
    const { error } = yield* namespace.result(task.id)
    assert.isUndefined(error, error?.message)
    return lines.join("")
  }).pipe(Effect.scoped, Effect.provide(layerMemory))

const checkConsole = (path: string, blocks: ReadonlyArray<Block>) =>
  Effect.gen(function* () {
    const store = yield* temporaryDirectory
    for (const block of blocks) {
      const steps = parseTranscript(block.text)
      assert.isNotEmpty(steps, "a console block has commands behind `$ `")
      expectText(path, block, printTranscript(runTranscript(steps, { store, streams: "both" })))
    }
  }).pipe(Effect.scoped)

const expectText = (path: string, { index, line, text }: Block, actual: string): void => {
  if (normalise(actual) === normalise(text)) return
  if (isWriting) writeFileSync(join(root, path), withText(readDocument(path), index, actual))
  else assert.strictEqual(normalise(actual), normalise(text), `${path}:${line}`)
}
