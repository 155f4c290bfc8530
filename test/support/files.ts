import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Compilation, compile } from "../../compiler/compile.ts"
import type { Load } from "../../compiler/modules.ts"

/** Files by path, for programs of several files. */
export type Files = Readonly<Record<string, string>>

/** Gives the files; each is the same source every time. */
export const loadFrom = (files: Files): Load => {
  const sources = new Map(Object.entries(files).map(([name, text]) => [name, { name, text }] as const))
  return (path) => {
    const source = sources.get(path)
    return source === undefined ? { kind: "missing", why: "there is no such file" } : { kind: "file", source }
  }
}

/** Gives the files below a folder. */
export const loadFromFolder =
  (folder: string): Load =>
  (path) => {
    const file = join(folder, path)
    if (!existsSync(file)) return { kind: "missing", why: "there is no such file" }
    return { kind: "file", source: { name: path, text: readFileSync(file, "utf8") } }
  }

/** The program whose own file is `entry`, the first one when left out. */
export const compileFiles = (files: Files, entry = Object.keys(files)[0]!): Compilation =>
  compile({ name: entry, text: files[entry]! }, { load: loadFrom(files) })

/** `SXS2034 sub/main.sxs:6:2` for each diagnostic. */
export const placesOf = ({ diagnostics }: Compilation): ReadonlyArray<string> =>
  diagnostics.map(({ code, source, span }) => {
    const before = source!.text.slice(0, span.start).split("\n")
    return `${code} ${source!.name}:${before.length}:${before.at(-1)!.length + 1}`
  })
