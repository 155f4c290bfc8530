import type { Datum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import type { Span } from "../../source.ts"
import { int, libraryCall, literal, reference } from "../build.ts"
import type { Binding, Core, Loop } from "../core.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { defineName } from "./define.ts"
import { leaveScopes } from "./leave.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

/** Opens a loop around what `turn` expands; each turn has a scope of its own. With `yields` its value is that of its `done`. */
export const inLoop = (
  expander: Expansion,
  scope: Scope,
  span: Span,
  turn: (loop: Loop, scope: Scope) => Core,
  yields = false
): Core => {
  const loop: Loop = { ordinal: ++scope.owner.loops }
  const { open } = expander.surroundings(scope.owner)
  open.push({ kind: "loop", loop, yields })
  const turnScope = new Scope(scope.owner, scope)
  const body = turn(loop, turnScope)
  open.pop()
  return { kind: "loop", loop, body: withFreshLocals(turnScope, body), span }
}

/** Each turn and each clause is a scope of its own: a local that it does not define must not have the last turn's value. */
export const withFreshLocals = (scope: Scope, body: Core): Core => {
  if (scope.sometimes === undefined) return body
  const { span } = body
  const fresh = [...scope.sometimes].map(
    (binding): Core => ({ kind: "define", binding, value: literal(none, span), span })
  )
  return { kind: "sequence", items: [...fresh, body], span }
}

/** Runs `body` while `test` is true, then leaves the loop with none. */
const turnWhile = (loop: Loop, test: Core, body: Core, span: Span): Core => ({
  kind: "branch",
  clauses: [{ test, value: body }],
  otherwise: { kind: "leave", loop, value: literal(none, span), span },
  span
})

export const while_: SpecialForm = {
  shape: "`(while condition body…)`",
  doc: "Runs the body as long as the condition is true; yields none.",
  expand: (expander, form, scope) => {
    const [, test, ...body] = form.items
    if (test === undefined)
      return malformed(expander, form, scope, { problem: "needs a condition", shape: while_.shape })
    return inLoop(expander, scope, form.span, (loop, turn) =>
      turnWhile(loop, expander.expand(test, turn), expander.sequence(body, turn, form.span), form.span)
    )
  }
}

/** Two shapes: over a list, and over the ints from one bound up to (not including) another. */
export const for_: SpecialForm = {
  shape: "`(for (x list) body…)` or `(for (i from to) body…)`",
  doc: "Runs the body for each item, or for each int from the first up to, not including, the second; yields none.",
  expand: (expander, form, scope) => {
    const [, head, ...body] = form.items
    const [name, first, second, ...surplus] = withoutIn(expander, head, scope)
    if (!isSymbol(name) || first === undefined || surplus.length > 0) {
      return malformed(expander, form, scope, {
        at: head,
        problem: "needs a name and what it runs over",
        shape: for_.shape
      })
    }
    const { span } = form
    const start =
      second === undefined
        ? { kind: "walk" as const, step: "iterable" as const, args: [expander.expand(first, scope)], span: first.span }
        : expander.expand(first, scope)
    const end = second === undefined ? undefined : expander.expand(second, scope)
    return second === undefined || end === undefined
      ? overList(expander, scope, { name, list: start, body, span })
      : overRange(expander, scope, { name, from: start, to: end, body, span })
  }
}

/** `(x in list)`, as other languages write it: reported, and then taken as `(x list)`. */
const withoutIn = (expander: Expansion, head: Datum | undefined, scope: Scope): ReadonlyArray<Datum> => {
  if (!isParens(head)) return []
  const [name, word, ...others] = head.items
  if (!isSymbol(name) || !isSymbol(word, "in") || others.length === 0 || expander.lookup("in", scope) !== undefined)
    return head.items
  const problem = "there is no `in` between the name and what it runs over"
  expander.report(catalog.malformedForm.at(word.span, { form: "for", problem, shape: for_.shape }))
  return [name, ...others]
}

interface Each {
  readonly name: Datum & { kind: "symbol" }
  readonly body: ReadonlyArray<Datum>
  readonly span: Span
}

const overList = (expander: Expansion, scope: Scope, each: Each & { readonly list: Core }): Core =>
  walkList(expander, scope, each.list, each.span, (item, turn) => {
    const binding = defineName(expander, each.name, turn)
    const body = expander.sequence(each.body, turn, each.span)
    return binding === undefined ? [body] : [{ kind: "define", binding, value: item, span: each.name.span }, body]
  })

/** A loop over the items of `list`; `turn` expands one turn, given the item. */
export const walkList = (
  expander: Expansion,
  scope: Scope,
  list: Core,
  span: Span,
  turn: (item: Core, scope: Scope) => ReadonlyArray<Core>
): Core => {
  const items = expander.hidden("list", scope, span)
  const index = expander.hidden("index", scope, span)
  index.assigned = true
  const walk = (step: "size" | "item", ...args: ReadonlyArray<Core>): Core => ({ kind: "walk", step, args, span })
  const loop = inLoop(expander, scope, span, (opened, turnScope) =>
    turnWhile(
      opened,
      libraryCall("<", [reference(index, span), walk("size", reference(items, span))], span),
      {
        kind: "sequence",
        items: [...turn(walk("item", reference(items, span), reference(index, span)), turnScope), advance(index, span)],
        span
      },
      span
    )
  )
  return {
    kind: "sequence",
    items: [
      { kind: "define", binding: items, value: list, span },
      { kind: "define", binding: index, value: int(0, span), span },
      loop
    ],
    span
  }
}

const advance = (index: Binding, span: Span): Core => ({
  kind: "assign",
  binding: index,
  value: libraryCall("+", [reference(index, span), int(1, span)], span),
  span
})

const overRange = (
  expander: Expansion,
  scope: Scope,
  each: Each & { readonly from: Core; readonly to: Core }
): Core => {
  const { span } = each
  const index = expander.hidden("index", scope, span)
  const end = expander.hidden("end", scope, span)
  index.assigned = true
  const loop = inLoop(expander, scope, span, (opened, turn) => {
    const binding = defineName(expander, each.name, turn)
    const body = expander.sequence(each.body, turn, span)
    const items: Array<Core> = [body, advance(index, span)]
    if (binding !== undefined)
      items.unshift({ kind: "define", binding, value: reference(index, span), span: each.name.span })
    return turnWhile(
      opened,
      libraryCall("<", [reference(index, span), reference(end, span)], span),
      { kind: "sequence", items, span },
      span
    )
  })
  return {
    kind: "sequence",
    items: [
      { kind: "define", binding: index, value: each.from, span },
      { kind: "define", binding: end, value: each.to, span },
      loop
    ],
    span
  }
}

export const do_: SpecialForm = {
  shape: "`(do [ … (done value) … ])`",
  doc: "Runs its `[ … ]` again and again until a `done` in it, whose value it yields. `$iterations` counts from 1.",
  expand: (expander, form, scope) => {
    const { span } = form
    const [, body, ...surplus] = form.items
    if (body?.kind !== "list" || body.bracket !== "[" || surplus.length > 0) {
      const problem = "is a loop and takes one `[ … ]`; `begin` runs forms once, in order"
      return malformed(expander, form, scope, { at: surplus[0], problem, shape: do_.shape })
    }
    const count = expander.hidden("iterations", scope, span)
    count.assigned = true
    const turns = (_: Loop, turn: Scope): Core => {
      const iterations = expander.newLocal("$iterations", turn, span)
      return {
        kind: "sequence",
        items: [
          advance(count, span),
          { kind: "define", binding: iterations, value: reference(count, span), span },
          expander.sequence(form.items.slice(1), turn, span)
        ],
        span
      }
    }
    const loop = inLoop(expander, scope, span, turns, true)
    return { kind: "sequence", items: [{ kind: "define", binding: count, value: int(0, span), span }, loop], span }
  }
}

export const done: SpecialForm = {
  shape: "`(done value)`",
  doc: "Leaves the innermost loop, with that value when the loop is a `do`.",
  expand: (expander, form, scope) => {
    const [, value, ...surplus] = form.items
    if (surplus.length > 0)
      return malformed(expander, form, scope, { at: surplus[0], problem: "takes one value", shape: done.shape })
    const expanded = value === undefined ? literal(none, form.span) : expander.expand(value, scope)
    const loop = expander.surroundings(scope.owner).open.findLast((each) => each.kind === "loop")
    if (loop === undefined) {
      expander.report(catalog.misplacedForm.at(form.span, { form: "done", place: "a loop" }))
      return expanded
    }
    const kept = loop.yields ? expanded : withoutValue(expanded)
    return leaveScopes(expander, scope, kept, "loop", (result) => ({
      kind: "leave",
      loop: loop.loop,
      value: result,
      span: form.span
    }))
  }
}

/** Does what `core` does and yields none. */
const withoutValue = (core: Core): Core =>
  core.kind === "literal" || core.kind === "reference"
    ? literal(none, core.span)
    : { kind: "sequence", items: [core, literal(none, core.span)], span: core.span }
