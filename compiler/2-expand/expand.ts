import { library, signatureOf } from "../../stdlib/signatures/index.ts"
import type { Signature } from "../../stdlib/signatures/signature.ts"
import type { Datum, ListDatum } from "../1-read/datum.ts"
import * as catalog from "../catalog.ts"
import { type Diagnostic, nearestName, type Outcome } from "../diagnostic.ts"
import type { Source, Span } from "../source.ts"
import { counted, literal, newBinding, quoted, reference } from "./build.ts"
import { captureInto, completeCaptures, rootOf } from "./captures.ts"
import {
  type Binding,
  type Core,
  type CoreProgram,
  type DeclaredType,
  type FunctionDefinition,
  type Global,
  none,
  type RecordDefinition
} from "./core.ts"
import type { Expansion, Surroundings } from "./expansion.ts"
import { meantName } from "./foreign-names.ts"
import { expandArguments } from "./forms/call.ts"
import { expandDirective } from "./forms/directive.ts"
import { isLater, specialForms } from "./forms/table.ts"
import { type Named, Scope } from "./scope.ts"

export interface ExpandInput {
  readonly source: Source
  readonly forms: ReadonlyArray<Datum>
  /** Forms of the prelude that come along when they are named: full function name to its `defn`. */
  readonly prelude: ReadonlyMap<string, PreludeForm>
  /** Name of the program unless a `#(program …)` gives one. */
  readonly defaultName: string
}

export interface PreludeForm {
  readonly source: Source
  readonly form: ListDatum
}

/** Datums to core: special forms by table, names to bindings. Goes on after every mistake. */
export const expand = (input: ExpandInput): Outcome<CoreProgram> => {
  const expander = new Expander(input)
  const program = expander.program(input.forms)
  return { value: program, diagnostics: expander.diagnostics }
}

/** Unknown names that get a hint. */
const suggestionsMax = 100

/** The state of one expansion. */
class Expander implements Expansion {
  readonly diagnostics: Array<Diagnostic> = []
  readonly functions: Array<FunctionDefinition> = []
  readonly globals = new Map<string, Global>()
  readonly records = new Map<string, RecordDefinition>()
  readonly main: FunctionDefinition
  programName: string
  #source: Source
  readonly #prelude: ReadonlyMap<string, PreludeForm>
  readonly #preludeFunctions = new Map<string, FunctionDefinition>()
  readonly #topLevel = new Map<string, Named>()
  #unknownNames = 0
  readonly #surroundings = new Map<FunctionDefinition, Surroundings>()

  constructor(input: ExpandInput) {
    this.#prelude = input.prelude
    this.#source = input.source
    this.programName = input.defaultName
    const end = input.forms.at(-1)?.span.end ?? 0
    this.main = this.newFunction({
      name: "main",
      span: { start: input.forms[0]?.span.start ?? 0, end },
      result: ":any"
    })
  }

  program(forms: ReadonlyArray<Datum>): CoreProgram {
    const scope = new Scope(this.main, undefined)
    const definitions = this.#declareTopLevel(forms, scope)
    const items = forms.map((form) => {
      const definition = definitions.get(form)
      if (definition === undefined) return this.expand(form, scope)
      definition()
      return literal(none, form.span)
    })
    this.main.body = { kind: "sequence", items, span: this.main.span }
    completeCaptures(this.functions)
    return {
      name: this.programName,
      source: this.#source,
      functions: this.functions,
      globals: [...this.globals.values()],
      records: [...this.records.values()],
      exports: []
    }
  }

  /** Names of top-level functions and locals are known before any body is expanded, so that order does not matter. */
  #declareTopLevel(forms: ReadonlyArray<Datum>, scope: Scope): ReadonlyMap<Datum, () => void> {
    const definitions = new Map<Datum, () => void>()
    for (const form of forms) {
      if (form.kind !== "list" || form.bracket !== "(") continue
      const [head, name] = form.items
      if (head?.kind !== "symbol" || name?.kind !== "symbol") continue
      if (head.name === "def" && !this.globals.has(name.name)) {
        this.globals.set(name.name, {
          name: name.name,
          source: this.#source,
          span: name.span,
          binding: undefined,
          value: undefined
        })
      }
      if (head.name === "defn") definitions.set(form, specialForms.get("defn")!.declare!(this, form, scope))
    }
    return definitions
  }

  declareTopLevel(name: string, named: Named): void {
    this.#topLevel.set(name, named)
  }

  isSpecialForm(name: string): boolean {
    return specialForms.has(name)
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic)
  }

  newFunction(options: {
    readonly name: string
    readonly span: Span
    readonly result: DeclaredType
  }): FunctionDefinition {
    const made: FunctionDefinition = {
      ...options,
      source: this.#source,
      index: this.functions.length,
      params: [],
      captured: [],
      uses: new Set(),
      hasRest: false,
      deferred: undefined,
      body: literal(none, options.span),
      loops: 0
    }
    this.functions.push(made)
    this.#surroundings.set(made, { open: [] })
    return made
  }

  recordNamed(name: string): RecordDefinition | undefined {
    return this.records.get(name)
  }

  recordNames(): ReadonlyArray<string> {
    return [...this.records.keys()]
  }

  surroundings(owner: FunctionDefinition): Surroundings {
    return this.#surroundings.get(owner)!
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
    const [head, ...rest] = datum.items
    if (head === undefined) return literal({ type: "list", bracket: "(", items: [] }, datum.span)
    if (head.kind === "symbol") return this.#named(datum, head.name, rest, scope)
    if (head.kind === "list" && head.bracket === "(")
      return this.#apply(this.expand(head, scope), rest, datum.span, scope)
    this.report(catalog.notCallable.at(head.span, { what: describe(head) }))
    for (const item of rest) this.expand(item, scope)
    return literal(none, datum.span)
  }

  #named(datum: ListDatum, name: string, rest: ReadonlyArray<Datum>, scope: Scope): Core {
    const form = specialForms.get(name)
    if (form !== undefined) return form.expand(this, datum, scope)
    const named = this.lookup(name, scope)
    if (named !== undefined) return this.#callNamed(named, name, datum, rest, scope)
    const signature = signatureOf(name)
    if (signature !== undefined) return this.callLibrary(signature, datum, rest, scope)
    if (this.globals.has(name)) {
      return this.#apply(this.#symbol(name, datum.items[0]!.span, scope), rest, datum.span, scope)
    }
    if (isLater(name)) this.report(catalog.notAvailable.at(datum.items[0]!.span, { name }))
    else this.#unknown(name, datum.items[0]!.span, scope, true)
    for (const item of rest) if (item.kind !== "symbol") this.expandQuietly(item, scope)
    return literal(none, datum.span)
  }

  #callNamed(named: Named, name: string, datum: ListDatum, rest: ReadonlyArray<Datum>, scope: Scope): Core {
    if (named.kind === "binding")
      return this.#apply(reference(named.binding, datum.items[0]!.span), rest, datum.span, scope)
    const target = named.target
    const args = rest.map((item) => this.expand(item, scope))
    this.#checkCount(target, name, datum.span, rest.length)
    scope.owner.uses.add(target)
    return { kind: "call", target, args, span: datum.span }
  }

  #checkCount(target: FunctionDefinition, name: string, span: Span, given: number): void {
    const { params } = target
    if (given === params.length) return
    const shape = `\`(${[name, ...params.map((param) => param.name)].join(" ")})\``
    this.report(
      catalog.wrongArity.at(span, { name, expected: counted(params.length), given, shape }, [
        { span: target.span, message: "defined here" }
      ])
    )
  }

  #apply(callee: Core, rest: ReadonlyArray<Datum>, span: Span, scope: Scope): Core {
    return { kind: "apply", callee, args: rest.map((item) => this.expand(item, scope)), span }
  }

  callLibrary(signature: Signature, datum: ListDatum, rest: ReadonlyArray<Datum>, scope: Scope): Core {
    const args = expandArguments(this, signature, datum, rest, scope)
    if (signature.name === "core/task/spawn" && args[0]?.kind === "closure") {
      this.#checkCount(args[0].target, args[0].target.name, datum.span, args.length - 1)
    }
    if (signature.from === "prelude") {
      const target = this.#preludeFunction(signature.name)
      if (target !== undefined) {
        scope.owner.uses.add(target)
        return { kind: "call", target, args, span: datum.span }
      }
    }
    return { kind: "library", signature, args, span: datum.span }
  }

  /** A function of the prelude is compiled into the program that names it, once. */
  #preludeFunction(name: string): FunctionDefinition | undefined {
    const known = this.#preludeFunctions.get(name)
    if (known !== undefined) return known
    const found = this.#prelude.get(name)
    if (found === undefined) return undefined
    const source = this.#source
    this.#source = found.source
    const expandBody = specialForms.get("defn")!.declare!(
      this,
      found.form,
      new Scope(this.main, undefined),
      (target) => {
        this.#preludeFunctions.set(name, target)
      }
    )
    expandBody()
    this.#source = source
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
    const named = this.lookup(name, scope) ?? (name.startsWith("$") ? this.lookup(name.slice(1), scope) : undefined)
    if (named?.kind === "binding") return reference(named.binding, span)
    if (named?.kind === "function") {
      scope.owner.uses.add(named.target)
      return { kind: "closure", target: named.target, span }
    }
    const global = this.globals.get(name) ?? (name.startsWith("$") ? this.globals.get(name.slice(1)) : undefined)
    if (global !== undefined && scope.owner !== this.main && !this.#insideMain(scope))
      return { kind: "constant", global, span }
    const signature = signatureOf(name)
    if (signature !== undefined || specialForms.has(name)) this.report(catalog.libraryAsValue.at(span, { name }))
    else this.#unknown(name, span, scope, false)
    return literal(none, span)
  }

  /** A closure in the main task sees main's locals in order; a top-level function sees only constants. */
  #insideMain(scope: Scope): boolean {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) if (at.owner === this.main) return true
    return false
  }

  #unknown(name: string, span: Span, scope: Scope, asCall: boolean): void {
    // To compare with all known names takes time; nobody reads the hundredth hint.
    if (++this.#unknownNames > suggestionsMax) {
      this.report(catalog.unknownName.at(span, { name, nearest: undefined }))
      return
    }
    const meant = meantName(name)
    if (meant !== undefined) return this.report(catalog.unknownName.at(span, { name, nearest: meant }))
    const known = new Set(this.#topLevel.keys())
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent)
      for (const own of at.names()) known.add(own)
    if (asCall) {
      for (const form of specialForms.keys()) known.add(form)
      for (const signature of library)
        for (const each of [signature.name, ...(signature.aliases ?? [])]) known.add(each)
    }
    this.report(catalog.unknownName.at(span, { name, nearest: nearestName(name, known) }))
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
    return this.#topLevel.get(name)
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
    const binding = newBinding({ name, kind: "local", span, owner: scope.owner, type: ":any" })
    scope.set(name, { kind: "binding", binding })
    return binding
  }
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
