import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { launcher, root, type StartOptions, start } from "./start.ts"

/** Runs `sxs` with these words and says which of our sources it has loaded, named from the root, and files of packages; by the
 * maps of the packed files. */
export const loadedSources = (words: ReadonlyArray<string>, options: StartOptions): ReadonlyArray<string> => {
  const hook = `data:text/javascript,${encodeURIComponent(sayWhatIsLoaded)}`
  const { err } = start(launcher, words, { ...options, node: ["--import", hook] })
  const files = err.split("\n").filter((line) => line.startsWith("file:"))
  return files.map((url) => fileURLToPath(url)).flatMap(sourcesOf)
}

const packed = join(root, "dist/packed")

const sourcesOf = (file: string): ReadonlyArray<string> => {
  if (dirname(file) !== packed) return [relative(root, file)]
  // One that only hands on what another exports has no map.
  if (!existsSync(`${file}.map`)) return []
  const { sources } = JSON.parse(readFileSync(`${file}.map`, "utf8")) as { readonly sources: ReadonlyArray<string> }
  return sources.map((source) => relative(root, join(packed, source)))
}

const sayWhatIsLoaded = `import { registerHooks } from "node:module"
registerHooks({
  load(url, context, nextLoad) {
    process.stderr.write(url + "\\n")
    return nextLoad(url, context)
  }
})
`
