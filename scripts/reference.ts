// Writes docs/reference/library.md from the signatures. `npm run reference`; a test fails when the page is not current.
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { library } from "../stdlib/signatures/index.ts"
import type { Param, Signature } from "../stdlib/signatures/signature.ts"

export const page = fileURLToPath(new URL("../docs/reference/library.md", import.meta.url))

/** The reference page: one table for each family, in the order of the signatures. */
export const reference = (): string => {
  const families = Map.groupBy(library, (signature) => familyOf(signature.name))
  return [
    "# Library",
    "",
    "Every function of the library, made from the same records that the compiler checks calls with (`npm run reference`).",
    "`[x]` may be left out, `x…` is any number of them. *May be an error value*: the call can yield `@…` instead of its result.",
    "*Waits*: a suspension point.",
    ...[...families].flatMap(([family, signatures]) => ["", `## ${family}`, "", ...signatures.flatMap(describe)]),
    ""
  ].join("\n")
}

const familyOf = (name: string): string =>
  name.startsWith("core/") ? name.split("/").slice(0, 2).join("/") : "operators"

const describe = (signature: Signature): ReadonlyArray<string> => {
  const name = signature.aliases?.[0] ?? signature.name
  const notes = [
    signature.mayError === true ? "May be an error value." : "",
    signature.effect === "suspends" ? "Waits." : ""
  ].filter((note) => note !== "")
  const full = name === signature.name ? "" : ` Full name: \`${signature.name}\`.`
  const yields = signature.yields === undefined ? "" : ` → \`${signature.yields}\``
  return [
    `- \`(${[name, ...signature.params.map(shown), ...(signature.rest === undefined ? [] : [`${signature.rest.name}…`])].join(" ")})\` yields \`${signature.result}\`. ${[signature.doc, ...notes].join(" ")}${full}`,
    `  Example: \`${signature.example}\`${yields}`
  ]
}

const shown = (param: Param): string => (param.optional === true ? `[${param.name}]` : param.name)

if (import.meta.main) writeFileSync(page, reference())
