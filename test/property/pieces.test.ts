import * as fc from "fast-check"
import { expect, test } from "vitest"
import { pieceUnitsMin, read, readWhole } from "../../compiler/1-read/reader.ts"
import { delimiters } from "../support/delimiters.ts"
import { formsArbitrary, programArbitrary } from "../support/program-arbitrary.ts"

// A source in order is read in pieces, any other as a whole: nobody may see the difference in its tree, its spans, its comments or
// its messages. fast-check prints the seed and the path of a failure; give both to `fc.assert` to see it again.

/** What a border between two pieces could cut, or take for one. */
const traps = fc.constantFrom(
  '(def text "one\n(two\n#(three")',
  '"a text alone\n(with a bracket"',
  "'\n(quoted from the line before)",
  "#(export a)\n#(export b)",
  "@\n[an error]",
  "(let\n(a 1)\n[b {c\n{d 2}}])",
  "; a comment (with brackets\n;\n(after it) ; behind\n",
  "a\n(b)\nc",
  "(crlf)\r\n(lines)\r\n",
  "\u2028(line separator)\ufeff",
  '(escapes "\\n\\u{1f600}")',
  "(defn f (x)\n(g x)\n)"
)

const part = fc.oneof({ weight: 3, arbitrary: traps }, programArbitrary, formsArbitrary)

/** Mistakes, mostly of one character; some are none where they stand. */
const mistakes = fc.constantFrom(...delimiters, "", '"\n(', ")\n", "x", "\0")

/** Cuts some characters out at a place, and puts something there; the place as a part of the text. */
const damage = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(2), put: mistakes })

type Damage = { readonly at: number; readonly cut: number; readonly put: string }

const damaged = (text: string, { at, cut, put }: Damage): string => {
  const place = Math.floor(at * text.length)
  return text.slice(0, place) + put + text.slice(place + cut)
}

const expectSame = (text: string, unitsMin: number): void => {
  const source = { name: "pieces.sxs", text }
  expect(read(source, unitsMin)).toStrictEqual(readWhole(source))
}

test("a source reads the same in pieces of any size as at once, whatever is wrong with it", () => {
  const check = (parts: ReadonlyArray<string>, damages: ReadonlyArray<Damage>, unitsMin: number): void =>
    expectSame(damages.reduce(damaged, parts.join("\n")), unitsMin)
  const property = fc.property(
    fc.array(part, { minLength: 1, maxLength: 8 }),
    fc.oneof(fc.constant([]), fc.array(damage, { maxLength: 2 })),
    fc.integer({ min: 1, max: 200 }),
    check
  )
  fc.assert(property, { numRuns: 1000 })
})

test("a mistake near the border of two pieces is found as without a border", () => {
  const check = (parts: ReadonlyArray<string>, border: number, distance: number, { cut, put }: Damage): void => {
    const once = `${parts.join("\n")}\n`
    const text = once.repeat(Math.ceil((3 * pieceUnitsMin) / once.length))
    const place = border * pieceUnitsMin + distance
    expectSame(text.slice(0, place) + put + text.slice(place + cut), pieceUnitsMin)
  }
  const property = fc.property(
    fc.array(part, { minLength: 1, maxLength: 8 }),
    fc.constantFrom(1, 2),
    fc.integer({ min: -60, max: 60 }),
    damage,
    check
  )
  fc.assert(property, { numRuns: 40 })
})
