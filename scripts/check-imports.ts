/**
 * Checks that imports point one way: no edge that the table of layers does not allow, and no cycle of modules. A
 * type-only import counts as an edge, since what is known is depended on; it closes no cycle, as nothing is loaded.
 *
 *     node scripts/check-imports.ts [FOLDER]
 *
 * Prints one line for each mistake and ends with 1 if there is any.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve, sep } from "node:path"
import { pathToFileURL } from "node:url"

interface Layer {
  /** A folder, or a file without its ending; the most specific layer that fits a file is the file's. */
  readonly path: string
  /** Layers that it may import besides itself. */
  readonly layers: ReadonlyArray<string>
  /** Packages that it may import; `node:` stands for all of Node's own, `*` for every package. */
  readonly packages: ReadonlyArray<string>
}

const below = {
  abi: ["stdlib/abi"],
  value: ["stdlib/abi", "runtime/errors", "runtime/limits", "runtime/value"],
  runtime: ["stdlib/abi", "runtime"]
}

/** `style.md`, section 1, as data. A layer of `runtime` that is not listed may import all of `runtime` and `stdlib/abi`. */
export const layers: ReadonlyArray<Layer> = [
  { path: "stdlib", layers: ["stdlib"], packages: [] },
  { path: "stdlib/abi", layers: [], packages: [] },
  { path: "stdlib/signatures", layers: below.abi, packages: [] },
  { path: "stdlib/prelude", layers: [...below.abi, "stdlib/signatures"], packages: [] },
  { path: "stdlib/impl", layers: [...below.runtime, "stdlib/signatures"], packages: ["*"] },
  {
    path: "compiler",
    layers: ["stdlib/abi", "stdlib/signatures", "stdlib/prelude"],
    packages: ["chevrotain", "@noble/hashes"]
  },
  { path: "runtime", layers: below.abi, packages: ["*"] },
  { path: "runtime/limits", layers: below.abi, packages: ["effect"] },
  { path: "runtime/errors", layers: ["stdlib/abi", "runtime/limits", "runtime/value"], packages: ["effect"] },
  { path: "runtime/value", layers: below.value, packages: ["effect", "node:"] },
  { path: "runtime/store", layers: below.value, packages: ["*"] },
  { path: "runtime/bus", layers: [...below.value, "runtime/store"], packages: ["*"] },
  { path: "runtime/bundle", layers: [...below.value, "runtime/store"], packages: ["*"] },
  {
    path: "runtime/task",
    layers: [...below.value, "runtime/store", "runtime/bus", "runtime/bundle", "runtime/evaluator"],
    packages: ["*"]
  },
  { path: "cli", layers: ["compiler", "runtime", "stdlib"], packages: ["*"] }
]

const checkedFolders = ["compiler", "stdlib", "runtime", "cli"]

/** All mistakes in the tree under `root`, one sentence each. */
export const checkImports = (root: string): ReadonlyArray<string> => {
  const graph = readGraph(root)
  return [...forbiddenEdges(graph), ...cycles(graph)]
}

/** File to what it imports, as written; files are named from the root with `/`. */
export type Graph = ReadonlyMap<string, ReadonlyArray<Import>>

interface Import {
  readonly line: number
  /** A file, from the root, or the name of a package. */
  readonly target: string
  readonly isFile: boolean
  readonly isType: boolean
}

type Located = Pick<Import, "target" | "isFile">

export const readGraph = (root: string): Graph => {
  const files = checkedFolders.map((folder) => join(root, folder)).filter((folder) => existsSync(folder))
  return new Map(
    files.flatMap(sourceFiles).map((path) => {
      const file = fromRoot(root, path)
      return [file, importsOf(readFileSync(path, "utf8"), (specifier) => locate(root, path, specifier))] as const
    })
  )
}

const sourceFiles = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()

export const fromRoot = (root: string, path: string): string => relative(root, path).split(sep).join("/")

const locate = (root: string, from: string, specifier: string): Located =>
  specifier.startsWith(".")
    ? { target: fromRoot(root, resolve(dirname(from), specifier)), isFile: true }
    : { target: packageName(specifier), isFile: false }

export const packageName = (specifier: string): string => {
  if (specifier.startsWith("node:")) return "node:"
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
}

// `import … from "x"`, `import "x"` and `export … from "x"` at the start of a line, and `import("x")` anywhere. A clause
// has no quote in it, so a match cannot run on into another statement.
const statement = /^\s*(?:import|export)\s*(type\b)?(?:[^"'`;=()]*?\bfrom\s*)?["']([^"'\n]+)["']/gm
const dynamic = /\bimport\(\s*()["'`]([^"'`\n$]+)["'`]/g
const comment = /^[ \t]*(?:\/\/|\/?\*)/

const importsOf = (text: string, locateIt: (specifier: string) => Located): ReadonlyArray<Import> =>
  [...text.matchAll(statement), ...text.matchAll(dynamic)]
    .filter((match) => !comment.test(lineAt(text, match.index)))
    .map((match) => ({
      line: lineNumber(text, match.index + match[0].length),
      isType: match[1] === "type",
      ...locateIt(match[2]!)
    }))

const lineAt = (text: string, offset: number): string => text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset + 2)

const lineNumber = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

// ─── edges ───────────────────────────────────────────────────────────────────────────────────────────────────────

const forbiddenEdges = (graph: Graph): ReadonlyArray<string> =>
  [...graph].flatMap(([file, imports]) => {
    const layer = layerOf(file)
    if (layer === undefined) return []
    return imports
      .filter((each) => !mayImport(layer, each))
      .map((each) => `${file}:${each.line}: ${layer.path} must not import ${each.target}`)
  })

const layerOf = (file: string): Layer | undefined =>
  layers.filter((layer) => isInside(file, layer.path)).toSorted((a, b) => b.path.length - a.path.length)[0]

const isInside = (file: string, path: string): boolean =>
  file.startsWith(`${path}/`) || file.replace(/\.[cm]?[jt]s$/, "") === path

const mayImport = (layer: Layer, { isFile, target }: Import): boolean => {
  if (!isFile) return layer.packages.includes("*") || layer.packages.includes(target)
  // A file directly in `runtime/` joins its folders; the folders themselves must not know each other by accident.
  if (isInside(target, layer.path)) return true
  return layer.layers.some((allowed) => isInside(target, allowed))
}

// ─── cycles ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** One cycle for each file at which a walk through the graph comes back to itself. */
const cycles = (graph: Graph): ReadonlyArray<string> => {
  const found: Array<string> = []
  const done = new Set<string>()
  const path: Array<string> = []
  const visit = (file: string): void => {
    const start = path.indexOf(file)
    if (start >= 0) found.push(`import cycle: ${[...path.slice(start), file].join(" -> ")}`)
    if (start >= 0 || done.has(file)) return
    path.push(file)
    for (const { isFile, isType, target } of graph.get(file) ?? []) if (isFile && !isType) visit(target)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return found
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const mistakes = checkImports(resolve(process.argv[2] ?? "."))
  for (const mistake of mistakes) console.error(mistake)
  if (mistakes.length > 0) process.exitCode = 1
}
