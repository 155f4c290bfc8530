import { required } from "../../../stdlib/signatures/param.ts"
import type { Signature } from "../../../stdlib/signatures/signature.ts"
import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { call, libraryCall, literal, sequence, use } from "../build.ts"
import { none } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { expandArguments } from "./call.ts"
import { withDeferred } from "./defer.ts"
import { malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

/** The body is a function that sees what top-level functions see. It is checked like them, and not part of the bundle. */
export const deftest: SpecialForm = {
  shape: '`(deftest "what holds" body…)`',
  doc: "Describes a test at the top level, for `sxs test`; it is checked, and left out of the program.",
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

/** Whether the form is a `deftest`, right or wrong. */
export const isTest = (form: Datum): boolean => {
  const head = form.kind === "list" && form.bracket === "(" ? form.items[0] : undefined
  return head?.kind === "symbol" && head.name === "deftest"
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
    const target = expander.newFunction({ name: name.value, span, result: ":any" })
    const first = expander.tests.find((test) => test.name === name.value && test.target.source === target.source)
    if (first !== undefined) {
      const related = [{ span: first.span, message: "first here" }]
      expander.report(catalog.nameTwice.at(name.span, { name: name.value, place: "the tests of this file" }, related))
    }
    expander.tests.push({ name: name.value, span: name.span, target })
    target.body = withDeferred(target, expander.sequence(body, new Scope(target, undefined), span))
  })
}

type Facts = Pick<Signature, "params" | "effect" | "result" | "doc">

const signatureFor = (name: string, facts: Facts): Signature => ({ ...facts, name: `core/test/${name}`, example: "" })

/** A form that is a call of a function which only tests have. */
const inTest = (name: string, facts: Facts): SpecialForm => {
  const signature = signatureFor(name, facts)
  return {
    shape: `\`(${[name, ...facts.params.map((param) => param.name)].join(" ")})\``,
    doc: facts.doc,
    expand: (expander, form, scope) => {
      const args = expandArguments(expander, signature, form, scope)
      needTest(expander, form, scope, name)
      return { kind: "library", signature, args, span: form.span }
    }
  }
}

const needTest = (expander: Expansion, form: ListDatum, scope: Scope, name: string): void => {
  if (!isInTest(expander, scope))
    expander.report(catalog.misplacedForm.at(form.span, { form: name, place: "`deftest`" }))
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

export const crash = inTest("crash", {
  params: [],
  effect: "suspends",
  result: ":none",
  doc: "Ends the process of a test here; the test goes on in a new one, from what was durable."
})

const sleep = inTest("advance", {
  params: [required("ms", ":int")],
  effect: "suspends",
  result: ":none",
  doc: "Moves the time of a test on by so many ms: all that is due by then happens."
})

const settle = signatureFor("settle", {
  params: [],
  effect: "suspends",
  result: ":none",
  doc: "Waits until nothing else can run at this moment."
})

/** Two places to wait at: for the time, and for all others who have something to do at that time. */
export const advance: SpecialForm = {
  ...sleep,
  expand: (expander, form, scope) =>
    sequence([sleep.expand(expander, form, scope), call(settle, [], form.span)], form.span)
}

/** The top-level forms of the file or of an imported one, which do not run in a test unless it starts them. */
export const runProgram: SpecialForm = {
  shape: "`(run-program)` or `(run-program import)`",
  doc: "Starts the program of the file, or of an imported one, as a task of its own; yields its id.",
  expand: (expander, form, scope) => {
    const [, imported, ...surplus] = form.items
    const refuse = (problem: string) => malformed(expander, form, scope, { problem, shape: runProgram.shape })
    if (surplus.length > 0 || (imported !== undefined && imported.kind !== "symbol"))
      return refuse("takes the name of one import")
    needTest(expander, form, scope, "run-program")
    const target = expander.mainOf(imported?.name)
    if (target === undefined) return refuse("there is no import of that name")
    use(scope.owner, target)
    return libraryCall("core/task/spawn", [{ kind: "closure", target, span: form.span }], form.span)
  }
}
