import * as fc from "fast-check"
import { expect, test } from "vitest"
import type { Datum } from "../../compiler/1-read/datum.ts"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import { print } from "../../compiler/1-read/print.ts"
import { read } from "../../compiler/1-read/reader.ts"
import { nestingDepthMax } from "../../compiler/1-read/tree.ts"
import type { Diagnostic } from "../../compiler/diagnostic.ts"
import { renderDiagnostics } from "../../compiler/render.ts"
import { toJson } from "../../compiler/report.ts"
import type { Span } from "../../compiler/source.ts"
import { datumArbitrary } from "../support/datum-arbitrary.ts"
import { delimiters } from "../support/delimiters.ts"

// fast-check prints the seed and the path of a failure; give both to `fc.assert` to see it again.
const parameters = { numRuns: 500 }

const withoutSpans = (datum: Datum): unknown => {
  if (datum.kind === "list") return { kind: datum.kind, bracket: datum.bracket, items: datum.items.map(withoutSpans) }
  if ("item" in datum) return { kind: datum.kind, item: withoutSpans(datum.item) }
  return { ...datum, span: undefined }
}

test("reading what was printed gives the same datum", () => {
  const check = (datum: Datum): void => {
    const { diagnostics, value } = read({ name: "printed", text: print(datum) })
    expect(diagnostics).toEqual([])
    expect(value.forms.map(withoutSpans)).toStrictEqual([withoutSpans(datum)])
  }
  fc.assert(fc.property(datumArbitrary, check), parameters)
})

test("what was printed survives being stored as UTF-8, and is one line", () => {
  const check = (datum: Datum): void => {
    const text = print(datum)
    expect(text).not.toMatch(/[\n\r\u2028\u2029]/)
    const isText = datum.kind === "string"
    if (isText) expect(decodeSource("printed", new TextEncoder().encode(text)).value.text).toBe(text)
  }
  fc.assert(fc.property(datumArbitrary, check), parameters)
})

/** Brackets, quotes and prefixes with little between them: nearly everything that can go wrong does. */
const soup = fc.string({
  unit: fc.constantFrom(...delimiters, " ", "a", "1", ".", "e", "\ud800", "\t", "\u0000"),
  maxLength: 60
})

const anyText = fc.oneof(soup, fc.string({ unit: "binary", maxLength: 60 }), fc.string({ maxLength: 60 }))

const expectInside = (inner: Span, outer: Span): void => {
  expect(inner.start).toBeGreaterThanOrEqual(outer.start)
  expect(inner.end).toBeLessThanOrEqual(outer.end)
  expect(inner.start).toBeLessThan(inner.end)
}

/** Each inside its parent and behind its elder sibling. */
const expectNested = (datums: ReadonlyArray<Datum>, parent: Span): void => {
  let from = parent.start
  for (const datum of datums) {
    expectInside(datum.span, { start: from, end: parent.end })
    from = datum.span.end
    if (datum.kind === "list") expectNested(datum.items, datum.span)
    if ("item" in datum) expectNested([datum.item], datum.span)
  }
}

const spansOf = (diagnostic: Diagnostic): ReadonlyArray<Span> => [
  diagnostic.span,
  ...(diagnostic.related ?? []).map((place) => place.span)
]

test("reading never throws, its spans lie inside the text and nest", () => {
  const check = (text: string): void => {
    const { diagnostics, value } = read({ name: "soup", text })
    const whole = { start: 0, end: text.length }
    expectNested(value.forms, whole)
    for (const comment of value.comments) expectInside(comment.span, whole)
    for (const span of diagnostics.flatMap(spansOf)) expectInside(span, whole)
    expect(diagnostics.map(({ span }) => span.start)).toEqual(
      diagnostics.map(({ span }) => span.start).toSorted((a, b) => a - b)
    )
  }
  fc.assert(fc.property(anyText, check), { numRuns: 3000 })
})

test("a text without diagnostics is a fixed point of printing and reading", () => {
  const check = (text: string): void => {
    const { diagnostics, value } = read({ name: "soup", text })
    if (diagnostics.length > 0) return
    const again = read({ name: "again", text: value.forms.map(print).join("\n") })
    expect(again.diagnostics).toEqual([])
    expect(again.value.forms.map(withoutSpans)).toStrictEqual(value.forms.map(withoutSpans))
  }
  fc.assert(fc.property(anyText, check), { numRuns: 3000 })
})

test("taking away one bracket of a balanced text gives exactly one diagnostic", () => {
  const check = (datums: ReadonlyArray<Datum>, seed: number): void => {
    const text = datums.map(print).join("\n")
    const brackets = [...text.matchAll(/[()]/g)].map((found) => found.index)
    const at = brackets[seed % brackets.length]!
    const { diagnostics } = read({ name: "broken", text: `${text.slice(0, at)} ${text.slice(at + 1)}` })
    expect(diagnostics.map(({ message }) => message)).toHaveLength(1)
  }
  fc.assert(fc.property(fc.array(parenthesised, { minLength: 1, maxLength: 5 }), fc.nat(), check), parameters)
})

// Round brackets and names only: with other kinds, or with prefixes, a missing opener can be explained in several ways.
const parenthesised: fc.Arbitrary<Datum> = fc.letrec<{ datum: Datum; list: Datum }>((tie) => ({
  datum: fc.oneof(
    { depthSize: "small" },
    fc.constant<Datum>({ kind: "symbol", name: "a", span: { start: 0, end: 1 } }),
    tie("list")
  ),
  list: fc
    .array(tie("datum"), { maxLength: 4 })
    .map((items): Datum => ({ kind: "list", bracket: "(", items, span: { start: 0, end: 1 } }))
})).list

test("any bytes decode to a text, with an error exactly when the platform's strict decoder refuses them", () => {
  const check = (bytes: Uint8Array): void => {
    const { diagnostics, value } = decodeSource("bytes", bytes)
    for (const { span } of diagnostics) expect(span.end).toBeLessThanOrEqual(value.text.length)
    const isRefused = diagnostics.some(({ code }) => code === "SXS1012")
    expect(isRefused).toBe(isRefusedByPlatform(bytes))
  }
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ min: 0xe0, maxLength: 4 }), nearlyUtf8)
  fc.assert(fc.property(bytes, check), { numRuns: 3000 })
})

/** A text in UTF-8 with one byte changed: mostly sequences that are nearly right. */
const nearlyUtf8 = fc
  .tuple(fc.string({ unit: "binary", minLength: 1, maxLength: 5 }), fc.nat(), fc.integer({ min: 0x70, max: 0xff }))
  .map(([text, at, byte]) => {
    const bytes = new TextEncoder().encode(text)
    return bytes.with(at % bytes.length, byte)
  })

const isRefusedByPlatform = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    return false
  } catch {
    return true
  }
}

test("messages can be rendered for any source, without control characters and without a line that runs away", () => {
  const check = (text: string): void => {
    const source = { name: "so\u001bup", text }
    const { diagnostics } = read(source)
    const shown = renderDiagnostics(diagnostics, source, { colour: false })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]|\p{Surrogate}/u)
    expect(JSON.parse(JSON.stringify(toJson(diagnostics, source)))).toHaveLength(diagnostics.length)
  }
  fc.assert(fc.property(anyText, check), { numRuns: 1000 })
})

test("nesting up to the bound is read, and one level more is reported once", () => {
  const nested = (depth: number): string => "(".repeat(depth) + ")".repeat(depth)
  expect(read({ name: "deep", text: nested(nestingDepthMax) }).diagnostics).toEqual([])
  expect(read({ name: "deep", text: nested(nestingDepthMax + 1) }).diagnostics).toHaveLength(1)
})
