import { createHash } from "node:crypto"
import { assert, it } from "@effect/vitest"
import * as fc from "fast-check"
import { parseBundleFile, printBundleFile } from "../../../cli/bundle-file.ts"
import type { Bundle } from "../../../stdlib/abi/bundle.ts"

const bundleOf = (code: string): Bundle => ({
  code,
  hash: createHash("sha256").update(code, "utf8").digest("hex"),
  manifest: {
    abi: 1,
    compiler: "0",
    program: "p",
    source: "p.sxs",
    functions: [],
    library: [],
    records: [],
    exports: [],
    externs: []
  },
  map: "{}"
})

const anyCode = fc.oneof(
  fc.string({ unit: "binary" }).filter((code) => code.isWellFormed()),
  // Code that looks like a tail must not be taken for one.
  fc.constantFrom("\n//# sourceMappingURL=x.js.map\n// sxs run 00\n", printBundleFile(bundleOf("inner"), "inner"))
)

it("a bundle file gives back its code and hash", () => {
  fc.assert(
    fc.property(
      anyCode,
      fc.string({ unit: "binary" }).filter((name) => name.isWellFormed()),
      (code, name) => {
        const bundle = bundleOf(code)
        assert.deepStrictEqual(parseBundleFile(printBundleFile(bundle, name)), {
          kind: "intact",
          hash: bundle.hash,
          code
        })
      }
    ),
    { numRuns: 500 }
  )
})

it("a bundle file of which one character is changed in the code is refused", () => {
  const file = printBundleFile(bundleOf("export const manifest = { abi: 1 }\n"), "p")
  fc.assert(
    fc.property(fc.nat(33), (at) => {
      const changed = `${file.slice(0, at)}${file[at] === "x" ? "y" : "x"}${file.slice(at + 1)}`
      assert.strictEqual(parseBundleFile(changed).kind, "damaged")
    }),
    { numRuns: 100 }
  )
})
