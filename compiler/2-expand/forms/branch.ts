import type { Datum } from "../../1-read/datum.ts"
import { literal } from "../build.ts"
import type { Clause, Core } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

export const if_: SpecialForm = {
  shape: "`(if condition then else)`",
  doc: "The value of `then` when the condition is true, else that of `else`, or none when that is left out. It is no scope.",
  expand: (expander, form, scope) => {
    const { items } = form
    const test = items[1]
    const then = items[2]
    const otherwise = items[3]
    if (test === undefined || then === undefined || items.length > 4) {
      const problem =
        items.length > 4 ? "has too many parts; `[ … ]` runs several forms in order" : "needs a condition and a value"
      return malformed(expander, form, scope, { at: items[4], problem, shape: if_.shape }, items.slice(1))
    }
    return branches(
      expander,
      scope,
      form.span,
      [{ test, value: [then] }],
      otherwise === undefined ? undefined : [otherwise]
    )
  }
}

export const cond: SpecialForm = {
  shape: "`(cond (condition value)… (else value))`",
  doc: "The value of the first clause whose condition is true; none when there is no such clause.",
  expand: (expander, form, scope) => {
    const clauses: Array<{ test: Datum; value: ReadonlyArray<Datum> }> = []
    let otherwise: ReadonlyArray<Datum> | undefined
    for (const [index, clause] of form.items.slice(1).entries()) {
      if (!isParens(clause) || clause.items.length < 2) {
        return malformed(expander, form, scope, {
          at: clause,
          problem: "each clause is `(condition value…)`",
          shape: cond.shape
        })
      }
      const [test, ...value] = clause.items
      if (!isSymbol(test, "else")) clauses.push({ test: test!, value })
      else if (index === form.items.length - 2) otherwise = value
      else
        return malformed(expander, form, scope, {
          at: clause,
          problem: "`else` must be the last clause",
          shape: cond.shape
        })
    }
    return branches(expander, scope, form.span, clauses, otherwise)
  }
}

/** Names defined in one branch may be defined again in another one of the same form: only one of them runs. */
const branches = (
  expander: Expansion,
  scope: Scope,
  span: Core["span"],
  clauses: ReadonlyArray<{ readonly test: Datum; readonly value: ReadonlyArray<Datum> }>,
  otherwise: ReadonlyArray<Datum> | undefined
): Core => {
  // Most branches define nothing.
  let elsewhere: Array<string> | undefined
  const inBranch = (value: ReadonlyArray<Datum>): Core => {
    const before = scope.size
    const core = scope.inOtherBranch(elsewhere ?? nothing, () =>
      scope.inBranch(() => expander.sequence(value, scope, value[0]!.span))
    )
    if (scope.size > before) elsewhere ??= []
    for (const name of scope.names(before)) elsewhere?.push(name)
    return core
  }
  const expanded = clauses.map(
    (clause): Clause => ({ test: expander.expand(clause.test, scope), value: inBranch(clause.value) })
  )
  return {
    kind: "branch",
    clauses: expanded,
    otherwise: otherwise === undefined ? literal(none, span) : inBranch(otherwise),
    span
  }
}

const nothing: ReadonlyArray<string> = []

const junction = (name: "and" | "or", doc: string): SpecialForm => ({
  shape: `\`(${name} expr…)\``,
  doc,
  expand: (expander, form, scope) => {
    const [first, ...others] = form.items.slice(1)
    const items = first === undefined ? [] : [expander.expand(first, scope)]
    for (const item of others) items.push(scope.inBranch(() => expander.expand(item, scope)))
    if (items.length === 0) return literal({ type: "bool", value: name === "and" }, form.span)
    return items.length === 1
      ? items[0]!
      : { kind: "junction", until: name === "and" ? "false" : "true", items, span: form.span }
  }
})

export const and = junction(
  "and",
  "The first value that is false, or else the last; what stands behind it is not computed."
)
export const or = junction(
  "or",
  "The first value that is true, or else the last; what stands behind it is not computed."
)
