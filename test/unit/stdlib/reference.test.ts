import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { page, reference } from "../../../scripts/reference.ts"

it("the reference page is what the signatures say; npm run reference writes it", () => {
  expect(readFileSync(page, "utf8")).toBe(reference())
})
