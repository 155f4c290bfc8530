import { subscribe } from "../../../stdlib/signatures/bus-forms.ts"
import { call, literal, newBinding, text, use } from "../build.ts"
import type { Core, DeclaredType, FunctionDefinition } from "../core.ts"
import { none, typeText } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import { Scope } from "../scope.ts"
import { declaredType } from "../types.ts"
import { expandChannel } from "./channel.ts"
import { withDeferred } from "./defer.ts"
import { isParens, isSymbol, malformed } from "./shape.ts"
import type { SpecialForm } from "./special-form.ts"

/** The names by which a body knows its event, in the order of the handler's parameters. */
const eventNames = ["$data", "$channel", "$topic"] as const

export const sub: SpecialForm = {
  shape: "`(core/event/sub channel topic :type { … })`",
  doc: "Runs the body for each event, or each with data of the type, as a task with `$data`, `$channel`, `$topic`; yields an id for `core/event/unsub`.",
  expand: (expander, form, scope) => {
    const [, channel, topic, ...rest] = form.items
    const type = isSymbol(rest[0]) && rest[0].name.startsWith(":") ? rest[0] : undefined
    const [body, ...surplus] = type === undefined ? rest : rest.slice(1)
    if (channel === undefined || topic === undefined || body === undefined || surplus.length > 0) {
      const problem =
        surplus.length > 0
          ? "takes a channel, a topic, a type and one body; `{ … }` runs several forms in order"
          : "needs a channel, a topic and a body"
      return malformed(expander, form, scope, { at: surplus[0], problem, shape: sub.shape })
    }
    if (isParens(body) && isSymbol(body.items[0], "fn")) {
      const problem = "runs its body for each event, with `$data`; a function there is never called"
      return malformed(expander, form, scope, { at: body, problem, shape: sub.shape })
    }
    const { span } = form
    const declared = type === undefined ? ":any" : declaredType(expander, type)
    const handler = handlerOf(expander, scope, declared, span)
    const args = [
      expandChannel(expander, channel, scope),
      expander.expand(topic, scope),
      declared === ":any" ? literal(none, span) : text(typeText(declared), span)
    ]
    const site = siteOf(expander, scope)
    handler.target.body = withDeferred(handler.target, expander.body(body, handler.scope))
    const closure: Core = { kind: "closure", target: handler.target, span }
    return call(subscribe, [...args, closure, text(site, span)], span)
  }
}

const handlerOf = (
  expander: Expansion,
  around: Scope,
  declared: DeclaredType,
  span: Core["span"]
): { readonly target: FunctionDefinition; readonly scope: Scope } => {
  const target = expander.newFunction({ name: "sub", span, result: ":any" })
  const scope = new Scope(target, around)
  const types: ReadonlyArray<DeclaredType> = [declared, ":symbol", ":int"]
  for (const [index, name] of eventNames.entries()) {
    const binding = newBinding({ name, kind: "param", span, owner: target, type: types[index]! })
    scope.set(name, { kind: "binding", binding })
    target.params.push(binding)
  }
  use(around.owner, target)
  return { target, scope }
}

/** Where the form stands, by names and a number: another run of the program, or of a later version of it, finds what it has
 * subscribed there. */
const siteOf = (expander: Expansion, scope: Scope): string => {
  const around: Array<string> = []
  let owner: FunctionDefinition | undefined
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.owner !== owner) around.unshift(at.owner.name)
    owner = at.owner
  }
  // The outermost one tells files apart. What `eval` runs is a program of its own within a task of another.
  if (owner !== undefined) around[0] = owner.qualifiedName
  if (expander.programSource.name === "eval") around.unshift("eval")
  const path = around.join("/")
  return `${path}:${expander.nextOrdinal(path)}`
}
