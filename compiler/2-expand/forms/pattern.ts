import { formLibrary } from "../../../stdlib/signatures/form.ts"
import { signatureOf } from "../../../stdlib/signatures/index.ts"
import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import type { Span } from "../../source.ts"
import { call, counted, int, libraryCall, literal, quoted, reference, text } from "../build.ts"
import {
  type Binding,
  type Core,
  type DeclaredType,
  isHidden,
  type Literal,
  none,
  type RecordDefinition
} from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { declaredType } from "../types.ts"
import { isWithin, type Taken, typeOfLiteral } from "./coverage.ts"
import { mayName, reservedWhy } from "./define.ts"
import { fieldOf } from "./record.ts"
import { withRestSign } from "./rest-sign.ts"
import { isSymbol } from "./shape.ts"

type SymbolDatum = Datum & { readonly kind: "symbol" }

/** A name of a pattern and the value that it stands for when all tests have passed. */
export interface PatternName {
  readonly name: SymbolDatum
  readonly value: Core
}

export interface Pattern {
  /** Undefined when the pattern takes everything. */
  readonly test: Core | undefined
  readonly names: ReadonlyArray<PatternName>
  /** Locals that the test defines. */
  readonly hidden: ReadonlyArray<Binding>
  readonly taken: Taken
}

/** What `pattern` asks of `value`, which costs nothing to compute again. */
export const readPattern = (expander: Expansion, pattern: Datum, value: Core, scope: Scope): Pattern => {
  const reader = new PatternReader(expander, scope)
  const taken = reader.read(pattern, value)
  return { test: reader.test(pattern.span), names: [...reader.names.values()], hidden: reader.hidden, taken }
}

const anything: Taken = { type: ":any", isWhole: true }

const isAnything = ({ isWhole, type }: Taken): boolean => isWhole && type === ":any"

/** What a pattern takes that was reported: nothing is known of it. */
const unknown: Taken = { type: ":any", isWhole: false }

class PatternReader {
  readonly names = new Map<string, PatternName>()
  readonly hidden: Array<Binding> = []
  readonly #expander: Expansion
  readonly #scope: Scope
  readonly #tests: Array<Core> = []
  /** Definitions that the next test needs. */
  #before: Array<Core> = []

  constructor(expander: Expansion, scope: Scope) {
    this.#expander = expander
    this.#scope = scope
  }

  /** All tests in order; undefined when there is none. */
  test(span: Span): Core | undefined {
    // A name may need a hidden local behind the last test.
    if (this.#before.length > 0) this.#addTest(literal({ type: "bool", value: true }, span))
    return this.#tests.length > 1 ? { kind: "junction", until: "false", items: this.#tests, span } : this.#tests[0]
  }

  read(pattern: Datum, value: Core): Taken {
    switch (pattern.kind) {
      case "int":
      case "real":
      case "string":
        return this.#equals(quoted(pattern), value, pattern.span)
      case "quote":
        return this.#equals(quoted(pattern.item), value, pattern.span)
      case "symbol":
        return this.#symbol(pattern, value)
      case "error":
        return this.#error(pattern.item, value, pattern.span)
      case "list":
        if (pattern.bracket === "[") return this.#list(pattern, value)
        return pattern.bracket === "("
          ? this.#parens(pattern, value)
          : this.#refuse(pattern, "`{ … }` means nothing here")
      case "directive":
        return this.#refuse(pattern, "a directive means nothing here")
    }
  }

  /** Reports what is wrong at `at`. The names in the whole pattern count as defined, so that nothing more is said of them. */
  #refuse(
    whole: Datum,
    problem: string,
    { at = whole, way = patternShapes }: { at?: Datum; way?: string } = {}
  ): Taken {
    this.#expander.report(catalog.malformedPattern.at(at.span, { problem, way }))
    for (const name of namesIn(whole)) {
      if (reservedWhy(this.#expander, name.name) !== undefined) continue
      const value: Core = { kind: "ascribe", type: ":any", value: literal(none, name.span), span: name.span }
      if (!this.names.has(name.name)) this.names.set(name.name, { name, value })
    }
    return unknown
  }

  #addTest(core: Core): void {
    const { span } = core
    this.#tests.push(this.#before.length === 0 ? core : { kind: "sequence", items: [...this.#before, core], span })
    this.#before = []
  }

  /** The value in a hidden local, which the next test defines. */
  #kept(value: Core): Core {
    const binding = this.#expander.hidden("part", this.#scope, value.span)
    this.hidden.push(binding)
    this.#before.push({ kind: "define", binding, value, span: value.span })
    return reference(binding, value.span)
  }

  /** The value as a name: tests tell more of a name than of what is computed anew. */
  #named(value: Core): Core {
    return value.kind === "reference" ? value : this.#kept(value)
  }

  #is(type: DeclaredType, value: Core, span: Span): void {
    if (type !== ":any") this.#addTest({ kind: "is", type, value, span })
  }

  #equals(wanted: Literal, value: Core, span: Span): Taken {
    if (wanted.type === "none") this.#is(":none", value, span)
    else this.#addTest(libraryCall("eq", [value, literal(wanted, span)], span))
    return { type: typeOfLiteral(wanted), isWhole: wanted.type === "none", value: wanted }
  }

  #symbol(pattern: SymbolDatum, value: Core): Taken {
    const { name, span } = pattern
    if (name === "_") return anything
    if (["true", "false", "none"].includes(name)) return this.#equals(quoted(pattern), value, span)
    if (name === "&") return this.#refuse(pattern, "`&` stands before the last name of `[ … ]`")
    if (name.startsWith(":"))
      return this.#refuse(pattern, `\`${name}\` alone could mean a type or a symbol`, {
        way: `write \`(${name} _)\` for a value of that type, or \`'${name}\` for the symbol`
      })
    if (!mayName(this.#expander, pattern)) return unknown
    const first = this.names.get(name)
    if (first === undefined) this.names.set(name, { name: pattern, value })
    else this.#reportTwice(pattern, name, first.name.span)
    return anything
  }

  #reportTwice({ span }: Datum, name: string, first: Span): void {
    const related = [{ span: first, message: "first here" }]
    this.#expander.report(catalog.nameTwice.at(span, { name, place: "this pattern" }, related))
  }

  #error(content: Datum, value: Core, span: Span): Taken {
    const error = isSymbol(content, "_") ? value : this.#named(value)
    this.#is(":error", error, span)
    const inside = this.read(content, call(formLibrary.content, [error], span))
    if (inside.value === undefined) return { type: ":error", isWhole: isAnything(inside) }
    return { type: ":error", isWhole: false, value: { type: "error", content: inside.value, span } }
  }

  #list(pattern: ListDatum, value: Core): Taken {
    const { span } = pattern
    const items = withRestSign(this.#expander, "match", pattern.items)
    const and = items.findIndex((item) => isSymbol(item, "&"))
    const rest = and < 0 ? undefined : items[and + 1]
    if (and >= 0 && (and !== items.length - 2 || !isSymbol(rest)))
      return this.#refuse(pattern, "behind `&` stands one name, for all further items, and nothing else", {
        at: items[and]!
      })
    const wanted = and < 0 ? items : items.slice(0, and)
    if (value.kind === "reference") this.#is(":list", value, span)
    // A walk goes through a local of the compiler's own.
    const list = value.kind === "reference" && isHidden(value.binding) ? value : this.#kept(value)
    if (value.kind !== "reference") this.#is(":list", list, span)
    const size: Core = { kind: "walk", step: "size", args: [list], span }
    const count = int(wanted.length, span)
    if (rest === undefined) this.#addTest(libraryCall("=", [size, count], span))
    else if (wanted.length > 0) this.#addTest(libraryCall(">=", [size, count], span))
    for (const [index, item] of wanted.entries()) {
      const at = int(index, item.span)
      this.read(item, { kind: "walk", step: "item", args: [list, at], span: item.span })
    }
    if (rest !== undefined) this.read(rest, libraryCall("core/list/drop", [list, count], rest.span))
    return { type: ":list", isWhole: rest !== undefined && wanted.length === 0 }
  }

  #parens(pattern: ListDatum, value: Core): Taken {
    const [head, ...parts] = pattern.items
    if (isSymbol(head, "map")) return this.#map(pattern, parts, value)
    if (isSymbol(head) && head.name.startsWith(":")) return this.#typed(pattern, head, parts, value)
    const record = isSymbol(head) ? this.#expander.recordNamed(head.name) : undefined
    if (record !== undefined) return this.#record(pattern, record, parts, value)
    return this.#refuse(pattern, "`( … )` begins with `map`, a type or the name of a record type", {
      at: head ?? pattern,
      way: (isSymbol(head) ? patternWays.get(head.name) : undefined) ?? patternWay(this.#expander, head)
    })
  }

  #typed(pattern: ListDatum, type: SymbolDatum, parts: ReadonlyArray<Datum>, value: Core): Taken {
    const [part, ...surplus] = parts
    if (part === undefined || surplus.length > 0)
      return this.#refuse(pattern, `\`(${type.name} …)\` takes one pattern, for the value of that type`)
    const declared = declaredType(this.#expander, type)
    const named = isSymbol(part, "_") ? value : this.#named(value)
    this.#is(declared, named, type.span)
    const taken = this.read(part, named)
    if (declared === ":any") return type.name === ":any" ? taken : unknown
    if (isAnything(taken)) return { type: declared, isWhole: true }
    return isWithin(taken.type, declared) ? taken : { type: declared, isWhole: false }
  }

  #map(pattern: ListDatum, parts: ReadonlyArray<Datum>, value: Core): Taken {
    const map = this.#named(value)
    this.#is(":map", map, pattern.span)
    const keys = new Map<string, Span>()
    for (let at = 0; at < parts.length; at += 2) {
      const [key, part] = [parts[at]!, parts[at + 1]]
      if (key.kind !== "string") return this.#refuse(pattern, "a key of a map is a text", { at: key })
      if (part === undefined) return this.#refuse(pattern, "a key of a map has a pattern behind it", { at: key })
      const first = keys.get(key.value)
      if (first !== undefined) this.#reportTwice(key, key.value, first)
      keys.set(key.value, key.span)
      const keyText = text(key.value, key.span)
      this.#addTest(libraryCall("core/map/has", [map, keyText], key.span))
      this.read(part, call(formLibrary.field, [map, keyText], part.span))
    }
    return { type: ":map", isWhole: parts.length === 0 }
  }

  #record(pattern: ListDatum, record: RecordDefinition, parts: ReadonlyArray<Datum>, value: Core): Taken {
    const { fields } = record
    if (parts.length !== fields.length) {
      const shape = `\`(${[record.name, ...fields.map((field) => field.name)].join(" ")})\``
      const given = `${counted(parts.length, "pattern")} ${parts.length === 1 ? "is" : "are"} given`
      return this.#refuse(pattern, `\`${record.name}\` has ${counted(fields.length, "field")}, but ${given}`, {
        way: `write ${shape}`
      })
    }
    const map = this.#named(value)
    this.#is(record, map, pattern.items[0]!.span)
    const taken = parts.map((part, index) => this.read(part, { ...fieldOf(map, fields[index]!), span: part.span }))
    return { type: record, isWhole: taken.every(isAnything) }
  }
}

const patternWays: ReadonlyMap<string, string> = new Map([
  ["or", "there are no alternatives: write a clause for each"],
  ["error", "an error value is matched by `@why`"],
  ["list", "a list is matched by `[a b]`"]
])

/** For what looks like a call: a pattern only takes values apart. */
const patternWay = (expander: Expansion, head: Datum | undefined): string =>
  isSymbol(head) && (signatureOf(head.name) !== undefined || expander.isSpecialForm(head.name))
    ? "there are no conditions in a pattern: name the value, and test it in the result"
    : "a list is matched by `[a b]`, and data by a quote before it"

/** What a pattern that cannot be understood may have meant as names. */
const namesIn = (pattern: Datum): ReadonlyArray<SymbolDatum> => {
  if (pattern.kind === "symbol") return /^[:$%&]|^(?:_|map|true|false|none)$/.test(pattern.name) ? [] : [pattern]
  if (pattern.kind === "error") return namesIn(pattern.item)
  return pattern.kind === "list" ? pattern.items.flatMap(namesIn) : []
}

const patternShapes =
  'a pattern is a literal, a name, `_`, `[a b & rest]`, `(map "key" a)`, `(:int a)`, `@a`, or a record\'s `(point x y)`'
