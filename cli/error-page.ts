import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { ErrorPage } from "../compiler/report.ts"

/** The page of a diagnostic's code in the documentation of this package; undefined where that was left out. */
export const errorPage = (code: string): ErrorPage | undefined => {
  // From the sources, and from what is built of them in `dist`.
  const candidates = ["../docs/errors", "../../docs/errors"].map((folder) => `${folder}/${code}.md`)
  const path = candidates.map((each) => fileURLToPath(new URL(each, import.meta.url))).find((each) => existsSync(each))
  if (path === undefined) return undefined
  const text = readFileSync(path, "utf8")
  const title = text.slice(0, text.indexOf("\n")).replace(/^# [^:]*: /, "")
  return { title, text, uri: pathToFileURL(path).href }
}
