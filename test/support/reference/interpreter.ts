import type { Datum, ListDatum } from "../../../compiler/1-read/datum.ts"
import { read } from "../../../compiler/1-read/reader.ts"
import { lineTableOf, type Source } from "../../../compiler/source.ts"
import { Fault } from "../../../runtime/errors.ts"
import { display, print } from "../../../runtime/value/print.ts"
import { hasType, misfit } from "../../../runtime/value/types.ts"
import { Closure, ErrorValue, List, Real, Sym, type Value } from "../../../runtime/value/value.ts"
import type { RecordFacts } from "../../../stdlib/abi/manifest.ts"
import { pureLibrary } from "../../../stdlib/impl/library.ts"
import { signatureOf } from "../../../stdlib/signatures/index.ts"
import { type Callable, checkCount, finish, isHeaded, symbolName, written } from "./callables.ts"
import { catching } from "./catching.ts"
import { choosing } from "./choosing.ts"
import { control } from "./control.ts"
import { limitForms } from "./limit.ts"
import { operators } from "./operators.ts"
import { prelude } from "./prelude.ts"
import { declareRecord } from "./records.ts"
import { type Run, Scope } from "./scope.ts"
import { kvForms, kvFunctions, type State } from "./store.ts"
import { type Task, taskFunctions } from "./tasks.ts"

/** A form with its own rules: it gets its parts unevaluated. */
export type Form = (machine: Interpreter, form: ListDatum, scope: Scope) => Value

/** A function that is part of the language's library and depends on more than its arguments. */
export type Builtin = (machine: Interpreter, args: ReadonlyArray<Value>) => Value

const forms: ReadonlyMap<string, Form> = new Map([...control, ...catching, ...choosing, ...kvForms, ...limitForms])
const builtins: ReadonlyMap<string, Builtin> = new Map([...operators, ...kvFunctions, ...taskFunctions, ...prelude])

/** A text in which something is not known, or that cannot be read. */
export class DoesNotCompile extends Error {}

/**
 * Walks the datums of one program and does what they say. The spec in code: slow, without suspension, recursive as the
 * language is. Tasks run to their end where somebody joins them, or when the main task has ended, and children where their
 * form stands; so it is right for programs whose tasks do not depend on each other's order. A `pause` never ends, and there is
 * no `resume` and no time limit of a join.
 */
export class Interpreter {
  readonly source: Source
  readonly state: State
  readonly records = new Map<string, RecordFacts>()
  readonly functions = new Map<string, Closure>()
  readonly tasks: Array<Task>
  /** Where `log` puts its lines: those of the task that runs. */
  lines: Array<string>
  readonly #callables: Array<Callable>
  readonly #constants = new Map<string, Datum>()

  /** With `caller` for a text that this one evaluates: names are its own, the world is the caller's. */
  constructor(source: Source, caller?: Interpreter) {
    this.source = source
    this.state = caller?.state ?? {
      keys: new Map(),
      prefix: "",
      atomics: 0,
      slept: 0,
      sleptMax: Number.POSITIVE_INFINITY,
      limit: undefined
    }
    this.tasks = caller?.tasks ?? []
    this.lines = caller?.lines ?? []
    this.#callables = caller === undefined ? [] : caller.#callables
  }

  /** Runs a whole file: declarations first, as functions see each other wherever they stand. */
  file(): Value {
    const run: Run = { deferred: [] }
    const { value, diagnostics } = read(this.source)
    if (diagnostics.length > 0) throw new DoesNotCompile(diagnostics[0]!.message)
    const { forms } = value
    for (const form of forms) if (form.kind === "directive") declareRecord(this, form.item)
    for (const form of forms) this.#declare(form)
    const scope = new Scope(run, undefined)
    // What was declared yields none when its turn comes.
    const steps = forms.map(
      (form): Datum => (isHeaded(form, "defn") ? { ...form, kind: "directive", item: form } : form)
    )
    return finish(run, () => this.sequence(steps, scope))
  }

  #declare(form: Datum): void {
    if (form.kind !== "list") return
    const name = symbolName(form.items[1])
    if (isHeaded(form, "defn")) this.functions.set(name, this.closure(name, form.items.slice(2), undefined))
    if (isHeaded(form, "def")) this.#constants.set(name, form.items[2]!)
  }

  // Functions.

  /** A closure over `around` with the parameters, type and body that stand behind its name. */
  closure(name: string, parts: ReadonlyArray<Datum>, around: Scope | undefined): Closure {
    return this.add(
      written(name, parts, (args, params, body) => {
        const run: Run = { deferred: [] }
        const scope = new Scope(run, around)
        for (const [index, param] of params.entries()) scope.define(param.name, args[index]!)
        return finish(run, () => this.sequence(body, scope))
      })
    )
  }

  add(callable: Callable): Closure {
    return new Closure("reference", this.#callables.push(callable) - 1, [])
  }

  callable(closure: Closure): Callable {
    return this.#callables[closure.index]!
  }

  call(callee: Value, args: ReadonlyArray<Value>): Value {
    if (!(callee instanceof Closure)) {
      throw new Fault("SXS6202", `a call needs a function, got ${this.shown(callee)}`)
    }
    const callable = this.callable(callee)
    checkCount("call", callable, args.length)
    const fixed = callable.params.length - (callable.hasRest ? 1 : 0)
    const given = callable.hasRest ? [...args.slice(0, fixed), new List("(", args.slice(fixed))] : args
    for (const [index, { name, type }] of callable.params.entries()) {
      this.checked(type, given[index]!, `\`${name}\` of \`${callable.name}\``)
    }
    return this.checked(callable.result, callable.run(given), `the result of \`${callable.name}\``)
  }

  checked(type: string, value: Value, what: string): Value {
    if (hasType(value, type, this.records)) return value
    throw new Fault("SXS6305", `${what}: ${misfit(value, type, this.records, (each) => this.shown(each))}`)
  }

  // Evaluation.

  sequence(datums: ReadonlyArray<Datum>, scope: Scope): Value {
    let value: Value = null
    for (const datum of datums) value = this.evaluate(datum, scope)
    return value
  }

  /** The forms of a `{…}` or `[…]`, or one single form. */
  body(datum: Datum, scope: Scope): Value {
    return datum.kind === "list" && datum.bracket !== "("
      ? this.sequence(datum.items, scope)
      : this.evaluate(datum, scope)
  }

  evaluate(datum: Datum, scope: Scope): Value {
    switch (datum.kind) {
      case "int":
      case "string":
        return datum.value
      case "real":
        return new Real(datum.value)
      case "symbol":
        return this.#symbol(datum.name, scope)
      case "quote":
        return this.quoted(datum.item)
      case "error":
        return new ErrorValue(this.quoted(datum.item), this.place(datum))
      case "directive":
        return null
      case "list":
        return datum.bracket === "[" ? this.sequence(datum.items, scope) : this.#list(datum, scope)
    }
  }

  #symbol(name: string, scope: Scope): Value {
    if (name === "true" || name === "false") return name === "true"
    if (name === "none") return null
    if (name.startsWith(":")) return Sym.of(name)
    const found = this.#named(name, scope)
    if (found !== undefined) return found
    return name.startsWith("$") ? this.#symbol(name.slice(1), scope) : this.#libraryValue(name)
  }

  #named(name: string, scope: Scope): Value | undefined {
    const local = scope.find(name)
    if (local !== undefined) return local
    const known = this.functions.get(name)
    if (known !== undefined) return known
    const constant = this.#constants.get(name)
    return constant === undefined ? undefined : this.evaluate(constant, new Scope(scope.run, undefined))
  }

  /** A function of the library as a value; it checks the number of its arguments itself. */
  #libraryValue(name: string): Value {
    const signature = signatureOf(name)
    if (signature === undefined) throw new DoesNotCompile(`the reference knows no ${name}`)
    const run = ([args]: ReadonlyArray<Value>) => this.library(signature.name, (args as List).toArray())
    const params = [{ name: "arguments", type: ":any" }]
    return this.add({ name: signature.name, params, hasRest: true, result: ":any", run })
  }

  #list(datum: ListDatum, scope: Scope): Value {
    const [head, ...rest] = datum.items
    if (head === undefined) return new List("(", [])
    if (head.kind !== "symbol") return this.#apply(this.evaluate(head, scope), rest, scope)
    const form = forms.get(head.name)
    if (form !== undefined) return form(this, datum, scope)
    const named = this.#named(head.name, scope)
    if (named !== undefined) return this.#apply(named, rest, scope)
    const signature = signatureOf(head.name)
    if (signature === undefined) throw new DoesNotCompile(`the reference knows no ${head.name}`)
    const args = rest.map((item, index) => {
      const mode = (signature.params[index] ?? signature.rest)?.mode
      return mode === "key" ? this.key(item, scope) : this.evaluate(item, scope)
    })
    return this.library(signature.name, args)
  }

  #apply(callee: Value, rest: ReadonlyArray<Datum>, scope: Scope): Value {
    const args = rest.map((item) => this.evaluate(item, scope))
    return this.call(callee, args)
  }

  /** In key position a bare symbol is the key itself. */
  key(datum: Datum, scope: Scope): Value {
    return datum.kind === "symbol" && !datum.name.startsWith("$") ? datum.name : this.evaluate(datum, scope)
  }

  library(name: string, args: ReadonlyArray<Value>): Value {
    const builtin = builtins.get(name)
    if (builtin !== undefined) return builtin(this, args)
    const pure = pureLibrary.get(name)
    if (pure === undefined) throw new Error(`the reference has no ${name}`)
    return pure(...args)
  }

  quoted(datum: Datum): Value {
    switch (datum.kind) {
      case "symbol":
        if (datum.name === "true" || datum.name === "false") return datum.name === "true"
        return datum.name === "none" ? null : Sym.of(datum.name)
      case "list":
        return new List(
          datum.bracket,
          datum.items.map((item) => this.quoted(item))
        )
      case "quote":
        return new List("(", [Sym.of("quote"), this.quoted(datum.item)])
      case "directive":
        return this.quoted(datum.item)
      default:
        return this.evaluate(datum, new Scope({ deferred: [] }, undefined))
    }
  }

  /** Names that a form would have defined, had it run to its end: they are none. What it did define stays. */
  skip(datum: Datum | undefined, scope: Scope): void {
    if (datum?.kind !== "list") return
    const [head, name, ...rest] = datum.items
    const word = head?.kind === "symbol" && datum.bracket === "(" ? head.name : ""
    if (word === "fn" || scopedForms.has(word)) return
    if (word === "try" || word === "recover" || word === "match" || word === "reflect") return this.skip(name, scope)
    if (word === "defn" && !scope.owns(symbolName(name))) {
      scope.define(symbolName(name), this.closure(symbolName(name), rest, scope))
    }
    if (word === "defn") return
    if (word === "def" && !scope.owns(symbolName(name))) scope.define(symbolName(name), null)
    for (const item of datum.items) this.skip(item, scope)
  }

  // Shown in messages.

  place(datum: Datum): string {
    const { line, column } = lineTableOf(this.source).position(datum.span.start)
    return `${line}:${column}`
  }

  functionName = (closure: Closure): string | undefined => this.#callables[closure.index]?.name

  shown(value: Value): string {
    return print(value, this.functionName)
  }

  log(values: ReadonlyArray<Value>): void {
    this.lines.push(values.map((value) => display(value, this.functionName)).join(" "))
  }
}

/** Their names are their own. */
const scopedForms = new Set(["while", "for", "do", "core/kv/iterate", "defer"])
