import { describe, expect, test } from "vitest"
import { foreignNames } from "../../../../compiler/2-expand/foreign-names.ts"
import { specialForms } from "../../../../compiler/2-expand/forms/table.ts"
import { signatureOf } from "../../../../stdlib/signatures/index.ts"

const isName = (name: string): boolean =>
  signatureOf(name) !== undefined || specialForms.has(name) || ["none", "true", "false"].includes(name)

describe("foreign names", () => {
  test("each leads to a name of the language, or a directive", () => {
    const lost = [...foreignNames].filter(([, meant]) => !isName(meant) && !meant.startsWith("#("))
    expect(lost).toEqual([])
  })

  test("none is a name of the language itself", () => {
    expect([...foreignNames.keys()].filter(isName)).toEqual([])
  })
})
