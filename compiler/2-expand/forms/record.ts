import { formLibrary } from "../../../stdlib/signatures/form.ts"
import type { Signature, TypeName } from "../../../stdlib/signatures/signature.ts"
import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { call, libraryCall, newBinding, reference, text } from "../build.ts"
import type { Core, DeclaredType, FunctionDefinition, RecordDefinition } from "../core.ts"
import { isRecord } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { declaredType, isTypeName } from "../types.ts"
import { mayName } from "./define.ts"
import { declareName } from "./function.ts"
import { isSymbol } from "./shape.ts"

export const recordShape = "`#(form point {x :int y :int})`"

type SymbolDatum = Datum & { readonly kind: "symbol" }

/**
 * Each `#(form point {x :int y :int})` becomes a type, a function `point` that makes a value of it, and for each field a function
 * such as `point/x` that gives it. All types are known before the first field is looked at, so they may name each other.
 */
export const declareRecords = (expander: Expansion, forms: ReadonlyArray<ListDatum>, scope: Scope): void => {
  const declared = forms.flatMap((form) => {
    const parts = nameAndFields(expander, form)
    return parts === undefined ? [] : [{ ...parts, record: expander.declareRecord(parts.named), span: form.span }]
  })
  for (const { fields, record } of declared) addFields(expander, record, fields)
  for (const each of declared) declareFunctions(expander, each, scope)
}

const nameAndFields = (expander: Expansion, form: ListDatum) => {
  const [, name, fields, ...surplus] = form.items
  const isWhole = isSymbol(name) && fields?.kind === "list" && fields.bracket === "{" && surplus.length === 0
  if (!isWhole || fields.items.length === 0) {
    const problem = isWhole ? "needs a field" : "needs a name and its fields in `{ … }`"
    expander.report(catalog.malformedForm.at(form.span, { form: "#(form …)", problem, shape: recordShape }))
    misdefineRecord(expander, name)
    return undefined
  }
  if (!mayName(expander, name) || !mayNameType(expander, name)) {
    if (expander.recordNamed(name.name) === undefined) misdefineRecord(expander, name)
    return undefined
  }
  return { name, named: { name: name.name, span: name.span }, fields: fields.items }
}

/** Nothing more is said of the type, its constructor and its fields. */
const misdefineRecord = (expander: Expansion, name: Datum | undefined): void => {
  if (!isSymbol(name)) return
  expander.misdefine(name)
  expander.misdefine({ ...name, name: `${name.name}/` })
}

const mayNameType = (expander: Expansion, name: SymbolDatum): boolean => {
  const existing = expander.recordNamed(name.name)
  if (existing !== undefined) {
    const related = [{ span: existing.span, message: "first defined here" }]
    expander.report(catalog.definedTwice.at(name.span, { name: name.name, isAssignable: false }, related))
    return false
  }
  const why = isTypeName(`:${name.name}`)
    ? "it is a type that every program has"
    : name.name.includes("/")
      ? "a name with `/` in it belongs to another file or to a record"
      : undefined
  if (why !== undefined) expander.report(catalog.reservedName.at(name.span, { name: name.name, why }))
  return why === undefined
}

const addFields = (expander: Expansion, record: RecordDefinition, items: ReadonlyArray<Datum>): void => {
  const known = new Map<string, SymbolDatum>()
  for (let at = 0; at < items.length; at++) {
    const name = items[at]!
    const next = items[at + 1]
    const typed = isSymbol(next) && next.name.startsWith(":")
    const type: DeclaredType = typed ? declaredType(expander, next) : ":any"
    if (typed) at++
    if (!typed && at > 0 && isSymbol(name) && bareTypes.has(name.name) && isUntyped(items[at - 1])) {
      reportBareType(expander, name, items[at - 1])
      continue
    }
    if (!isSymbol(name) || !isFieldName(name.name)) {
      const problem = "a field is a name, with its type behind it"
      expander.report(catalog.malformedForm.at(name.span, { form: "#(form …)", problem, shape: recordShape }))
      continue
    }
    const first = known.get(name.name)
    if (first !== undefined) {
      const place = `the fields of \`${record.name}\``
      const related = [{ span: first.span, message: "first here" }]
      expander.report(catalog.nameTwice.at(name.span, { name: name.name, place }, related))
      continue
    }
    known.set(name.name, name)
    record.fields.push({ name: name.name, type, span: name.span })
  }
}

/** Types that nobody would call a field without giving it a type. */
const bareTypes: ReadonlySet<string> = new Set(["int", "real", "str", "bool", "number", "bytes", "fn", "any"])

const isUntyped = (before: Datum | undefined): boolean => isSymbol(before) && !before.name.startsWith(":")

/** `{x int}`: said as other languages write it, and meant as a type. */
const reportBareType = (expander: Expansion, { name, span }: SymbolDatum, field: Datum | undefined): void => {
  const problem = `a type has a colon before it; a field that is called \`${name}\` needs a type behind it`
  const shape = isSymbol(field) ? `\`{${field.name} :${name}}\`` : recordShape
  expander.report(catalog.malformedForm.at(span, { form: "#(form …)", problem, shape }))
}

/** A field is a part of a function's name and a key, so it is an ordinary name without a `/`. */
const isFieldName = (name: string): boolean => !/^[:$%&]|\//.test(name) && !["true", "false", "none"].includes(name)

const declareFunctions = (
  expander: Expansion,
  {
    name,
    record,
    span
  }: { readonly name: SymbolDatum; readonly record: RecordDefinition; readonly span: Core["span"] },
  scope: Scope
): void => {
  const make = expander.newFunction({ name: name.name, span, result: record, ofRecord: record })
  make.body = construction(make, record)
  declareName(expander, name, make, scope)
  for (const field of record.fields) {
    const written: SymbolDatum = { kind: "symbol", name: `${name.name}/${field.name}`, span: field.span }
    const access = expander.newFunction({ name: written.name, span: field.span, result: field.type, ofRecord: record })
    access.body = fieldOf(addParam(access, { name: name.name, type: record, span: field.span }), field)
    declareName(expander, written, access, scope)
  }
}

/** A parameter, as a value that is of its type. */
const addParam = (
  target: FunctionDefinition,
  { name, span, type }: { readonly name: string; readonly type: DeclaredType; readonly span: Core["span"] }
): Core => {
  const binding = newBinding({ name, kind: "param", span, owner: target, type })
  target.params.push(binding)
  return { kind: "ascribe", type, value: reference(binding, span), span }
}

const construction = (target: FunctionDefinition, record: RecordDefinition): Core =>
  libraryCall(
    "core/map/map",
    record.fields.flatMap((field) => [text(field.name, field.span), addParam(target, field)]),
    target.span
  )

/** The field of a value that is known to be of the record type. */
export const fieldOf = (value: Core, field: RecordDefinition["fields"][number]): Core =>
  call(fieldSignature(isRecord(field.type) ? ":any" : field.type), [value, text(field.name, value.span)], value.span)

const fieldSignatures = new Map<TypeName, Signature>()

/** One for each type of a field. */
const fieldSignature = (result: TypeName): Signature => {
  const known = fieldSignatures.get(result)
  if (known !== undefined) return known
  const made = { ...formLibrary.field, result }
  fieldSignatures.set(result, made)
  return made
}
