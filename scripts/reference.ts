// Writes docs/reference/: library.md from the signatures, forms.md from the compiler's tables. `npm run reference`; a test fails
// when a page is not current.
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Family, families, familyOf } from "../stdlib/signatures/families.ts"
import { library } from "../stdlib/signatures/index.ts"
import type { Param, Signature } from "../stdlib/signatures/signature.ts"
import { formsReference } from "./reference-forms.ts"

export const page = fileURLToPath(new URL("../docs/reference/library.md", import.meta.url))

export const formsPage = fileURLToPath(new URL("../docs/reference/forms.md", import.meta.url))

const intro = `# Library

Every function of the library, made from the same records that the compiler checks calls with (\`npm run reference\`).

- \`(f a :int [b :str] more… :list)\`: behind a parameter stands its type, unless it takes anything. \`[b]\` may be left out,
  \`more…\` is any number of arguments.
- *or an error value*: the call may yield \`@…\` instead of its result. *Waits*: the task may be parked in the call.
- What is called \`json/parse\` here has the full name \`core/json/parse\`; other names stand behind *also*.
- A wrong argument, and a result that would be too large, is a fault. Examples with a result are run by the tests.`

/** The reference page: a section for each family. */
export const reference = (): string => {
  const byFamily = Map.groupBy(library, (signature) => familyOf(signature.name))
  const shown = families.flatMap((family) => {
    const signatures = byFamily.get(family.name)
    return signatures === undefined ? [] : [{ family, signatures }]
  })
  return [intro, contents(shown), ...shown.map(section), ""].join("\n\n").trimEnd().concat("\n")
}

interface Section {
  readonly family: Family
  readonly signatures: ReadonlyArray<Signature>
}

const contents = (sections: ReadonlyArray<Section>): string =>
  [
    "| family | functions |",
    "|---|---|",
    ...sections.map(
      ({ family, signatures }) =>
        `| [${family.name}](#${family.name.replaceAll("/", "")}) | ${signatures.map((each) => `\`${shortName(each)}\``).join(" ")} |`
    )
  ].join("\n")

const section = ({ family, signatures }: Section): string =>
  [`## ${family.name}`, family.intro, ...(family.more ?? []), signatures.map(entry).join("\n")].join("\n\n")

const shortName = (signature: Signature): string => signature.aliases?.[0] ?? signature.name

const entry = (signature: Signature): string => {
  const parts = [
    ...signature.params.map(shownParam),
    ...(signature.rest === undefined ? [] : [shownRest(signature.rest)])
  ]
  const call = `(${[shortName(signature), ...parts].join(" ")})`
  const yields = signature.yields === undefined ? "" : ` → \`${signature.yields}\``
  return [
    `- **\`${call}\`** → \`${signature.result}\`${signature.mayError === true ? " or an error value" : ""}  `,
    `  ${[signature.doc, ...notes(signature)].join(" ")}  `,
    `  \`${signature.example}\`${yields}`
  ].join("\n")
}

const notes = (signature: Signature): ReadonlyArray<string> => {
  const usual = shortName(signature)
  const others = [signature.name, ...(signature.aliases ?? [])].filter(
    (name) => name !== usual && name !== `core/${usual}`
  )
  return [
    ...(signature.effect === "suspends" ? ["*Waits.*"] : []),
    ...(others.length === 0 ? [] : [`*Also* ${others.map((name) => `\`${name}\``).join(", ")}.`])
  ]
}

const typed = (name: string, type: string): string => (type === ":any" ? name : `${name} ${type}`)

const shownParam = (param: Param): string => {
  const shown = typed(param.name, param.type)
  return param.optional === true ? `[${shown}]` : shown
}

const shownRest = (rest: Param): string => typed(`${rest.name}…`, rest.type)

if (import.meta.main) {
  writeFileSync(page, reference())
  writeFileSync(formsPage, formsReference())
}
