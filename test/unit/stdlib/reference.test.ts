import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { directives } from "../../../compiler/2-expand/forms/directive.ts"
import { specialForms } from "../../../compiler/2-expand/forms/table.ts"
import { builtinTypes } from "../../../compiler/2-expand/types.ts"
import { compile } from "../../../compiler/compile.ts"
import { formsPage, page, reference } from "../../../scripts/reference.ts"
import { formsReference } from "../../../scripts/reference-forms.ts"

it("the reference page is what the signatures say; npm run reference writes it", () => {
  expect(readFileSync(page, "utf8")).toBe(reference())
})

it("the page of forms is what the compiler's tables say; npm run reference writes it", () => {
  expect(readFileSync(formsPage, "utf8")).toBe(formsReference())
})

it("each special form shows its own name, and says in a line what it does", () => {
  for (const [name, { doc, shape }] of specialForms) {
    expect(shape, name).toMatch(new RegExp(`^\`\\(${name.replace(/[/-]/g, "\\$&")}[ )]`))
    expect(doc, name).toMatch(/^[A-Z][^|\n]{10,150}\.$/)
  }
})

it("each directive and type of the page is one to the compiler", () => {
  const codes = (text: string) => compile({ name: "example.sxs", text }).diagnostics.map(({ code }) => code)
  for (const [name, { doc }] of directives) {
    expect(codes(`#(${name})`), name).not.toContain("SXS2012")
    expect(doc, name).toMatch(/^[A-Z][^|\n]{10,150}\.$/)
  }
  for (const type of builtinTypes) expect(codes(`(log (cast ${type} none))`), type).not.toContain("SXS2008")
})
