import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { ErrorPage } from "../compiler/report.ts"
import { packageFolder } from "./package-folder.ts"

/** The page of a diagnostic's code in the documentation of this package; undefined where that was left out. */
export const errorPage = (code: string): ErrorPage | undefined => {
  const path = join(packageFolder, "docs/errors", `${code}.md`)
  if (!existsSync(path)) return undefined
  const text = readFileSync(path, "utf8")
  const title = text.slice(0, text.indexOf("\n")).replace(/^# [^:]*: /, "")
  return { title, text, uri: pathToFileURL(path).href }
}
