import * as fc from "fast-check"
import type { Datum } from "../../compiler/1-read/datum.ts"
import { tokenize } from "../../compiler/1-read/lexer.ts"
import { print } from "../../compiler/1-read/print.ts"
import { endOf } from "../../compiler/1-read/token.ts"
import { directiveStyles, formStyles } from "../../compiler/format/style.ts"
import { datumArbitrary } from "./datum-arbitrary.ts"
import { programArbitrary } from "./program-arbitrary.ts"

const word = fc.constantFrom("a", "b", "12", ":int", "&", '"t"', '"a\nb"', "a-name-of-middling-length", "$key", "else")

/** Forms of all kinds with anything as their arguments: right, nearly right, and none at all. */
const formText: fc.Arbitrary<string> = fc.letrec<{ form: string }>((tie) => ({
  form: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: word },
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...formStyles.keys(), "log", "core/kv/iterate"), fc.array(tie("form"), { maxLength: 5 }))
        .map(([head, rest]) => `(${[head, ...rest].join(" ")})`)
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...directiveStyles.keys(), "program"), fc.array(tie("form"), { maxLength: 4 }))
        .map(([head, rest]) => `#(${[head, ...rest].join(" ")})`)
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom("()", "[]", "{}", "'()", "'{}", "@[]"), fc.array(tie("form"), { maxLength: 6 }))
        .map(([brackets, items]) => `${brackets.slice(0, -1)}${items.join(" ")}${brackets.at(-1)}`)
    }
  )
})).form

const datumText = datumArbitrary.map((datum: Datum) => print(datum))

const plainText: fc.Arbitrary<string> = fc.oneof(
  fc.array(formText, { maxLength: 4 }).map((forms) => forms.join("\n")),
  fc.array(datumText, { maxLength: 3 }).map((forms) => forms.join("\n")),
  programArbitrary
)

const separator = fc.constantFrom(
  " ",
  " ",
  " ",
  "  ",
  "\t",
  "\n",
  "\n  ",
  "\n\n",
  "\n \n\n",
  "\r\n",
  "\r\n\r\n",
  " ; end of line\n",
  ";glued\n",
  "\n; own line\n",
  "\n\n;; after a blank ;\n\n",
  " ;\n",
  " ; spaces behind  \r\n",
  " ; one\n  ; two\n",
  `\n; long ${"x".repeat(120)}\n`,
  "\u2028",
  "\ufeff"
)

/** The same tokens with other white space and comments between them; `separators` are used one after another. */
export const respace = (text: string, separators: ReadonlyArray<string>): string => {
  let next = 0
  const take = (): string => separators[next++ % separators.length]!
  const { tokens } = tokenize(text)
  let result = ""
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]
    const isApart = before !== undefined && endOf(before) < token.startOffset
    // Every third place that needs no space gets one.
    result += isApart || (next++ % 3 === 0 && separators.length > 1) ? take() : ""
    result += token.image
  })
  return result + (next % 2 === 0 ? take() : "")
}

// A comment keeps the forms around it from standing on one line, so most texts have few of them.
const separators = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(" ", " ", " ", "\n"), { minLength: 2, maxLength: 40 }) },
  { weight: 2, arbitrary: fc.array(fc.oneof(fc.constant(" "), separator), { minLength: 20, maxLength: 80 }) },
  { weight: 1, arbitrary: fc.array(separator, { minLength: 1, maxLength: 40 }) }
)

/** The text of a file without mistakes of reading, with any white space and comments. */
export const layoutArbitrary: fc.Arbitrary<string> = fc
  .tuple(plainText, separators)
  .map(([text, between]) => respace(text, between))
