import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { exportsText } from "../compiler/5-emit/exports.ts"
import type { Bundle } from "../stdlib/abi/bundle.ts"

/*
 * A bundle file, NAME.js, is the code of the bundle as it is, and a tail:
 *
 *     file   = code LF "//# sourceMappingURL=" NAME ".js.map" LF "// sxs run " hash LF [ source ] exports starter
 *     hash   = 64 hex digits, SHA-256 of the UTF-8 bytes of code
 *     source = "// sxs from " folder LF        of the source, percent-encoded: where modules are found that are not beside the file
 *
 * The exports name the functions that TypeScript may call. The starter does nothing unless Node was started with this very file, so that a program may import it.
 */

const marker = "\n//# sourceMappingURL="
const hashLine = /^\/\/ sxs run ([0-9a-f]{64})$/m
const sourceLine = /^\/\/ sxs from (\S+)$/m

const starter = `import { createRequire as sxsCreateRequire } from "node:module"
import { fileURLToPath as sxsFileURLToPath } from "node:url"
const sxsIsStarted = () => {
  try {
    return sxsCreateRequire(import.meta.url).resolve(process.argv[1]) === sxsFileURLToPath(import.meta.url)
  } catch {
    return false
  }
}
if (sxsIsStarted()) {
  const sxsFailed = (error) => {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error
    console.error("sxs: this program needs the package sxs, which is not installed here: npm install sxs")
    process.exitCode = 2
  }
  import("sxs/main").then((sxs) => sxs.default.run(import.meta.url), sxsFailed)
}
`

/** The text of NAME.js. */
export const printBundleFile = (bundle: Bundle, name: string, source?: string): string => {
  const from = source === undefined ? "" : `// sxs from ${encodeURI(source)}\n`
  return `${bundle.code}${marker}${encodeURIComponent(name)}.js.map\n// sxs run ${bundle.hash}\n${from}${exportsText(bundle.hash, bundle.manifest)}${starter}`
}

export type BundleFile =
  | { readonly kind: "intact"; readonly hash: string; readonly code: string; readonly source?: string }
  /** It has no tail, or its code is not what was built. */
  | { readonly kind: "damaged"; readonly why: string }

/** Cuts the tail off and checks the code against the hash in it. */
export const parseBundleFile = (text: string): BundleFile => {
  const end = text.lastIndexOf(marker)
  const hash = end < 0 ? undefined : hashLine.exec(text.slice(end))?.[1]
  if (hash === undefined) return { kind: "damaged", why: "the last lines, which sxs needs, are missing" }
  const code = text.slice(0, end)
  if (createHash("sha256").update(code, "utf8").digest("hex") !== hash) {
    return { kind: "damaged", why: "it was changed after it was built" }
  }
  const source = sourceLine.exec(text.slice(end))?.[1]
  return { kind: "intact", hash, code, ...(source !== undefined && { source: decodeURI(source) }) }
}

/** The source map beside the file. It is for messages only, and not part of the hash: a program runs without it. */
export const readBundleMap = (path: string): string => {
  try {
    const text = readFileSync(`${path}.map`, "utf8")
    JSON.parse(text)
    return text
  } catch {
    return emptyMap
  }
}

const emptyMap = JSON.stringify({ version: 3, names: [], sources: [], mappings: "" })
