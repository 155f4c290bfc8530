import type { Datum } from "../../compiler/1-read/datum.ts"
import type { Source, Span } from "../../compiler/source.ts"
import { List, Sym, type Value } from "../../runtime/index.ts"
import { ComposedText } from "./composed-text.ts"
import { type Entry, kindOf, mentions } from "./entry.ts"
import { literalOf } from "./literal.ts"

/*
 * Each entry is a program of its own. Its expressions become the body of a function, which gets the values of the session that
 * they mention and gives them back, with the new ones, behind the value of the last form:
 *
 *     program    = #(program "repl") #(export repl) (defn repl (name…) form… (core/list/list 'repl last name…))
 *                  definitions of the entry, of the session, (def name literal)…
 *
 * So a function sees the values that have a literal, as a function of a file sees constants.
 */

/** What exports the entry, and what its task is called after. */
export const entryFunction = "repl"

interface Definition {
  readonly source: Source
  readonly span: Span
}

/** An entry as a program. */
export interface Composition {
  readonly text: ComposedText
  /** Arguments of its function. */
  readonly args: ReadonlyArray<Value>
  /** Names of the values that it gives back. */
  readonly names: ReadonlyArray<string>
  /** There is nothing to run: it only defines. */
  readonly isRun: boolean
  readonly definitions: ReadonlyMap<string, Definition>
  /** Is about what was typed now. */
  readonly source: Source
}

/** What a session has defined. */
export class Definitions {
  readonly #definitions = new Map<string, Definition>()
  readonly #values = new Map<string, Value>()

  /** Functions, record types and values, as they are written in programs. */
  names(): ReadonlyArray<string> {
    const defined = [...this.#definitions.keys()].flatMap((name) =>
      name.startsWith("#") ? fromDirective(name) : [name]
    )
    return [...defined, ...this.#values.keys()]
  }

  compose(entry: Entry, name: string): Composition {
    const definitions = new Map<string, Definition>()
    const assigned = new Set<string>()
    const run: Array<{ readonly form: Datum; readonly head: Datum | undefined }> = []
    for (const form of entry.forms) {
      const found = kindOf(form)
      if (found.kind === "definition") definitions.set(found.name, { source: entry.source, span: form.span })
      else if (found.kind !== "directive") run.push({ form, head: found.kind === "value" ? found.head : undefined })
      if (found.kind === "value") assigned.add(found.name)
    }
    const mentioned = mentions(entry.forms)
    const known = [...this.#values.keys()].filter((each) => mentioned.has(each) && !definitions.has(each))
    const names = [...known, ...[...assigned].filter((each) => !known.includes(each))]
    const text = new ComposedText(name)
    for (const form of entry.forms) {
      if (kindOf(form).kind === "directive") text.addTyped(entry.source, form.span)
    }
    text.add(`#(program "repl")\n#(export ${entryFunction})\n(defn ${entryFunction} (${known.join(" ")})\n`)
    const last = run.length - 1
    run.forEach(({ form, head }, index) => {
      if (index === last) text.add(`(core/list/list '${entryFunction}\n`)
      // What the session has defined is a parameter here, and defining it again assigns it.
      const again = head !== undefined && known.includes(definedName(form))
      addForm(text, entry.source, form, again ? head : undefined)
      text.add("\n")
    })
    text.add(last < 0 ? "none)\n" : `${names.join(" ")}))\n`)
    this.#addDefinitions(text, definitions, assigned)
    return {
      text,
      args: known.map((each) => this.#values.get(each)!),
      names,
      isRun: run.length > 0,
      definitions,
      source: entry.source
    }
  }

  #addDefinitions(text: ComposedText, fresh: ReadonlyMap<string, Definition>, assigned: ReadonlySet<string>): void {
    const old = [...this.#definitions].filter(([name]) => !fresh.has(name) && !assigned.has(name))
    for (const [, { source, span }] of [...fresh, ...old]) {
      text.addTyped(source, span)
      text.add("\n")
    }
    for (const [name, value] of this.#values) {
      const literal = fresh.has(name) ? undefined : literalOf(value)
      if (literal !== undefined) text.add(`(def ${name} ${literal})\n`)
    }
  }

  /** Keeps what an entry has defined, once it has run. `result`: what its function has given back, none when it was not run.
   * Yields the value of its last form. */
  accept({ definitions, names }: Composition, result: Value): Value {
    for (const [name, definition] of definitions) {
      this.#values.delete(name)
      this.#definitions.set(name, definition)
    }
    // After a `return` it is something else, and the values stay as they were.
    if (!(result instanceof List) || result.size !== names.length + 2 || result.items[0] !== Sym.of(entryFunction)) {
      return result
    }
    names.forEach((name, index) => {
      this.#definitions.delete(name)
      this.#values.set(name, result.items[index + 2]!)
    })
    return result.items[1]!
  }
}

const fromDirective = (name: string): ReadonlyArray<string> =>
  name.startsWith("#form ") ? [name.slice("#form ".length), `:${name.slice("#form ".length)}`] : []

const definedName = (form: Datum): string => {
  const name = form.kind === "list" ? form.items[1] : undefined
  return name?.kind === "symbol" ? name.name : ""
}

/** Adds the form; `head`, its `def`, becomes `set`, which is as long. */
const addForm = (text: ComposedText, source: Source, { span }: Datum, head: Datum | undefined): void => {
  if (head === undefined) return text.addTyped(source, span)
  const written = source.text.slice(span.start, span.end)
  const at = head.span.start - span.start
  text.addTyped(source, span, `${written.slice(0, at)}set${written.slice(at + "def".length)}`)
}
