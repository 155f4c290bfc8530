import type { ExternFacts } from "../../stdlib/abi/manifest.ts"
import { signatureOf } from "../../stdlib/signatures/index.ts"
import type { Signature } from "../../stdlib/signatures/signature.ts"
import type { Datum, ListDatum } from "../1-read/datum.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, hasErrors, inSource, type Outcome } from "../diagnostic.ts"
import type { Source, Span } from "../source.ts"
import {
  call,
  constant,
  libraryCall,
  literal,
  newBinding,
  quoted,
  reference,
  takenCount,
  takesCount,
  use
} from "./build.ts"
import { bundledFirst } from "./bundled.ts"
import { captureInto, completeCaptures, rootOf } from "./captures.ts"
import {
  type Binding,
  type Core,
  type CoreProgram,
  type ExternSignature,
  type FunctionDefinition,
  type Global,
  none,
  type RecordDefinition,
  type TestDefinition
} from "./core.ts"
import type { Expansion, NestedFunction, Surroundings } from "./expansion.ts"
import { functionFirst } from "./explain.ts"
import { externIn, externSignature, wrapExtern } from "./extern-calls.ts"
import { foreignNames } from "./foreign-names.ts"
import { expandArguments } from "./forms/call.ts"
import { channelVariables } from "./forms/channel.ts"
import { withDeferred } from "./forms/defer.ts"
import { declareDirectives, expandDirective } from "./forms/directive.ts"
import { isLater, specialForms } from "./forms/table.ts"
import { isTest } from "./forms/test.ts"
import { canBeValue, wrapLibrary } from "./library-value.ts"
import { Module, type ModuleFile } from "./module.ts"
import type { Named, Scope } from "./scope.ts"
import { UnknownNames } from "./unknown-names.ts"

export interface ExpandInput extends Pick<ModuleFile, "source" | "forms"> {
  /** What the program's own file imports; nothing when left out. */
  readonly imports?: ModuleFile["imports"]
  readonly isDamaged?: boolean
  /** All files that are imported, dependencies first. */
  readonly modules?: ReadonlyArray<ModuleFile>
  /** Forms of the prelude that come along when they are named: full function name to its `defn`. */
  readonly prelude: ReadonlyMap<string, PreludeForm>
  /** Name of the program unless a `#(program …)` gives one. */
  readonly defaultName: string
  /** The tests of the program's own file go into the bundle, and are what it exports. */
  readonly withTests?: boolean
}

export interface PreludeForm {
  readonly source: Source
  readonly form: ListDatum
}

/** Datums to core: special forms by table, names to bindings. Goes on after every mistake. */
export const expand = (input: ExpandInput): Outcome<CoreProgram> => {
  const expander = new Expander(input)
  const program = expander.program(input.modules ?? [], input.withTests === true)
  return { value: program, diagnostics: expander.diagnostics }
}

type FunctionOptions = Parameters<Expansion["newFunction"]>[0]

/** The forms that make names known. */
const definingForms: ReadonlySet<string> = new Set(["def", "defn", "#(form …)"])

interface Extern {
  readonly facts: ExternFacts
  readonly signature: ExternSignature
}

/** Stands for what has been reported: nothing is known of it. */
const unknownValue = (span: Span): Core => ({ kind: "ascribe", type: ":any", value: literal(none, span), span })

const nothingUsed: ReadonlySet<never> = new Set()

/** The state of one expansion. */
class Expander implements Expansion {
  readonly diagnostics: Array<Diagnostic> = []
  readonly functions: Array<FunctionDefinition> = []
  readonly tests: Array<TestDefinition> = []
  #programName: string
  readonly #entry: Module
  /** The file whose forms are being expanded: all names are looked up from there. */
  #module: Module
  readonly #modules = new Map<ModuleFile, Module>()
  readonly #prelude: ReadonlyMap<string, PreludeForm>
  readonly #preludeFunctions = new Map<string, FunctionDefinition>()
  readonly #libraryValues = new Map<Signature, FunctionDefinition>()
  /** Functions of JavaScript modules; they are not among `functions`. */
  readonly #externs = new Map<FunctionDefinition, Extern>()
  readonly #afterBundle: Array<() => void> = []
  readonly #topLevelForms = new Set<Datum>()
  readonly #surroundings = new Map<FunctionDefinition, Surroundings>()
  readonly #ordinals = new Map<string, number>()
  readonly #unknown = new UnknownNames(this.diagnostics, (diagnostic) => this.report(diagnostic))

  constructor(input: ExpandInput) {
    this.#prelude = input.prelude
    this.#programName = input.defaultName
    this.#entry = this.#newModule({ imports: [], isDamaged: false, ...input, prefix: "" })
    this.#module = this.#entry
  }

  get programSource(): Source {
    return this.#entry.file.source
  }

  get main(): FunctionDefinition {
    return this.#module.main
  }

  get globals(): Map<string, Global> {
    return this.#module.globals
  }

  get records(): Map<string, RecordDefinition> {
    return this.#module.records
  }

  get exports(): Map<string, Span> {
    return this.#module.exports
  }

  get programName(): string {
    return this.#programName
  }

  /** What an imported file is called as a program of its own does not matter. */
  set programName(name: string) {
    if (this.#module === this.#entry) this.#programName = name
  }

  get programSpan(): Span | undefined {
    return this.#module.programSpan
  }

  set programSpan(span: Span | undefined) {
    this.#module.programSpan = span
  }

  program(files: ReadonlyArray<ModuleFile>, withTests: boolean): CoreProgram {
    const modules = [...files.map((file) => this.#newModule(file)), this.#entry]
    for (const module of modules) this.#inModule(module, () => this.#expandFile())
    const madeForBundle = this.functions.length
    for (const expand of this.#afterBundle) expand()
    // An unknown name never passes without an error, whatever was thought to be reported.
    if (!hasErrors(this.diagnostics)) for (const each of this.#unknown.silenced) this.diagnostics.push(each)
    for (const module of modules) this.#inModule(module, () => this.#reportUnusedImports())
    completeCaptures(this.functions)
    const globals = modules.flatMap((module) => [...module.globals.values()])
    const exports = withTests
      ? this.tests.filter(({ target }) => target.source === this.#entry.file.source)
      : this.#entry.exportedFunctions().filter(({ target }) => !this.#externs.has(target))
    const exported = new Set(exports.map(({ target }) => target))
    const isRoot = (each: FunctionDefinition) =>
      exported.has(each) ||
      (each.source === this.#entry.file.source && each.index < madeForBundle && each.ofRecord === undefined)
    return {
      name: this.programName,
      source: this.#entry.file.source,
      ...bundledFirst({ functions: this.functions, globals, isRoot }),
      tests: this.tests,
      externs: Array.from(this.#externs.values(), ({ facts }) => facts),
      globals,
      records: modules.flatMap((module) => [...module.records.values()]),
      exports,
      entryPoints: new Set(
        modules.flatMap((module) => [module.main, ...module.exportedFunctions().map(({ target }) => target)])
      ),
      exportedGlobals: modules.flatMap((module) => module.exportedGlobals())
    }
  }

  /** Dependencies come first, so that each import finds its module. */
  #newModule(file: ModuleFile): Module {
    // With or without tests behind it, the program is the same to the last byte.
    const forms = file.forms.filter((form) => !isTest(form))
    const span = { start: forms[0]?.span.start ?? 0, end: forms.at(-1)?.span.end ?? 0 }
    const module = new Module(file, this.#newFunctionIn(file, { name: "main", span, result: ":any" }))
    this.#modules.set(file, module)
    return module
  }

  #inModule<A>(module: Module, work: () => A): A {
    const before = this.#module
    this.#module = module
    const value = work()
    this.#module = before
    return value
  }

  #expandFile(): void {
    const { file, imports, main, scope } = this.#module
    for (const each of file.imports) {
      const module = each.file === undefined ? undefined : this.#modules.get(each.file)
      imports.set(each.name, { import: each, module, isUsed: false })
    }
    for (const form of file.forms) this.#topLevelForms.add(form)
    const definitions = this.#declareTopLevel(file.forms, scope)
    const items: Array<Core> = []
    for (const form of file.forms) {
      const definition = definitions.get(form)
      const item = definition === undefined ? this.expand(form, scope) : literal(none, form.span)
      definition?.()
      if (!isTest(form)) items.push(item)
    }
    main.body = withDeferred(main, { kind: "sequence", items, span: main.span })
    this.#unknown.explainIn(this.#module)
    this.#reportUnknownExports()
    this.#reportHidingNames()
  }

  /** Names of this file that look as if an import brought them. */
  #reportHidingNames(): void {
    const { globals, imports, topLevel } = this.#module
    if (imports.size === 0) return
    for (const own of [...topLevel.keys(), ...globals.keys()]) {
      const each = this.#module.importOf(own)?.imported.import
      if (each === undefined) continue
      const { name, path, span } = each
      this.report(catalog.importName.at(span, { name, path, why: `this file defines ${catalog.quoted(own)}` }))
    }
  }

  #reportUnknownExports(): void {
    const { exports, file, globals, records, topLevel } = this.#module
    for (const [name, span] of exports) {
      if (this.#module.defines(name) || file.isDamaged) continue
      const nearest = this.#unknown.nearest(name, () => [...topLevel.keys(), ...globals.keys(), ...records.keys()])
      this.report(catalog.exportUnknown.at(span, { name, nearest }))
    }
  }

  #reportUnusedImports(): void {
    for (const { import: each, isUsed, module } of this.#module.imports.values()) {
      if (!isUsed && module !== undefined) this.report(catalog.unusedImport.at(each.span, { name: each.name }))
    }
  }

  /** Names of top-level functions and locals are known before any body is expanded, so that order does not matter. */
  #declareTopLevel(forms: ReadonlyArray<Datum>, scope: Scope): ReadonlyMap<Datum, () => void> {
    const definitions = new Map<Datum, () => void>()
    declareDirectives(this, forms, scope)
    for (const form of forms) {
      if (form.kind !== "list" || form.bracket !== "(") continue
      const [head, name] = form.items
      if (head?.kind !== "symbol" || name?.kind !== "symbol") continue
      if (head.name === "def" && !this.globals.has(name.name)) {
        this.globals.set(name.name, {
          name: name.name,
          source: this.#module.file.source,
          span: name.span,
          binding: undefined,
          value: undefined
        })
      }
      if (head.name === "defn") definitions.set(form, specialForms.get("defn")!.declare!(this, form, scope))
    }
    for (const form of forms) if (form.kind === "list" && form.bracket === "(") this.#misdefineForeign(form)
    return definitions
  }

  /** `(define x 1)`, `(defun f (x) …)`, `(let ((x 1)) …)`, and `(defn (f x) …)`: one message, and none for the names in it. */
  #misdefineForeign({ items: [head, name] }: ListDatum): void {
    if (head?.kind !== "symbol") return
    const isForeign = definingForms.has(foreignNames.get(head.name) ?? "") && !this.#module.defines(head.name)
    if (isForeign || (head.name === "defn" && name?.kind !== "symbol")) this.misdefine(name)
  }

  misdefine(written: Datum | undefined): void {
    const { misdefined } = this.#module
    if (written?.kind === "symbol") misdefined.add(written.name)
    if (written?.kind === "list") for (const item of written.items) this.misdefine(item)
  }

  isMisdefined(name: string): boolean {
    return this.#module.isMisdefined(name)
  }

  declareNested(name: string, nested: NestedFunction): void {
    if (!this.#module.nested.has(name)) this.#module.nested.set(name, nested)
  }

  declareTopLevel(name: string, named: Named): void {
    this.#module.topLevel.set(name, named)
  }

  isSpecialForm(name: string): boolean {
    return specialForms.has(name)
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(this.#module === this.#entry ? diagnostic : inSource(diagnostic, this.#module.file.source))
  }

  qualified(name: string): string {
    return this.#module.qualified(name)
  }

  newFunction(options: FunctionOptions): FunctionDefinition {
    return this.#newFunctionIn(this.#module.file, options)
  }

  #newFunctionIn(file: ModuleFile, options: FunctionOptions): FunctionDefinition {
    const made = this.#definition(file, options, this.functions.length)
    this.functions.push(made)
    return made
  }

  newExtern(written: ExternFacts, extern: ExternSignature["extern"], span: Span): FunctionDefinition {
    const facts = externIn(this.#module.file.prefix, written)
    const made = this.#definition(this.#module.file, { name: facts.name, span, result: ":any" }, -1)
    for (const { name } of facts.params)
      made.params.push(newBinding({ name, kind: "param", span, owner: made, type: ":any" }))
    this.#externs.set(made, { facts, signature: externSignature(facts, extern) })
    return made
  }

  #definition(file: ModuleFile, options: FunctionOptions, index: number): FunctionDefinition {
    const made: FunctionDefinition = {
      ...options,
      qualifiedName: file.prefix + options.name,
      source: file.source,
      index,
      params: [],
      captured: [],
      uses: nothingUsed,
      constants: nothingUsed,
      hasRest: false,
      deferred: undefined,
      body: literal(none, options.span),
      loops: 0
    }
    return made
  }

  declareRecord({ name, span }: Pick<RecordDefinition, "name" | "span">): RecordDefinition {
    const record = { name: this.qualified(name), span, source: this.#module.file.source, fields: [] }
    this.records.set(name, record)
    return record
  }

  isTopLevel(form: Datum): boolean {
    return this.#topLevelForms.has(form)
  }

  afterBundle(expand: () => void): void {
    const module = this.#module
    this.#afterBundle.push(() => this.#inModule(module, expand))
  }

  mainOf(imported: string | undefined): FunctionDefinition | undefined {
    if (imported === undefined) return this.main
    const found = this.#module.imports.get(imported)
    if (found === undefined) return undefined
    found.isUsed = true
    // Of a file that could not be used it has been told.
    return found.module?.main ?? this.main
  }

  recordNamed(name: string): RecordDefinition | undefined {
    return this.#module.record(name)
  }

  importedType(name: string): string | undefined {
    const found = this.#module.importedRecordAs(name.slice(1))
    return found === undefined ? undefined : `:${found}`
  }

  recordNames(): ReadonlyArray<string> {
    return [...this.records.keys(), ...this.#module.importedRecords()]
  }

  nextOrdinal(name: string): number {
    const next = (this.#ordinals.get(name) ?? 0) + 1
    this.#ordinals.set(name, next)
    return next
  }

  surroundings(owner: FunctionDefinition): Surroundings {
    const known = this.#surroundings.get(owner)
    if (known !== undefined) return known
    const made: Surroundings = { open: [] }
    this.#surroundings.set(owner, made)
    return made
  }

  expand(datum: Datum, scope: Scope): Core {
    switch (datum.kind) {
      case "int":
        return literal({ type: "int", value: datum.value }, datum.span)
      case "real":
        return literal({ type: "real", value: datum.value }, datum.span)
      case "string":
        return literal({ type: "string", value: datum.value }, datum.span)
      case "symbol":
        return this.#symbol(datum.name, datum.span, scope)
      case "quote":
        return literal(quoted(datum.item), datum.span)
      case "error":
        return literal({ type: "error", content: quoted(datum.item), span: datum.span }, datum.span)
      case "directive":
        return expandDirective(this, datum, scope)
      case "list":
        return this.#list(datum, scope)
    }
  }

  sequence(datums: ReadonlyArray<Datum>, scope: Scope, span: Span): Core {
    if (datums.length === 1) return this.expand(datums[0]!, scope)
    return { kind: "sequence", items: datums.map((datum) => this.expand(datum, scope)), span }
  }

  /** A body argument: the forms of a `{…}` (or of any other bracket but parens), or one single form. */
  body(datum: Datum, scope: Scope): Core {
    return datum.kind === "list" && datum.bracket !== "("
      ? this.sequence(datum.items, scope, datum.span)
      : this.expand(datum, scope)
  }

  #list(datum: ListDatum, scope: Scope): Core {
    if (datum.bracket === "[") return this.sequence(datum.items, scope, datum.span)
    if (datum.bracket === "{") {
      this.report(catalog.strayBody.at(datum.span, {}))
      return literal(none, datum.span)
    }
    const head = datum.items[0]
    if (head === undefined) return literal({ type: "list", bracket: "(", items: [] }, datum.span)
    if (head.kind === "symbol") return this.#named(datum, head.name, scope)
    if (head.kind === "list" && head.bracket === "(") return this.#apply(this.expand(head, scope), datum, scope)
    const way = functionFirst(datum, this.#module.file.source)
    this.report(catalog.notCallable.at(head.span, { what: describe(head), way }))
    for (const item of datum.items.slice(1)) this.expand(item, scope)
    return literal(none, datum.span)
  }

  #named(datum: ListDatum, name: string, scope: Scope): Core {
    const form = specialForms.get(name)
    if (form !== undefined) return form.expand(this, datum, scope)
    const named = this.lookup(name, scope)
    if (named !== undefined) return this.#callNamed(named, name, datum, scope)
    const signature = signatureOf(name)
    if (signature !== undefined) return this.callLibrary(signature, datum, scope)
    const [{ span }, ...rest] = datum.items as readonly [Datum, ...Array<Datum>]
    if (this.globals.has(name) || this.importedGlobal(name) !== undefined || this.isMisdefined(name))
      return this.#apply(this.#symbol(name, span, scope), datum, scope)
    this.#misdefineForeign(datum)
    if (isLater(name)) this.report(catalog.notAvailable.at(span, { name }))
    else if (name === "define" && isFunctionDefinition(rest))
      this.report(catalog.unknownName.at(span, { name, nearest: "defn" }))
    else this.#unknown.report({ name, span, scope, asCall: true }, this.#module)
    for (const item of rest) if (item.kind !== "symbol") this.expandQuietly(item, scope)
    return literal(none, datum.span)
  }

  #callNamed(named: Named, name: string, datum: ListDatum, scope: Scope): Core {
    if (named.kind === "binding") return this.#apply(reference(named.binding, datum.items[0]!.span), datum, scope)
    const target = named.target
    const args = this.#args(datum, scope)
    this.#checkCount(target, name, datum.span, args.length)
    const extern = this.#externs.get(target)
    if (extern !== undefined) return { kind: "library", signature: extern.signature, args, span: datum.span }
    use(scope.owner, target)
    return { kind: "call", target, args: restInList(target, args, datum.span), span: datum.span, valueType: undefined }
  }

  #checkCount(target: FunctionDefinition, name: string, span: Span, given: number): void {
    if (takesCount(target, given)) return
    const names = target.params.map((param) => param.name)
    if (target.hasRest) names[names.length - 1] += "…"
    const shape = `\`(${[name, ...names].join(" ")})\``
    this.report(
      catalog.wrongArity.at(span, { name, expected: takenCount(target), given, shape }, [
        { span: target.span, message: "defined here", source: target.source }
      ])
    )
  }

  #apply(callee: Core, datum: ListDatum, scope: Scope): Core {
    return { kind: "apply", callee, args: this.#args(datum, scope), span: datum.span, valueType: undefined }
  }

  /** What stands behind the first item. */
  #args({ items }: ListDatum, scope: Scope): ReadonlyArray<Core> {
    const args = new Array<Core>(items.length - 1)
    for (let at = 1; at < items.length; at++) args[at - 1] = this.expand(items[at]!, scope)
    return args
  }

  callLibrary(signature: Signature, datum: ListDatum, scope: Scope): Core {
    const args = expandArguments(this, signature, datum, scope)
    const started = signature.starts === undefined ? undefined : args[signature.starts]
    if (started?.kind === "closure") {
      this.#checkCount(started.target, started.target.name, datum.span, args.length - signature.starts! - 1)
    }
    if (signature.from === "prelude") {
      const target = this.#preludeFunction(signature.name)
      if (target !== undefined) {
        use(scope.owner, target)
        return { kind: "call", target, args, span: datum.span }
      }
    }
    return call(signature, args, datum.span)
  }

  /** A function of the library as a value: one that calls it, made once. */
  #libraryValue(signature: Signature, span: Span, scope: Scope): Core {
    const target =
      this.#libraryValues.get(signature) ??
      (signature.from === "prelude" ? this.#preludeFunction(signature.name) : undefined) ??
      this.newFunction({ name: signature.name, span, result: ":any" })
    if (!this.#libraryValues.has(signature)) {
      if (signature.from !== "prelude") wrapLibrary(target, signature, span)
      this.#libraryValues.set(signature, target)
    }
    use(scope.owner, target)
    return { kind: "closure", target, span }
  }

  /** A function of a JavaScript module as a value: one that calls it, made once. */
  #externValue({ facts, signature }: Extern, span: Span, scope: Scope): Core {
    const known = this.#libraryValues.get(signature)
    const target = known ?? this.newFunction({ name: facts.name, span, result: ":any" })
    if (known === undefined) wrapExtern(target, signature, span)
    this.#libraryValues.set(signature, target)
    use(scope.owner, target)
    return { kind: "closure", target, span }
  }

  /** A function of the prelude is compiled into the program that names it, once. */
  #preludeFunction(name: string): FunctionDefinition | undefined {
    const known = this.#preludeFunctions.get(name)
    if (known !== undefined) return known
    const found = this.#prelude.get(name)
    if (found === undefined) return undefined
    const file = { source: found.source, forms: [], isDamaged: false, prefix: "", imports: [] }
    const module = new Module(file, this.#entry.main)
    this.#inModule(module, () => {
      const expandBody = specialForms.get("defn")!.declare!(this, found.form, module.scope, (target) => {
        this.#preludeFunctions.set(name, target)
      })
      expandBody()
    })
    return this.#preludeFunctions.get(name)
  }

  /** Expands for the bindings and mistakes in it, where the form around it is already reported. */
  expandQuietly(datum: Datum, scope: Scope): void {
    const before = this.diagnostics.length
    this.expand(datum, scope)
    this.diagnostics.length = before
  }

  #symbol(name: string, span: Span, scope: Scope): Core {
    if (name === "true" || name === "false") return literal({ type: "bool", value: name === "true" }, span)
    if (name === "none") return literal(none, span)
    if (name.startsWith(":") && name.length > 1) return literal({ type: "symbol", name }, span)
    const channel = channelVariables.get(name)
    if (channel !== undefined) return literal({ type: "symbol", name: channel }, span)
    const named = this.lookup(name, scope) ?? (name.startsWith("$") ? this.lookup(name.slice(1), scope) : undefined)
    if (named?.kind === "binding") return reference(named.binding, span)
    if (named?.kind === "function") {
      const extern = this.#externs.get(named.target)
      if (extern !== undefined) return this.#externValue(extern, span, scope)
      use(scope.owner, named.target)
      return { kind: "closure", target: named.target, span }
    }
    const imported =
      this.importedGlobal(name) ?? (name.startsWith("$") ? this.importedGlobal(name.slice(1)) : undefined)
    if (imported !== undefined) return constant(scope.owner, imported, span)
    const global = this.globals.get(name) ?? (name.startsWith("$") ? this.globals.get(name.slice(1)) : undefined)
    if (global !== undefined && scope.owner !== this.main && !this.#insideMain(scope))
      return constant(scope.owner, global, span)
    const signature = signatureOf(name)
    if (signature !== undefined && canBeValue(signature)) return this.#libraryValue(signature, span, scope)
    if (this.isMisdefined(name)) {
      this.#unknown.silence(name, span, this.#module)
      return unknownValue(span)
    }
    if (signature !== undefined || specialForms.has(name)) this.report(catalog.libraryAsValue.at(span, { name }))
    else this.#unknown.report({ name, span, scope, asCall: false }, this.#module)
    return literal(none, span)
  }

  /** A closure in the main task sees main's locals in order; a top-level function sees only constants. */
  #insideMain(scope: Scope): boolean {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) if (at.owner === this.main) return true
    return false
  }

  importedGlobal(name: string): Global | undefined {
    const exporter = this.#module.exporterOf(name)
    return exporter?.module.globals.get(exporter.rest)
  }

  reportImported(name: string, span: Span): boolean {
    return this.#unknown.reportImported(name, span, this.#module)
  }

  /** What `name` means here. Crossing into a closure captures the binding. */
  lookup(name: string, scope: Scope): Named | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const named = at.own(name)
      if (named === undefined) continue
      return named.kind === "function" || named.binding.owner === scope.owner
        ? named
        : this.#capture(named.binding, scope)
    }
    const exporter = this.#module.imports.size === 0 ? undefined : this.#module.exporterOf(name)
    return this.#module.topLevel.get(name) ?? exporter?.module.topLevel.get(exporter.rest)
  }

  #capture(outer: Binding, scope: Scope): Named {
    const root = rootOf(outer)
    root.capturedAt ??= scope.owner.span
    const inner = captureInto(scope.owner, root)
    const named: Named = { kind: "binding", binding: inner }
    this.functionScope(scope).set(outer.name, named)
    return named
  }

  /** The outermost scope of the function that `scope` belongs to. */
  functionScope(scope: Scope): Scope {
    let at = scope
    while (at.parent !== undefined && at.parent.owner === scope.owner) at = at.parent
    return at
  }

  /** A local that no source can name. */
  hidden(name: string, scope: Scope, span: Span): Binding {
    return newBinding({ name: `%${name}`, kind: "local", span, owner: scope.owner, type: ":any" })
  }

  newLocal(name: string, scope: Scope, span: Span): Binding {
    const hides = this.#hiddenBy(name, scope)
    const binding = newBinding({ name, kind: "local", span, owner: scope.owner, type: ":any" }, hides)
    scope.set(name, { kind: "binding", binding })
    return binding
  }

  /** What a new local of that name hides. */
  #hiddenBy(name: string, scope: Scope): Binding["hides"] {
    let named: Named | undefined
    for (let at: Scope | undefined = scope; at !== undefined && named === undefined; at = at.parent)
      named = at.own(name)
    named ??= this.#module.topLevel.get(name)
    if (named === undefined) return undefined
    // A value of a record type is often called as the type is.
    if (named.kind === "function")
      return named.target.ofRecord === undefined ? { what: "a function", span: named.span } : undefined
    return { what: named.binding.kind === "param" ? "a parameter" : "a local", span: named.binding.span }
  }
}

/** `(define (f x) …)` and `(define f (x) …)`. */
const isFunctionDefinition = ([first, ...others]: ReadonlyArray<Datum>): boolean =>
  first?.kind === "list" || (others[0]?.kind === "list" && others.length > 1)

/** The arguments of a direct call, those for a rest parameter in one list. */
const restInList = (target: FunctionDefinition, args: ReadonlyArray<Core>, span: Span): ReadonlyArray<Core> => {
  if (!target.hasRest) return args
  const { length } = target.params
  return [...args.slice(0, length - 1), libraryCall("core/list/list", args.slice(length - 1), span)]
}

const describe = (datum: Datum): string => {
  switch (datum.kind) {
    case "int":
      return `the number ${datum.value}`
    case "real":
      return `the number ${datum.value}`
    case "string":
      return "a text"
    case "quote":
      return "quoted data"
    case "error":
      return "an error value"
    default:
      return "this"
  }
}
