import type { Param, Signature } from "../../../stdlib/signatures/signature.ts"
import type { Datum, ListDatum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { counted, literal } from "../build.ts"
import type { Core } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"
import { expandChannel } from "./channel.ts"

/** The arguments of a library call, each by the mode of its parameter; reports a wrong number. */
export const expandArguments = (
  expander: Expansion,
  signature: Signature,
  form: ListDatum,
  scope: Scope
): ReadonlyArray<Core> => {
  const { params } = signature
  const given = form.items.length - 1
  const args = new Array<Core>(given)
  for (let index = 0; index < given; index++)
    args[index] = expandArgument(expander, params[index] ?? signature.rest, form.items[index + 1]!, scope)
  const most = signature.rest === undefined ? params.length : Number.POSITIVE_INFINITY
  // Only the last parameters may be left out.
  if (given > most || (given < params.length && params[given]!.optional !== true)) {
    const least = params.filter((param) => param.optional !== true).length
    const head = form.items[0]!
    const name = head.kind === "symbol" ? head.name : signature.name
    expander.report(
      catalog.wrongArity.at(form.span, {
        name,
        expected: expectedCount(least, most),
        given,
        shape: shapeOf(signature, name)
      })
    )
  }
  return args
}

export const expandArgument = (expander: Expansion, param: Param | undefined, datum: Datum, scope: Scope): Core => {
  if (param?.mode === "body") return expander.body(datum, scope)
  if (param?.mode === "key" && datum.kind === "symbol" && !datum.name.startsWith("$")) {
    const named = expander.lookup(datum.name, scope)
    if (named?.kind === "binding") expander.report(catalog.keyLooksLikeLocal.at(datum.span, { name: datum.name }))
    else if (datum.name.includes("$"))
      expander.report(catalog.dollarInKey.at(datum.span, { name: datum.name, text: joined(datum.name) }))
    return literal({ type: "string", value: datum.name }, datum.span)
  }
  return param?.mode === "channel" ? expandChannel(expander, datum, scope) : expander.expand(datum, scope)
}

/** A local that somebody wanted the value of inside a key: `user:$id`. */
export const localInKey = /\$([\p{L}\p{N}_-]+)/gu

/** The key as it was meant: a text with the values of the locals behind each `$`. */
const joined = (key: string): string => {
  const parts = key.split(localInKey).map((part, index) => (index % 2 === 0 ? JSON.stringify(part) : part))
  return `\`(str ${parts.filter((part) => part !== '""').join(" ")})\``
}

const expectedCount = (least: number, most: number): string => {
  if (least === most) return counted(least)
  return most === Number.POSITIVE_INFINITY ? `${least} or more arguments` : `${least} to ${counted(most)}`
}

const shapeOf = (signature: Signature, name: string): string => {
  const params = signature.params.map((param) => (param.optional === true ? `[${param.name}]` : param.name))
  const rest = signature.rest === undefined ? [] : [`${signature.rest.name}…`]
  return `\`(${[name, ...params, ...rest].join(" ")})\``
}
