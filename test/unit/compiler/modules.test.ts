import { describe, expect, test } from "vitest"
import { compile } from "../../../compiler/compile.ts"
import { type Load, readModules } from "../../../compiler/modules.ts"
import { renderDiagnostics } from "../../../compiler/render.ts"
import { compileFiles, type Files, loadFrom, placesOf } from "../../support/files.ts"

/** Without what the checker warns of: these programs are too small to be sensible. */
const codesOf = (files: Files) => placesOf(compileFiles(files)).filter((each) => !each.startsWith("SXS3"))

const pay = "#(export charge)\n(defn charge (cents) (+ cents 1))\n"
const use = "(log (pay/charge 1))\n"

describe("an import", () => {
  test("brings exported functions, constants and record types under the name of its file", () => {
    const shop = "#(export charge rate point)\n#(form point {x :int})\n(def rate 3)\n(defn charge (n) (* n rate))\n"
    const main = `#(import "./shop.sxs")
(defn left (p :shop/point) :int (shop/point/x p))
(log (shop/charge 2) shop/rate (left (shop/point 1)) (list/map shop/charge (list 1)))
(defn rate-of () shop/rate)
(log (rate-of))
`
    expect(codesOf({ "main.sxs": main, "shop.sxs": shop })).toEqual([])
  })

  test("takes another name with `as`, also several for one file", () => {
    const main = '#(import "./pay.sxs" as p)\n#(import "./pay.sxs" as q)\n(log (p/charge 1) (q/charge 2))\n'
    const { bundle } = compileFiles({ "main.sxs": main, "pay.sxs": pay })
    expect(bundle!.manifest.functions.map(({ name }) => name)).toEqual(["main", "pay/charge"])
  })

  test("is relative to the file that it stands in, and files are named from where the entry was named", () => {
    const files = {
      "sub/main.sxs": `#(import "../lib/./pay.sxs")\n${use}`,
      "lib/pay.sxs":
        '#(import "deep/../more.sxs")\n#(import "./deep/rates.sxs")\n#(export charge)\n(defn charge (n) (more/f n))\n',
      "lib/deep/rates.sxs": "#(export rate)\n(def rate 1)\n",
      "lib/more.sxs": "#(export f)\n(defn f (n) n)\n"
    }
    expect(codesOf(files)).toEqual(["SXS2030 lib/pay.sxs:1:10"])
    const good = { ...files, "lib/pay.sxs": files["lib/pay.sxs"].replace('"deep', '"./deep') }
    expect(codesOf(good)).toEqual(["SXS2038 lib/pay.sxs:2:1"])
    expect(compileFiles(good).bundle!.manifest.functions.map(({ name, source }) => [name, source])).toEqual([
      ["main", "sub/main.sxs"],
      ["../lib/more/f", "lib/more.sxs"],
      ["../lib/pay/charge", "lib/pay.sxs"]
    ])
  })

  test.each([
    ["./main.sxs", "pay.sxs"],
    ["/abs/dir/main.sxs", "/abs/dir/pay.sxs"],
    ["../main.sxs", "../pay.sxs"],
    ["a//b/./main.sxs", "a/b/pay.sxs"]
  ])("from an entry named %s is %s", (entry, path) => {
    const { bundle } = compile(
      { name: entry, text: `#(import "./pay.sxs")\n${use}` },
      { load: loadFrom({ [path]: pay }) }
    )
    expect(bundle!.manifest.functions.map(({ name, source }) => [name, source])).toEqual([
      ["main", entry],
      ["pay/charge", path]
    ])
  })

  test.each([
    "",
    "pay.sxs",
    "/pay.sxs",
    "~/pay.sxs",
    ".\\\\pay.sxs",
    "C:/pay.sxs",
    "https://x/pay.sxs",
    "./pay",
    "./pay.ts",
    "./",
    "..",
    "./..",
    "./pay.sxs/",
    "./.sxs",
    "./p\\u{0}ay.sxs",
    "./p\\nay.sxs"
  ])('of "%s" is refused', (path) => {
    expect(codesOf({ "main.sxs": `#(import "${path}" as p)\n(log (p/x))\n`, "pay.sxs": pay })).toEqual([
      "SXS2030 main.sxs:1:10"
    ])
  })

  test("that leads out of the root folder is refused", () => {
    expect(codesOf({ "/main.sxs": '#(import "./../../pay.sxs")\n' })).toEqual(["SXS2030 /main.sxs:1:10"])
  })

  test.each(["list", "core", "true", "a/b", ":a", "$a", "%a", "&"])("cannot be named %s", (name) => {
    const files = { "main.sxs": `#(import "./pay.sxs" as ${name})\n(log (${name}/charge 1))\n`, "pay.sxs": pay }
    expect(codesOf(files)[0]).toBe("SXS2033 main.sxs:1:25")
    expect(codesOf(files).filter((each) => !/SXS20(33|01)/.test(each))).toEqual([])
  })

  test("of a file whose name is no name needs one", () => {
    const file = { "my file.sxs": pay }
    expect(codesOf({ "main.sxs": '#(import "./my file.sxs")\n', ...file })).toEqual(["SXS2033 main.sxs:1:10"])
    expect(codesOf({ "main.sxs": `#(import "./my file.sxs" as pay)\n${use}`, ...file })).toEqual([])
  })

  test("under a name that another file has is an error, and nothing else is said", () => {
    const main = `#(import "./pay.sxs")\n#(import "./other/pay.sxs")\n${use}(pay/refund 1)\n`
    expect(codesOf({ "main.sxs": main, "pay.sxs": pay, "other/pay.sxs": pay })).toEqual(["SXS2033 main.sxs:2:10"])
  })

  test.each(["(defn pay/refund (n) n)", "(def pay/rate 1)", "#(form pay {n :int})"])(
    "of a name that the file itself uses like one is an error: %s",
    (text) => {
      const files = { "main.sxs": `#(import "./pay.sxs")\n${text}\n`, "pay.sxs": pay }
      expect(codesOf(files)).toEqual(["SXS2033 main.sxs:1:1"])
    }
  )

  test("of a missing file is said at each import of it, and its names are not", () => {
    const files = { "main.sxs": `#(import "./pay.sxs")\n#(import "./b.sxs")\n${use}(b/f)\n` }
    expect(codesOf({ ...files, "b.sxs": '#(import "./pay.sxs")\n#(export f)\n(defn f () pay/rate)\n' })).toEqual([
      "SXS2031 main.sxs:1:10",
      "SXS2031 b.sxs:1:10"
    ])
  })

  test("that is not used is a warning", () => {
    const { bundle, ...said } = compileFiles({ "main.sxs": '#(import "./pay.sxs")\n', "pay.sxs": pay })
    expect(placesOf({ bundle, ...said })).toEqual(["SXS2038 main.sxs:1:1"])
    expect(bundle).toBeDefined()
  })

  test("stands at the top of a file", () => {
    const main = '(defn f () #(import "./pay.sxs"))\n[#(import "./pay.sxs") #(export f)]\n(f)\n'
    expect(codesOf({ "main.sxs": main, "pay.sxs": pay })).toEqual([
      "SXS2007 main.sxs:1:12",
      "SXS2007 main.sxs:2:2",
      "SXS2007 main.sxs:2:24"
    ])
  })

  test.each([
    "#(import)",
    "#(import pay)",
    '#(import "./pay.sxs" pay)',
    '#(import "./pay.sxs" as)',
    '#(import "./pay.sxs" as p q)'
  ])("written %s is malformed", (text) => {
    expect(codesOf({ "main.sxs": text, "pay.sxs": pay })).toEqual(["SXS2002 main.sxs:1:1"])
  })
})

describe("names of another file", () => {
  const secret = `${pay}(defn secret () 1)\n(def hidden 2)\n#(form card {n :int})\n`
  const main = (text: string) => ({ "main.sxs": `#(import "./pay.sxs")\n${use}${text}\n`, "pay.sxs": secret })

  test.each(["(pay/secret)", "(log pay/secret)", "(log pay/hidden)", "(pay/card 1)", "(defn f (c :pay/card) c)"])(
    "%s is not exported",
    (text) => expect(codesOf(main(text))).toEqual([expect.stringMatching(/^SXS2034 main\.sxs:3:/)])
  )

  test.each(["(pay/chrge 1)", "(log pay/chrge)", "(set pay/chrge 1)", "(defn f (c :pay/cart) c)"])(
    "%s does not exist",
    (text) => expect(codesOf(main(text))).toEqual([expect.stringMatching(/^SXS2035 main\.sxs:3:/)])
  )

  test("the nearest export is named, and nothing that is not exported", () => {
    const hintOf = (text: string) => compileFiles(main(text)).diagnostics[0]!.hint
    expect(hintOf("(pay/chrge 1)")).toBe("did you mean `pay/charge`?")
    expect(hintOf("(pay/hiddn)")).toBeUndefined()
  })

  test.each([
    ["(pay.charge 1)", "pay/charge"],
    ["(pay::charge 1)", "pay/charge"],
    ["(pay 1)", "pay/charge"],
    ['(import "./pay.sxs")', '#(import "./file.sxs")']
  ])("%s is told how it is written", (text, meant) => {
    const { diagnostics } = compileFiles({ ...main(text), "main.sxs": `#(import "./pay.sxs")\n${text}\n` })
    expect(diagnostics[0]).toMatchObject({ code: "SXS2001", hint: `did you mean \`${meant}\`?` })
  })

  test("a function is no type", () => {
    expect(codesOf(main("(defn f (c :pay/charge) c)"))).toEqual([expect.stringMatching(/^SXS2008 /)])
  })

  test("cannot be assigned", () => {
    const files = {
      "main.sxs": '#(import "./pay.sxs")\n(set pay/rate 2)\n',
      "pay.sxs": "#(export rate)\n(def rate 1)\n"
    }
    expect(codesOf(files)).toEqual(["SXS2004 main.sxs:2:6"])
  })

  test("a wrong number of arguments shows both files", () => {
    const { diagnostics } = compileFiles(main("(pay/charge)"))
    const shown = renderDiagnostics(diagnostics, { name: "", text: "" }, { colour: false })
    expect(shown).toContain(" --> main.sxs:3:1\n")
    expect(shown).toContain(" --> pay.sxs:2:1\n2 | (defn charge (cents) (+ cents 1))\n")
  })
})

describe("an export", () => {
  test("names what the file defines", () => {
    expect(codesOf({ "main.sxs": "#(export f g)\n(defn f () 1)\n" })).toEqual(["SXS2036 main.sxs:1:12"])
    expect(codesOf({ "main.sxs": '#(export "f")\n' })).toEqual(["SXS2002 main.sxs:1:10"])
    expect(codesOf({ "main.sxs": "#(export)\n" })).toEqual(["SXS2002 main.sxs:1:1"])
  })

  test("of a local that is no constant is reported once, where it is exported", () => {
    const files = {
      "main.sxs": '#(import "./pay.sxs")\n(log pay/run)\n(defn f () pay/run)\n(f)\n',
      "pay.sxs": "#(export run)\n(def run (core/kv/incr runs))\n"
    }
    expect(codesOf(files)).toEqual(["SXS2037 pay.sxs:1:10"])
  })

  test("of an extern or a record type makes no function of the program callable", () => {
    const main = '#(export card charge)\n#(form card {n :int})\n#(extern "./m.ts" (charge (n :int) :str))\n'
    expect(compileFiles({ "main.sxs": main }).bundle!.manifest.exports).toEqual([])
  })

  test("of one field function of a record type keeps it in the bundle", () => {
    const { manifest } = compileFiles({ "main.sxs": "#(export card/n)\n#(form card {n :int})\n" }).bundle!
    expect(manifest.functions[manifest.exports[0]!.function]!.name).toBe("card/n")
  })

  test("of the entry comes into the manifest, those of imported files do not", () => {
    const main = `#(import "./pay.sxs")\n#(export go limit)\n(def limit 5)\n(defn go (n) (pay/charge n))\n`
    const { manifest } = compileFiles({ "main.sxs": main, "pay.sxs": pay }).bundle!
    expect(manifest.exports).toEqual([{ name: "go", function: manifest.functions.findIndex((f) => f.name === "go") }])
  })
})

describe("an imported file", () => {
  test("is checked whole, and only what is reached of it comes into the bundle", () => {
    const files = {
      "main.sxs": `#(import "./pay.sxs")\n${use}`,
      "pay.sxs": `#(program "other")\n${pay}(log (missing 1))\n(def double (fn (n) (unknown n)))\n(defn never () (oops))\n`
    }
    expect(codesOf(files)).toEqual(["SXS2001 pay.sxs:4:7", "SXS2001 pay.sxs:5:22", "SXS2001 pay.sxs:6:17"])
    const good = { ...files, "pay.sxs": files["pay.sxs"].replace(/missing|unknown|oops/g, "str") }
    const { manifest } = compileFiles(good).bundle!
    expect(manifest.program).toBe("main")
    expect(manifest.functions.map(({ name }) => name)).toEqual(["main", "pay/charge"])
  })

  test("keeps names of its own: two files may define the same ones", () => {
    const part = (n: number) =>
      `#(export f)\n(def k ${n})\n(defn help () k)\n(defn f () (core/task/checkpoint) (help))\n`
    const main = '#(import "./a.sxs")\n#(import "./b/a.sxs" as b)\n(defn f () 0)\n(log (f) (a/f) (b/f))\n'
    const { manifest } = compileFiles({ "main.sxs": main, "a.sxs": part(1), "b/a.sxs": part(2) }).bundle!
    const ids = manifest.functions.flatMap(({ points }) => points.map(({ id }) => id))
    expect(ids).toEqual(["main/call/1", "main/call/2", "a/f/call/1", "b/a/f/call/1"])
  })

  test("that cannot be decoded or read is shown by itself, without what follows from it", () => {
    const main = { name: "main.sxs", text: `#(import "./pay.sxs")\n${use}` }
    const broken = loadFrom({ "pay.sxs": "#(export charge)\n(defn charge (n" })
    expect(placesOf(compile(main, { load: broken }))).toEqual([expect.stringMatching(/^SXS1011 pay\.sxs:/)])
    const source = { name: "pay.sxs", text: "???" }
    const diagnostic = { code: "SXS1012", severity: "error", span: { start: 0, end: 1 }, message: "" } as const
    const load: Load = () => ({ kind: "file", source, diagnostics: [diagnostic] })
    expect(placesOf(compile(main, { load }))).toEqual(["SXS1012 pay.sxs:1:1"])
  })

  test("may stand where a file of the library seems to stand", () => {
    const own = "#(export twice)\n(defn twice (f n) (f (f n)))\n"
    const main = '#(import "./prelude/list.sxs" as own)\n(log (own/twice (fn (n) (list/map str n)) (list 1)))\n'
    const { manifest, map } = compileFiles({ "main.sxs": main, "prelude/list.sxs": own }).bundle!
    const { sources, sourcesContent } = JSON.parse(map) as Record<"sources" | "sourcesContent", ReadonlyArray<string>>
    expect(sourcesContent[sources.indexOf("prelude/list.sxs")]).toBe(own)
    expect(manifest.functions.map(({ source }) => source)).toContain("sxs:prelude/list.sxs")
  })

  test("reached by two paths is one file", () => {
    const source = { name: "pay.sxs", text: pay }
    const load: Load = (path) =>
      path === "b.sxs"
        ? {
            kind: "file",
            source: { name: path, text: '#(import "./link.sxs")\n#(export g)\n(defn g () (link/charge 1))\n' }
          }
        : { kind: "file", source, identity: "1" }
    const text = `#(import "./pay.sxs")\n#(import "./b.sxs")\n${use}(log (b/g))\n`
    const { bundle } = compile({ name: "main.sxs", text }, { load })
    expect(bundle!.manifest.functions.map(({ name }) => name)).toEqual(["main", "pay/charge", "b/g"])
  })
})

describe("a cycle", () => {
  const messageOf = (files: Files) =>
    compileFiles(files).diagnostics.map(({ message, source }) => `${source!.name}: ${message}`)

  test("is shown with its whole path at the import that closes it", () => {
    const files = {
      "sub/main.sxs": '#(import "./a.sxs")\n(log (a/f))\n',
      "sub/a.sxs": '#(import "./b.sxs")\n#(export f)\n(defn f () (b/f))\n',
      "sub/b.sxs": '#(import "./a.sxs")\n#(export f)\n(defn f () (a/f))\n'
    }
    expect(messageOf(files)).toEqual([
      "sub/b.sxs: these files import each other: `sub/a.sxs` -> `sub/b.sxs` -> `sub/a.sxs`"
    ])
  })

  test("of one file, also under another name", () => {
    expect(messageOf({ "main.sxs": '#(import "./main.sxs" as me)\n(me/f)\n' })).toEqual([
      "main.sxs: `main.sxs` imports itself"
    ])
    const load: Load = () => ({ kind: "file", source: { name: "link.sxs", text: "" }, identity: "1" })
    const text = '#(import "./link.sxs")\n'
    expect(placesOf(compile({ name: "main.sxs", text }, { load, identity: "1" }))).toEqual(["SXS2032 main.sxs:1:10"])
  })

  test("of many files is cut in its middle", () => {
    const count = 2000
    const files: Record<string, string> = {}
    for (let i = 0; i < count; i++)
      files[`f${i}.sxs`] = `#(import "./f${(i + 1) % count}.sxs" as next)\n#(export f)\n(defn f () (next/f))\n`
    expect(messageOf(files)).toEqual([
      "f1999.sxs: these files import each other: `f0.sxs` -> `f1.sxs` -> `f2.sxs` -> `f3.sxs` -> … -> " +
        "`f1997.sxs` -> `f1998.sxs` -> `f1999.sxs` -> `f0.sxs`"
    ])
  })
})

describe("many files", () => {
  const chain = (count: number): Files => {
    const files: Record<string, string> = { "main.sxs": '#(import "./f0.sxs" as next)\n(log next/k (next/f 1))\n' }
    for (let i = 0; i < count - 1; i++)
      files[`f${i}.sxs`] =
        `#(import "./f${i + 1}.sxs" as next)\n#(export f k)\n(def k (+ next/k 1))\n(defn f (n) (next/f (+ n 1)))\n`
    files[`f${count - 1}.sxs`] = "#(export f k)\n(def k 0)\n(defn f (n) n)\n"
    return files
  }

  test("a chain of 10,000 imports compiles", () => {
    const { bundle, diagnostics } = compileFiles(chain(10_000))
    expect(diagnostics).toEqual([])
    expect(bundle!.manifest.functions).toHaveLength(20_001)
  }, 60_000)

  test("thousands of unknown names of a large file take no time for hints", () => {
    const names = Array.from({ length: 5000 }, (_, i) => `some-long-name-${i}`)
    const files = {
      "main.sxs": `#(import "./big.sxs")\n${names.map((name) => `(big/${name}x)`).join("\n")}\n`,
      "big.sxs": `#(export ${names.join(" ")})\n${names.map((name) => `(defn ${name} () 1)`).join("\n")}\n`
    }
    const { diagnostics } = compileFiles(files)
    expect(diagnostics.filter(({ hint }) => hint !== undefined)).toHaveLength(100)
    expect(diagnostics).toHaveLength(5000)
  }, 60_000)

  test("each file is loaded once for each path, and read once for several programs", () => {
    const files = chain(50)
    const asked: Array<string> = []
    const load = loadFrom(files)
    const counting: Load = (path) => {
      asked.push(path)
      return load(path)
    }
    const graphs = [1, 2].map((n) =>
      readModules({ kind: "file", source: { name: `p${n}.sxs`, text: '#(import "./f0.sxs" as next)' } }, counting)
    )
    expect(asked).toHaveLength(100)
    expect(graphs[1]!.modules.map(({ forms }) => forms)).toEqual(graphs[0]!.modules.map(({ forms }) => forms))
    expect(graphs[1]!.modules.every(({ forms }, at) => forms === graphs[0]!.modules[at]!.forms)).toBe(true)
  })
})
