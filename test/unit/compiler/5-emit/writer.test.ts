import { addMapping, GenMapping, setSourceContent, toEncodedMap } from "@jridgewell/gen-mapping"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { Writer } from "../../../../compiler/5-emit/writer.ts"
import { lineTableOf, type Source } from "../../../../compiler/source.ts"

const sourceOf = (name: string, lines: number): Source => ({ name, text: "abc def\n".repeat(lines) })

const sources = [sourceOf("a.sxs", 400), sourceOf("b.sxs", 3), sourceOf("c.sxs", 1)] as const

type Part = string | { readonly source: number; readonly offset: number }

const parts = fc.array(
  fc.oneof(
    fc.constantFrom("\n", "x", "\n\n", "let a = 1\n", " y ", "long".repeat(300)),
    fc.record({ source: fc.nat(sources.length - 1), offset: fc.nat(3000) })
  ),
  { maxLength: 60 }
)

const inText = (part: Exclude<Part, string>): { source: Source; start: number } => {
  const source = sources[part.source]!
  return { source, start: part.offset % source.text.length }
}

const writerOf = (all: ReadonlyArray<Part>): Writer => {
  const out = new Writer()
  for (const part of all) {
    if (typeof part === "string") out.write(part)
    else {
      const { source, start } = inText(part)
      out.mark(source, { start, end: start })
    }
  }
  return out
}

/** The map of the same parts as the library makes it. */
const expectedMap = (all: ReadonlyArray<Part>): unknown => {
  const map = new GenMapping({ file: "out.js" })
  const seen = new Set<Source>()
  let text = ""
  for (const part of all) {
    if (typeof part === "string") {
      text += part
      continue
    }
    const { source, start } = inText(part)
    if (!seen.has(source)) setSourceContent(map, source.name, source.text)
    seen.add(source)
    const { column, line } = lineTableOf(source).position(start)
    const lines = text.split("\n")
    const generated = { line: lines.length, column: lines.at(-1)!.length }
    addMapping(map, { generated, original: { line, column: column - 1 }, source: source.name })
  }
  return JSON.parse(JSON.stringify(toEncodedMap(map)))
}

test("a source map is the one that the library makes of the same marks, also of writers in writers", () => {
  fc.assert(
    fc.property(parts, fc.nat(60), (all, cut) => {
      const whole = writerOf(all.slice(0, cut)).append(writerOf(all.slice(cut)))
      expect(JSON.parse(whole.sourceMap("out.js"))).toEqual(expectedMap(all))
    }),
    { numRuns: 300 }
  )
})

test("lines are indented by the brackets at their ends, and marks go with them", () => {
  const source = sources[0]
  const out = new Writer(1)
  out.write("f() {\n").mark(source, { start: 0, end: 1 }).write("a([1, 2])\n\nb = {\nc = ")
  out.mark(source, { start: 9, end: 10 }).write("1\n}\n}\n")
  expect(out.text()).toBe("  f() {\n    a([1, 2])\n\n    b = {\n      c = 1\n    }\n  }\n")
  expect((JSON.parse(out.sourceMap("out.js")) as { mappings: string }).mappings).toBe(";AAAA;;;UACC")
})

test("what is inserted moves what stands behind it, with its marks", () => {
  const source = sources[0]
  const out = new Writer(1)
  out.mark(source, { start: 0, end: 1 }).write("f() {\n")
  const place = out.place()
  out.mark(source, { start: 4, end: 5 }).write("a()\n")
  out.write("b(").mark(source, { start: 9, end: 10 }).write("1)\n}\n")
  out.insert(place, `${place.indentation}let c\n`)
  expect(out.text()).toBe("  f() {\n    let c\n    a()\n    b(1)\n  }\n")
  expect((JSON.parse(out.sourceMap("out.js")) as { mappings: string }).mappings).toBe("AAAA;;AAAI;MACH")
})

test("what another writer holds is inserted as it stands there, however long it is", () => {
  const source = sources[0]
  const out = new Writer(1).mark(source, { start: 0, end: 1 }).write("f() {\n")
  const place = out.place()
  out.mark(source, { start: 4, end: 5 }).write("a()\n}\n")
  const other = new Writer()
    .write("[{\n")
    .append(new Writer().write("long".repeat(300)))
    .write("\n")
  out.insertBytes(place, other)
  expect(other.length).toBe(1204)
  expect(out.text()).toBe(`  f() {\n[{\n${"long".repeat(300)}\n    a()\n  }\n`)
  expect((JSON.parse(out.sourceMap("out.js")) as { mappings: string }).mappings).toBe("AAAA;;;AAAI")
})

test("a writer that was cleared holds nothing of what it held", () => {
  const source = sources[0]
  const line = new Writer().mark(source, { start: 0, end: 1 }).write("once")
  const out = new Writer(1).append(line.clear().mark(source, { start: 4, end: 5 }).write("twice\n"))
  expect(out.text()).toBe("  twice\n")
  expect((JSON.parse(out.sourceMap("out.js")) as { mappings: string }).mappings).toBe("AAAI")
})

test("a character beyond ASCII is refused, as bytes and units would differ", () => {
  expect(() => new Writer().write("ä")).toThrow("not ASCII")
})
