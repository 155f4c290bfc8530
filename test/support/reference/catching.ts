import { Fault } from "../../../runtime/errors.ts"
import { ErrorValue, isTrue, List, SxsMap, type Value } from "../../../runtime/value/value.ts"
import { wrongArgument } from "../../../stdlib/impl/wrong-argument.ts"
import { finish } from "./callables.ts"
import { DoesNotCompile, type Form, Interpreter } from "./interpreter.ts"
import { withPrefix } from "./store.ts"
import { Stopped } from "./tasks.ts"

const try_: Form = (machine, { items: [, expression, handler] }, scope) => {
  const value = machine.evaluate(expression!, scope)
  if (!(value instanceof ErrorValue)) return value
  const inner = scope.inner()
  inner.define("$error", value.content)
  return machine.body(handler!, inner)
}

/** Too deep or too large for a commit: cannot be caught. */
const uncatchable = new Set(["SXS6206", "SXS6211", "SXS6212", "SXS6999"])

const recover: Form = (machine, { items: [, body, handler] }, scope) => {
  const { prefix } = machine.state
  try {
    return machine.body(body!, scope)
  } catch (thrown) {
    if (!(thrown instanceof Fault) || uncatchable.has(thrown.code)) throw thrown
    machine.state.prefix = prefix
    machine.skip(body, scope)
    const inner = scope.inner()
    inner.define("$exception", thrown.message)
    inner.define("$fault", faultMap(thrown))
    return machine.body(handler!, inner)
  }
}

/** Where a fault was raised is no part of what the reference says: there is something, and programs must not look at it. */
const faultMap = (fault: Fault): SxsMap =>
  new SxsMap(
    new Map<string, Value>([
      ["message", fault.message],
      ["code", fault.code],
      ["data", fault.data],
      ["file", ""],
      ["line", 0],
      ["trace", ""]
    ])
  )

const fault: Form = (machine, { items: [, message, data] }, scope) => {
  const said = machine.evaluate(message!, scope)
  const known = data === undefined ? null : machine.evaluate(data, scope)
  throw new Fault("SXS6301", asText("fault", said), known)
}

const asText = (name: string, value: Value): string => {
  if (typeof value === "string") return value
  throw wrongArgument(name, "a text", value)
}

const error: Form = (machine, form, scope) => {
  const [, message, data] = form.items
  const text = machine.evaluate(message!, scope)
  if (data === undefined) return new ErrorValue(text, machine.place(form))
  const content = new SxsMap(
    new Map([
      ["message", text],
      ["data", machine.evaluate(data, scope)]
    ])
  )
  return new ErrorValue(content, machine.place(form))
}

const assert: Form = (machine, { items: [, condition, message] }, scope) => {
  if (isTrue(machine.evaluate(condition!, scope))) return null
  throw new Fault("SXS6302", asText("assert", machine.evaluate(message!, scope)))
}

const defer: Form = (machine, { items: [, ...body] }, scope) => {
  // Captured locals are never assigned, so that seeing them is as good as having their values.
  const { prefix } = machine.state
  scope.run.deferred.push(() =>
    withPrefix(machine, prefix, () => {
      finish({ deferred: [] }, () => machine.sequence(body, scope.inner()))
    })
  )
  return null
}

const atomic: Form = (machine, { items: [, ...body] }, scope) => {
  const { state } = machine
  const before = { keys: new Map(state.keys), lines: machine.lines.length, tasks: machine.tasks.length }
  state.atomics++
  try {
    return machine.sequence(body, scope)
  } catch (thrown) {
    if (thrown instanceof Fault || thrown instanceof Stopped) {
      state.keys = before.keys
      machine.lines.length = before.lines
      machine.tasks.length = before.tasks
    }
    throw thrown
  } finally {
    state.atomics--
  }
}

const apply: Form = (machine, { items: [, callee, args] }, scope) => {
  const target = machine.evaluate(callee!, scope)
  const list = machine.evaluate(args!, scope)
  if (!(list instanceof List))
    throw new Fault("SXS6203", `\`apply\` takes the arguments as a list, got ${machine.shown(list)}`)
  return machine.call(target, list.toArray())
}

/** What does not compile is an error value of some content: programs must not look at it. */
const eval_: Form = (machine, { items: [, text] }, scope) => {
  const source = { name: "eval", text: asText("core/expr/eval", machine.evaluate(text!, scope)) }
  try {
    return new Interpreter(source, machine).file()
  } catch (thrown) {
    if (thrown instanceof DoesNotCompile) return new ErrorValue("does not compile")
    throw thrown
  }
}

/** What goes wrong, and what must happen all the same. */
export const catching: ReadonlyArray<readonly [string, Form]> = [
  ["try", try_],
  ["recover", recover],
  ["fault", fault],
  ["error", error],
  ["assert", assert],
  ["defer", defer],
  ["atomic", atomic],
  ["apply", apply],
  ["eval", eval_],
  ["core/expr/eval", eval_]
]
