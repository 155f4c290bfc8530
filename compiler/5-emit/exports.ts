import type { Manifest } from "../../stdlib/abi/manifest.ts"
import { exportedFunctions } from "./export-names.ts"
import { printText } from "./literals.ts"

/**
 * What a bundle's file exports for TypeScript besides its code: an object for each exported function that names it and says
 * where its program is. It can do nothing by itself; who opens a store calls it there. Source names stand in it as ASCII
 * literals only, so that none of them can become code.
 */
export const exportsText = (hash: string, manifest: Manifest): string => {
  const exported = exportedFunctions(manifest)
  const local = (index: number): string => `sxsFunction${index}`
  const named = exported.flatMap(({ identifier }, index) =>
    identifier === undefined ? [] : [`${local(index)} as ${identifier}`]
  )
  // In brackets a key is a key, also `__proto__`.
  const entries = exported.map(({ name }, index) => `, [${printText(name)}]: ${local(index)}`)
  return [
    `const sxsProgram = Object.freeze({ url: import.meta.url, hash: ${printText(hash)}, manifest })`,
    ...exported.map(
      ({ name }, index) => `const ${local(index)} = Object.freeze({ program: sxsProgram, name: ${printText(name)} })`
    ),
    `export const functions = Object.freeze({ __proto__: null${entries.join("")} })`,
    ...(named.length === 0 ? [] : [`export { ${named.join(", ")} }`]),
    ""
  ].join("\n")
}
