import type { Datum } from "../1-read/datum.ts"
import { nearestName } from "../diagnostic.ts"
import type { Source, Span } from "../source.ts"
import type { FunctionDefinition, Global, RecordDefinition } from "./core.ts"
import type { NestedFunction } from "./expansion.ts"
import { type Named, Scope } from "./scope.ts"

/** A file that was read, with the files that it imports. */
export interface ModuleFile {
  readonly source: Source
  readonly forms: ReadonlyArray<Datum>
  /** The reader had to guess: a name that it does not seem to define may well be there. */
  readonly isDamaged: boolean
  /** Stands before the names of its functions and records in the program: `lib/pay/`; empty for the program's own file. */
  readonly prefix: string
  readonly imports: ReadonlyArray<Import>
}

/** `#(import "./pay.sxs" as p)`. */
export interface Import {
  /** What stands before the `/` where an export is used. */
  readonly name: string
  /** As written. */
  readonly path: string
  /** Of the directive. */
  readonly span: Span
  /** Undefined when there is no such file or it cannot be used, which has been reported. */
  readonly file: ModuleFile | undefined
}

/** One file during expansion: what its names mean, and what others may name. */
export class Module {
  readonly file: ModuleFile
  readonly main: FunctionDefinition
  readonly scope: Scope
  /** Top-level functions by name. */
  readonly topLevel = new Map<string, Named>()
  /** Top-level locals by name. */
  readonly globals = new Map<string, Global>()
  readonly records = new Map<string, RecordDefinition>()
  /** The names of `#(export …)`, with their places. */
  readonly exports = new Map<string, Span>()
  readonly imports = new Map<string, ImportedModule>()
  /** Functions inside functions by name, to explain why a name is not known elsewhere. */
  readonly nested = new Map<string, NestedFunction>()
  /** Names whose definition has been reported. */
  readonly misdefined = new Set<string>()
  /** The place of the `#(program …)`, once it has been seen. */
  programSpan: Span | undefined

  constructor(file: ModuleFile, main: FunctionDefinition) {
    this.file = file
    this.main = main
    this.scope = new Scope(main, undefined)
  }

  /** The name of a function or record of this file that no other file of the program has. */
  qualified(name: string): string {
    return this.file.prefix + name
  }

  defines(name: string): boolean {
    return this.topLevel.has(name) || this.globals.has(name) || this.records.has(name)
  }

  /** Whether others may use the name: it is exported, or belongs to a record type that is. */
  isExported(name: string): boolean {
    return this.exports.has(this.exportOf(name))
  }

  /** What an export must name so that `name` is exported: the record type that a field belongs to, else the name itself. */
  exportOf(name: string): string {
    const record = name.slice(0, Math.max(0, name.indexOf("/")))
    return this.records.has(record) ? record : name
  }

  /** Functions among the exports; a record type is none, as others make its values in their own way. */
  exportedFunctions(): ReadonlyArray<{ readonly name: string; readonly target: FunctionDefinition }> {
    return [...this.exports.keys()].flatMap((name) => {
      const named = this.topLevel.get(name)
      return named?.kind === "function" && !this.records.has(name) ? [{ name, target: named.target }] : []
    })
  }

  exportedGlobals(): ReadonlyArray<{ readonly global: Global; readonly span: Span }> {
    return [...this.exports].flatMap(([name, span]) => {
      const global = this.topLevel.has(name) ? undefined : this.globals.get(name)
      return global === undefined ? [] : [{ global, span }]
    })
  }

  /** The import that `name` begins with, and the rest of the name: `p/charge` is `charge` of `p`. */
  importOf(name: string): { readonly imported: ImportedModule; readonly rest: string } | undefined {
    const slash = name.indexOf("/")
    const imported = slash > 0 ? this.imports.get(name.slice(0, slash)) : undefined
    return imported === undefined ? undefined : { imported, rest: name.slice(slash + 1) }
  }

  /** The module whose export `name` is, marked as used, and its name there. */
  exporterOf(name: string): { readonly module: Module; readonly rest: string } | undefined {
    const found = this.importOf(name)
    if (found === undefined) return undefined
    found.imported.isUsed = true
    const { module } = found.imported
    return module?.isExported(found.rest) ? { module, rest: found.rest } : undefined
  }

  /** The record type of that name here: one of this file, or an exported one of an imported file. */
  record(name: string): RecordDefinition | undefined {
    const own = this.records.get(name)
    if (own !== undefined) return own
    const exporter = this.exporterOf(name)
    return exporter?.module.records.get(exporter.rest)
  }

  /** The export that `pay.charge` means, or the name of the import alone. */
  meantExport(name: string): string | undefined {
    const written = name.replace(/[.:]+/, "/")
    if (written !== name && this.exporterOf(written) !== undefined) return written
    const imported = this.imports.get(name)
    if (imported === undefined) return undefined
    imported.isUsed = true
    const [first] = [...(imported.module?.exports.keys() ?? [])]
    return first === undefined ? undefined : `${name}/${first}`
  }

  /** The name that an export of that name has here, with the import's name before it. */
  importedAs(name: string): string | undefined {
    return this.importedNames().find((each) => each.endsWith(`/${name}`))
  }

  /** The same for a record type, without the colon. */
  importedRecordAs(name: string): string | undefined {
    return this.importedRecords().find((each) => each.endsWith(`/${name}`))
  }

  /** The imported name that is nearest to a name without its import. */
  importedNear(name: string): string | undefined {
    const names = new Map([...this.importedNames()].map((each) => [each.slice(each.indexOf("/") + 1), each]))
    return names.get(nearestName(name, names.keys()) ?? "")
  }

  /** Whether a definition of the name, or of the record type that it belongs to, has been reported. */
  isMisdefined(name: string): boolean {
    return this.misdefined.has(name) || this.misdefined.has(`${name.split("/", 1)[0]!}/`)
  }

  /** The record types that imports bring, as they are written here, without the colon. */
  *importedRecords(): Generator<string> {
    for (const [name, { module }] of this.imports) {
      for (const each of module?.records.keys() ?? []) if (module!.isExported(each)) yield `${name}/${each}`
    }
  }

  /** The functions and constants that imports bring, as they are written here. */
  *importedNames(): Generator<string> {
    for (const [name, { module }] of this.imports) {
      if (module === undefined) continue
      for (const each of [...module.topLevel.keys(), ...module.globals.keys()])
        if (module.isExported(each)) yield `${name}/${each}`
    }
  }
}

export interface ImportedModule {
  readonly import: Import
  /** Undefined when the file could not be used. */
  readonly module: Module | undefined
  isUsed: boolean
}
