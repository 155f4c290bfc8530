import { directives } from "../compiler/2-expand/forms/directive.ts"
import type { SpecialForm } from "../compiler/2-expand/forms/special-form.ts"
import { specialForms } from "../compiler/2-expand/forms/table.ts"
import { typeDocs } from "../compiler/2-expand/types.ts"

const intro = `# Forms and types

Every special form, directive and type, made from the tables of the compiler (\`npm run reference\`). What they are for is told
by examples in [the language](../language.md); the functions are in [the library](library.md).

- \`expr…\` is any number of expressions. A body is one form, or several in \`{ … }\` or \`[ … ]\`.
- A special form decides by itself what of it is computed, so it is no value and cannot be passed on.`

/** The page of forms, directives and types. */
export const formsReference = (): string =>
  [
    intro,
    "## Special forms",
    table(["form", "what it does"], [...specialForms.values()].map(formRow)),
    "## Directives",
    "A directive stands at the top of a file and is handled when compiling.",
    table(["directive", "what it does"], [...directives.values()].map(formRow)),
    "## Types",
    `A type stands behind a parameter, behind the parameters for the result, and in \`cast\`, \`reflect\`, patterns and fields. A
\`#(form point …)\` adds \`:point\`; that of an imported file is \`:file/point\`.`,
    table(
      ["type", "its values"],
      [...typeDocs].map(([name, doc]) => [`\`${name}\``, doc])
    )
  ]
    .join("\n\n")
    .concat("\n")

const formRow = ({ doc, shape }: Pick<SpecialForm, "shape" | "doc">): ReadonlyArray<string> => [shape, doc]

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")
