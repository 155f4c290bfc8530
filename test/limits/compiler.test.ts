/** Sources that are large, deep or full of mistakes: a diagnostic or the right result, in linear time and memory. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "vitest"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import { read } from "../../compiler/1-read/reader.ts"
import { compile } from "../../compiler/compile.ts"
import { format } from "../../compiler/format/format.ts"
import { renderDiagnostics } from "../../compiler/render.ts"
import { toJson } from "../../compiler/report.ts"
import { mistakesInCode } from "../support/emitted-code.ts"
import { seeded } from "../support/random.ts"
import { stepsOf } from "../support/steps.ts"

/** For a machine that is busy with other things (ms). */
const timeout = 120_000
const megabyte = 1_000_000

const sourceOf = (text: string) => ({ name: "limits.sxs", text })
const codesOf = (text: string): ReadonlyArray<string> => compile(sourceOf(text)).diagnostics.map(({ code }) => code)

/** Of that many bytes, each below `bound`. */
const randomBytes = (count: number, bound: number): Uint8Array => {
  const random = seeded(7)
  return Uint8Array.from({ length: count }, () => random.below(bound))
}

describe("a source", () => {
  it("of 10 MB of random bytes is refused at the first that is no UTF-8", { timeout }, () => {
    const { diagnostics } = decodeSource("limits.sxs", randomBytes(10 * megabyte, 256))
    assert.deepStrictEqual(
      diagnostics.map(({ code }) => code),
      ["SXS1012"]
    )
  })

  it("of 1 MB of random characters gets diagnostics, each inside the text", { timeout }, () => {
    // Printable ASCII, and a line feed for the tilde.
    const characters = String.fromCharCode(...randomBytes(50_000, 95).map((byte) => byte + 32))
    const text = characters.replaceAll("~", "\n").repeat(20)
    const { bundle, diagnostics } = compile(sourceOf(text))
    assert.isUndefined(bundle)
    assert.isNotEmpty(diagnostics)
    for (const { span } of diagnostics) assert.isTrue(span.start <= span.end && span.end <= text.length)
    assert.isUndefined(format(sourceOf(text)).value)
  })

  it.each([
    ["(", ")"],
    ["[", "]"],
    ["{", "}"],
    ["'", ""],
    ["@", ""],
    ["#(", ")"],
    ["(if (f) ", ")"],
    ["(fn (x) [", "])"]
  ])("with %s a hundred thousand times gets few diagnostics, closed or not", { timeout }, (opener, closer) => {
    const count = 100_000
    const open = opener.repeat(count)
    for (const text of [open, `${open}x${closer.repeat(count)}`]) {
      const codes = codesOf(text)
      assert.isNotEmpty(codes)
      assert.isBelow(codes.length, 20)
      assert.isUndefined(format(sourceOf(text)).value)
    }
  })

  it("with a hundred thousand closing brackets gets one", () => {
    assert.deepStrictEqual(codesOf(")".repeat(100_000)), ["SXS1009"])
  })

  it("that is one text of 1 MB compiles to that text", { timeout }, () => {
    const text = 'ü "\\\n'.repeat(megabyte / 6)
    const { bundle } = compile(sourceOf(`(log ${JSON.stringify(text).replaceAll("\\n", "\n")})`))
    assert.include(bundle!.code, JSON.stringify(text.slice(0, 2)).slice(1, -1).replace("ü", "\\u00fc"))
    assert.deepStrictEqual(mistakesInCode(bundle!.code), [])
    assert.isAbove(bundle!.code.length, megabyte)
  })

  it("that is one symbol of 1 MB is an unknown name, shown in short", { timeout }, () => {
    const text = "a".repeat(megabyte)
    const { diagnostics } = compile(sourceOf(text))
    assert.deepStrictEqual(
      diagnostics.map(({ code }) => code),
      ["SXS2001"]
    )
    assert.isBelow(renderDiagnostics(diagnostics, sourceOf(text), { colour: false }).length, 3000)
    assert.strictEqual(format(sourceOf(text)).value, `${text}\n`)
    assert.isDefined(compile(sourceOf(`(log '${text})`)).bundle)
  })

  it("of comments alone compiles, and its format is itself", { timeout }, () => {
    const text = "; a comment\n".repeat(100_000)
    assert.isDefined(compile(sourceOf(text)).bundle)
    assert.strictEqual(format(sourceOf(text)).value, text)
  })

  it("with a hundred thousand mistakes gets each of them", { timeout }, () => {
    const text = "(log missing)\n".repeat(100_000)
    const { diagnostics } = compile(sourceOf(text))
    assert.strictEqual(diagnostics.length, 100_000)
    assert.strictEqual(toJson(diagnostics, sourceOf(text)).length, 100_000)
  })
})

describe("a character", () => {
  it("NUL is reported once, in bytes and as an escape it is fine", () => {
    const { diagnostics } = decodeSource("limits.sxs", new TextEncoder().encode('(log "\0\0")'))
    assert.deepStrictEqual(
      diagnostics.map(({ code }) => code),
      ["SXS1013"]
    )
    assert.deepStrictEqual(codesOf('(log "\\0 \\u{0}")'), [])
  })

  it("that JavaScript takes for the end of a line ends nothing in its code", () => {
    for (const character of ["\u2028", "\u2029", "\\u{2028}"]) {
      const { bundle } = compile(
        sourceOf(`(log "a${character}b") (def x 1)${character === "\\u{2028}" ? "" : character}(log x)`)
      )
      assert.deepStrictEqual(mistakesInCode(bundle!.code), [])
    }
  })

  it("that is half of a pair is kept as an escape, and refused as bytes", () => {
    const { bundle } = compile(sourceOf('(log "\\u{d800}" (map "\\u{dc00}" 1))'))
    assert.deepStrictEqual(mistakesInCode(bundle!.code), [])
    assert.include(bundle!.code, "\\ud800")
    const { diagnostics } = decodeSource("limits.sxs", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))
    assert.deepStrictEqual(
      diagnostics.map(({ code }) => code),
      ["SXS1012"]
    )
    const raw = sourceOf('(log "\ud800" \'\udc00)')
    assert.strictEqual(format(raw).value, `${raw.text}\n`)
    assert.deepStrictEqual(mistakesInCode(compile(raw).bundle!.code), [])
  })
})

/** Sources of about so many characters, each with much of one thing. */
const shapes = {
  forms: (count: number) =>
    Array.from({ length: count / 40 }, (_, index) => `(defn f-${index} (x) (if (= x 1) (log x)))\n`).join(""),
  calls: (count: number) => `(log ${"(str 1 2) ".repeat(count / 10)})`,
  items: (count: number) => `(log '(${"12 ab ".repeat(count / 6)}))`,
  text: (count: number) => `(log "${"a\\n\n".repeat(count / 4)}")`,
  symbol: (count: number) => "a".repeat(count),
  comments: (count: number) => `(log ; c\n${"1 ; c\n".repeat(count / 6)})`,
  blanks: (count: number) => `(log 1)${" \n".repeat(count / 2)}`,
  brackets: (count: number) => "(".repeat(count),
  strays: (count: number) => ") ".repeat(count / 2),
  mistakes: (count: number) => "(log missing) ".repeat(count / 14),
  unclosed: (count: number) => '(log "open\n'.repeat(count / 11),
  glued: (count: number) => 'a"b"'.repeat(count / 4)
} satisfies Record<string, (count: number) => string>

/** Reads, formats, checks and emits. */
const pass = (text: string): unknown => [compile(sourceOf(text)), format(sourceOf(text))]

describe.each(Object.entries(shapes))("a source with many %s", (_, shape) => {
  it("takes steps as it is long", { timeout }, () => {
    const [small, large] = [shape(2000), shape(8000)]
    pass(small) // Tables that are made once.
    // The engine's own collecting can hide steps or add some to a count; what is quadratic shows in each of them.
    const counts = Array.from({ length: 3 }, () => [stepsOf(() => pass(small)), stepsOf(() => pass(large))] as const)
    const growth = Math.min(...counts.map(([few, many]) => many / few))
    assert.isBelow(growth, 6, JSON.stringify(counts))
  })
})

describe("what is kept of a source", () => {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void

  const keptBytes = (make: () => unknown): number => {
    collect()
    const before = process.memoryUsage().heapUsed
    const kept = make()
    collect()
    const bytes = process.memoryUsage().heapUsed - before
    assert.isDefined(kept)
    return bytes
  }

  it.each([
    ["datums", (text: string) => read(sourceOf(text))],
    ["a compilation", (text: string) => compile(sourceOf(text))]
  ])("%s takes linear memory", { timeout }, (_, make) => {
    const shape = shapes.calls
    make(shape(4000))
    const [small, large] = [keptBytes(() => make(shape(100_000))), keptBytes(() => make(shape(400_000)))]
    // What else the process keeps or lets go in the meantime is below a megabyte.
    assert.isBelow(large / Math.max(small, megabyte), 8, `${small} and ${large} bytes`)
  })
})
