import { signatureOf } from "../../../stdlib/signatures/index.ts"
import { reference } from "../build.ts"
import type { Core } from "../core.ts"
import { expandArgument } from "./call.ts"
import { hiddenSignature, leaveScope } from "./leave.ts"
import { walkList } from "./loop.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

// What `iterate` and `scope` turn into.
const entries = hiddenSignature("core/kv/entries", "suspends", ["prefix", "offset", "limit"])
const enterScope = hiddenSignature("core/kv/enter-scope", "store", ["prefix"])

/** A loop over a snapshot of the keys under a prefix. */
export const iterate: SpecialForm = {
  shape: "`(core/kv/iterate prefix offset limit { … })`",
  doc: "Runs the body for each key under the prefix, in order, with `$key` and `$value`. The limit `none` means all.",
  expand: (expander, form, scope) => {
    const [, prefix, offset, limit, body, ...surplus] = form.items
    if (
      prefix === undefined ||
      offset === undefined ||
      limit === undefined ||
      body === undefined ||
      surplus.length > 0
    ) {
      return malformed(expander, form, scope, {
        problem: "needs a prefix, an offset, a limit and a body",
        shape: iterate.shape
      })
    }
    if (isParens(body) && isSymbol(body.items[0], "fn")) {
      const problem = "runs its body for each key, with `$key` and `$value`; a function there is never called"
      return malformed(expander, form, scope, { at: body, problem, shape: iterate.shape })
    }
    const { span } = form
    const keyParam = signatureOf("core/kv/iterate")!.params[0]!
    const found: Core = {
      kind: "library",
      signature: entries,
      args: [
        expandArgument(expander, keyParam, prefix, scope),
        expander.expand(offset, scope),
        expander.expand(limit, scope)
      ],
      span
    }
    return walkList(expander, scope, found, span, (item, turn) => {
      const entry = expander.hidden("entry", turn, span)
      const key = expander.newLocal("$key", turn, span)
      const value = expander.newLocal("$value", turn, span)
      const part = (index: number): Core => ({
        kind: "walk",
        step: "item",
        args: [reference(entry, span), { kind: "literal", value: { type: "int", value: index }, span }],
        span
      })
      return [
        { kind: "define", binding: entry, value: item, span },
        { kind: "define", binding: key, value: part(0), span },
        { kind: "define", binding: value, value: part(1), span },
        expander.body(body, turn)
      ]
    })
  }
}

/** Inside, the runtime puts the prefix before every key; every way out puts the previous one back. */
export const scopeForm: SpecialForm = {
  shape: "`(core/kv/scope prefix { … })`",
  doc: "Puts the prefix before every key that the body names; yields the body's value.",
  expand: (expander, form, scope) => {
    const [, prefix, body, ...surplus] = form.items
    if (prefix === undefined || body === undefined || surplus.length > 0) {
      return malformed(expander, form, scope, { problem: "needs a prefix and a body", shape: scopeForm.shape })
    }
    const { span } = form
    const previous = expander.hidden("scope", scope, span)
    const value = expander.hidden("value", scope, span)
    const keyParam = signatureOf("core/kv/scope")!.params[0]!
    const entered: Core = {
      kind: "library",
      signature: enterScope,
      args: [expandArgument(expander, keyParam, prefix, scope)],
      span
    }
    const { open } = expander.surroundings(scope.owner)
    open.push({ kind: "scope", previous })
    const inside = expander.body(body, scope)
    open.pop()
    return {
      kind: "sequence",
      items: [
        { kind: "define", binding: previous, value: entered, span },
        { kind: "define", binding: value, value: inside, span },
        leaveScope(previous, span),
        reference(value, span)
      ],
      span
    }
  }
}
