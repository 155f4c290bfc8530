import { library } from "../stdlib/signatures/index.ts"
import type { Datum, ReadFile } from "./1-read/datum.ts"
import { read } from "./1-read/reader.ts"
import { importParts } from "./2-expand/forms/import.ts"
import type { Import, ModuleFile } from "./2-expand/module.ts"
import * as catalog from "./catalog.ts"
import { type Diagnostic, hasErrors, inSource, type Outcome } from "./diagnostic.ts"
import type { Source, Span } from "./source.ts"

/** What is found under a path. */
export type Loaded =
  | LoadedFile
  /** `why` completes "… cannot be imported: ". */
  | { readonly kind: "missing"; readonly why: string }

export interface LoadedFile {
  readonly kind: "file"
  /** Named by the path that was asked for. */
  readonly source: Source
  /** What decoding it has found; with an error among it the text is not read. */
  readonly diagnostics?: ReadonlyArray<Diagnostic>
  /** The same for two paths of one file; the path when left out. */
  readonly identity?: string
}

/** Gives the file under a path, which is relative to what the name of the entry is relative to, with `/` between its parts. */
export type Load = (path: string) => Loaded

/** A program's files. */
export interface ModuleGraph {
  readonly entry: ModuleFile
  /** All that is imported, dependencies first. */
  readonly modules: ReadonlyArray<ModuleFile>
  /** Of decoding and reading, with their sources. */
  readonly mistakes: ReadonlyArray<Diagnostic>
  /** Of importing, with their sources. */
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/**
 * The files that the entry imports, directly or through others, each once. Linear in their number and size, and safe for
 * chains of any length. An import that cannot be followed is reported, and its file is undefined from then on.
 */
export const readModules = (entry: LoadedFile, load: Load): ModuleGraph => new Graph(entry, load).walk()

interface Node extends ModuleFile {
  readonly path: string
  readonly imports: Array<Import>
  /** The imports, by the names that they give. */
  readonly names: Map<string, Import>
  /** The directives that are still to be looked at. */
  readonly open: Iterator<Datum>
  /** Its place on the way from the entry; undefined when all that it imports has been read. */
  depth: number | undefined
}

/** Depth first, with the way from the entry as an explicit stack. */
class Graph {
  readonly #load: Load
  readonly #entry: Node
  readonly #byPath = new Map<string, Node>()
  readonly #byIdentity = new Map<string, Node>()
  readonly #way: Array<Node> = []
  readonly #done: Array<Node> = []
  readonly #mistakes: Array<Diagnostic> = []
  readonly #diagnostics: Array<Diagnostic> = []

  constructor(entry: LoadedFile, load: Load) {
    this.#load = load
    this.#entry = this.#node(normalise(entry.source.name) ?? entry.source.name, entry)
  }

  walk(): ModuleGraph {
    for (let node = this.#way.at(-1); node !== undefined; node = this.#way.at(-1)) {
      const next = node.open.next()
      if (next.done === true) this.#leave(node)
      else this.#import(next.value, node)
    }
    return { entry: this.#entry, modules: this.#done, mistakes: this.#mistakes, diagnostics: this.#diagnostics }
  }

  #leave(node: Node): void {
    for (const each of node.names.values()) node.imports.push(each)
    node.depth = undefined
    this.#way.pop()
    if (node !== this.#entry) this.#done.push(node)
  }

  /** Reads the file and goes on with its imports. */
  #node(path: string, { diagnostics = [], identity = path, source }: LoadedFile): Node {
    const read = hasErrors(diagnostics) ? undefined : readOnce(source)
    for (const each of [...diagnostics, ...(read?.diagnostics ?? [])]) this.#mistakes.push(inSource(each, source))
    const forms = read?.value.forms ?? []
    const depth = this.#way.length
    const node: Node = {
      path,
      source,
      forms,
      isDamaged: read === undefined || hasErrors(read.diagnostics),
      prefix: depth === 0 ? "" : `${relativePath(this.#entry.path, path).slice(0, -ending.length)}/`,
      imports: [],
      names: new Map(),
      open: forms.filter((form) => form.kind === "directive").values(),
      depth
    }
    this.#way.push(node)
    this.#byPath.set(path, node)
    this.#byIdentity.set(identity, node)
    return node
  }

  #import(directive: Datum, from: Node): void {
    const parts = importParts(directive)
    if (parts === undefined) return // No import, or one that the expander reports.
    const path = parts.path.value
    const wrong = wrongPath(path)
    if (wrong !== undefined) this.#report(catalog.importPath.at(parts.path.span, { path, ...wrong }), from)
    const name = parts.name?.name ?? baseName(path)
    const known = from.names.get(name)
    const why = wrongName(name) ?? (known && takenBy(known))
    if (why !== undefined && (wrong === undefined || parts.name !== undefined)) {
      const related = known && [{ span: known.span, message: "imported here" }]
      this.#report(catalog.importName.at((parts.name ?? parts.path).span, { name, why, path }, related), from)
    }
    const file = wrong === undefined ? this.#file(path, parts.path.span, from) : undefined
    // Under a name that two files want nothing is found, so that what is reported is the name alone.
    from.names.set(name, { name, path, span: directive.span, file: why === undefined ? file : undefined })
  }

  #file(written: string, span: Span, from: Node): Node | undefined {
    const path = normalise(`${folderOf(from.path)}${written}`)
    if (path === undefined) {
      const wrong = { why: "it leads out of the root folder", way: "begin at the folder of this file" }
      this.#report(catalog.importPath.at(span, { path: written, ...wrong }), from)
      return undefined
    }
    const depth = this.#way.length
    const found = this.#byPath.get(path) ?? this.#loaded(path)
    if ("why" in found) {
      this.#report(catalog.importMissing.at(span, { file: path, why: found.why }), from)
      return undefined
    }
    const isNew = this.#way.length > depth
    if (isNew || found.depth === undefined) return found
    const files = [...waySummary(this.#way, found.depth), found.source.name]
    this.#report(catalog.importCycle.at(span, { files }), from)
    return undefined
  }

  #loaded(path: string): Node | { readonly why: string } {
    const loaded = this.#load(path)
    if (loaded.kind === "missing") return loaded
    const known = this.#byIdentity.get(loaded.identity ?? path)
    if (known === undefined) return this.#node(path, loaded)
    this.#byPath.set(path, known)
    return known
  }

  #report(diagnostic: Diagnostic, from: Node): void {
    this.#diagnostics.push(inSource(diagnostic, from.source))
  }
}

const readFiles = new WeakMap<Source, Outcome<ReadFile>>()

/** What the reader makes of a source; a file that several programs import is read once. */
export const readOnce = (source: Source): Outcome<ReadFile> => {
  let file = readFiles.get(source)
  if (file === undefined) {
    file = read(source)
    readFiles.set(source, file)
  }
  return file
}

/** Files at each end of a cycle that a message can need: a long one is cut in its middle. */
const cycleEnd = 8

const waySummary = (way: ReadonlyArray<Node>, from: number): ReadonlyArray<string> => {
  const files =
    way.length - from > 2 * cycleEnd ? [...way.slice(from, from + cycleEnd), ...way.slice(-cycleEnd)] : way.slice(from)
  return files.map((node) => node.source.name)
}

// ─── names ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Why the name cannot stand before the exports of a file, if so. */
const wrongName = (name: string): string | undefined => {
  const { diagnostics, value } = read({ name: "", text: name })
  const [form, ...others] = value.forms
  const isSymbol = form?.kind === "symbol" && form.name === name && others.length === 0 && diagnostics.length === 0
  if (!isSymbol || /[/&]|^[:$%]/.test(name) || literals.has(name)) return "it is not a plain name"
  return families().has(name) ? "functions of the library begin with it" : undefined
}

const literals: ReadonlySet<string> = new Set(["true", "false", "none", "inf", "nan"])

let knownFamilies: ReadonlySet<string> | undefined

/** What stands before the first `/` in names of the library. */
const families = (): ReadonlySet<string> => {
  knownFamilies ??= new Set(
    library.flatMap((each) =>
      [each.name, ...(each.aliases ?? [])].filter((name) => name.includes("/")).map((name) => name.split("/", 1)[0]!)
    )
  )
  return knownFamilies
}

const takenBy = ({ file }: Import): string =>
  file === undefined ? "another import has it" : `it already names ${file.source.name}`

// ─── paths ───────────────────────────────────────────────────────────────────────────────────────────────────────

const ending = ".sxs"

interface WrongPath {
  readonly why: string
  readonly way: string
}

const wrongPath = (path: string): WrongPath | undefined => {
  const way = 'a path begins with `./` or `../`, at the folder of this file: `#(import "./pay.sxs")`'
  if (path === "") return { why: "the path is empty", way }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  if (!path.isWellFormed() || /[\u0000-\u001f\u007f]/.test(path))
    return { why: "a path holds no control characters", way: "give the file a plain name" }
  if (path.includes("\\"))
    return { why: "a path is written with `/`", way: `write ${said(path.replaceAll("\\", "/"))}` }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) return { why: "only files can be imported, by a relative path", way }
  if (path.startsWith("/") || path.startsWith("~")) return { why: "the path is absolute", way }
  if (!/^\.\.?\//.test(path))
    return { why: "the path begins neither with `./` nor with `../`", way: `write ${said(`./${path}`)}` }
  if (/(^|\/)\.{0,2}$/.test(path)) return { why: "it names a folder", way }
  if (!path.endsWith(ending) || baseName(path) === "") {
    return {
      why: `it names no file that ends in \`${ending}\``,
      way: `write ${said(`${path.replace(/\.\w*$/, "")}${ending}`)}`
    }
  }
  return undefined
}

const said = (path: string): string => catalog.quoted(`#(import ${JSON.stringify(path)})`)

/** The path without `.`, `..` and empty parts, but for `..` at its start; undefined when it leaves the root. */
const normalise = (path: string): string | undefined => {
  const isAbsolute = path.startsWith("/")
  const parts: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop()
    else if (isAbsolute) return undefined
    else parts.push("..")
  }
  return `${isAbsolute ? "/" : ""}${parts.join("/")}`
}

/** With `/` at its end; empty for the folder that paths are relative to. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1)

const baseName = (path: string): string => {
  const name = path.slice(path.lastIndexOf("/") + 1)
  return name.endsWith(ending) ? name.slice(0, -ending.length) : name
}

/** `to` as seen from the folder of `from`; both are normalised. */
const relativePath = (from: string, to: string): string => {
  const start = folderOf(from).split("/").slice(0, -1)
  const end = to.split("/")
  let shared = 0
  while (shared < start.length && start[shared] === end[shared]) shared++
  return [...start.slice(shared).map(() => ".."), ...end.slice(shared)].join("/")
}
