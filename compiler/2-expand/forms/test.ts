import { required } from "../../../stdlib/signatures/param.ts"
import type { Signature } from "../../../stdlib/signatures/signature.ts"
import type { Datum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { literal } from "../build.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { expandArguments } from "./call.ts"
import { malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

/** The body is a function that sees what top-level functions see. It is checked like them, and not part of the bundle. */
export const deftest: SpecialForm = {
  shape: '`(deftest "what holds" body…)`',
  doc: "Describes a test at the top level; it is checked, and left out of the bundle.",
  expand: (expander, form, scope) => {
    const [, name, ...body] = form.items
    const refuse = (problem: string) => malformed(expander, form, scope, { problem, shape: deftest.shape })
    if (!expander.isTopLevel(form)) return refuse("stands at the top level of a file")
    if (name?.kind !== "string" || name.value.trim() === "" || body.length === 0)
      return refuse("needs a text and what to run")
    declareTest(expander, { name, body, span: form.span })
    return literal(none, form.span)
  }
}

const declareTest = (
  expander: Expansion,
  {
    body,
    name,
    span
  }: {
    readonly name: Datum & { readonly kind: "string" }
    readonly body: ReadonlyArray<Datum>
    readonly span: Datum["span"]
  }
): void => {
  expander.afterBundle(() => {
    const target = expander.newFunction({ name: "test", span, result: ":any" })
    const first = expander.tests.find((test) => test.name === name.value && test.target.source === target.source)
    if (first !== undefined) {
      const related = [{ span: first.span, message: "first here" }]
      expander.report(catalog.nameTwice.at(name.span, { name: name.value, place: "the tests of this file" }, related))
    }
    expander.tests.push({ name: name.value, span: name.span, target })
    target.body = expander.sequence(body, new Scope(target, undefined), span)
  })
}

const inTest = (name: string, facts: Pick<Signature, "params" | "effect" | "result" | "doc">): SpecialForm => {
  const signature: Signature = { ...facts, name: `core/test/${name}`, example: "" }
  return {
    shape: `\`(${[name, ...facts.params.map((param) => param.name)].join(" ")})\``,
    doc: facts.doc,
    expand: (expander, form, scope) => {
      const args = expandArguments(expander, signature, form, form.items.slice(1), scope)
      if (!isInTest(expander, scope))
        expander.report(catalog.misplacedForm.at(form.span, { form: name, place: "`deftest`" }))
      return { kind: "library", signature, args, span: form.span }
    }
  }
}

/** The test that is being expanded is the last one; its closures and functions have scopes inside its own. */
const isInTest = (expander: Expansion, scope: Scope): boolean => {
  let outermost = scope
  while (outermost.parent !== undefined) outermost = outermost.parent
  return expander.tests.at(-1)?.target === outermost.owner
}

export const expect = inTest("expect", {
  params: [required("condition")],
  effect: "store",
  result: ":none",
  doc: "Says in a test that the condition is true."
})

export const expectEqual = inTest("expect-equal", {
  params: [required("actual"), required("expected")],
  effect: "store",
  result: ":none",
  doc: "Says in a test that the two values are equal."
})

export const advance = inTest("advance", {
  params: [required("ms", ":int")],
  effect: "suspends",
  result: ":none",
  doc: "Moves the time of a test on by so many ms."
})

export const crash = inTest("crash", {
  params: [],
  effect: "suspends",
  result: ":none",
  doc: "Ends the process of a test and begins again at the last durable place."
})
