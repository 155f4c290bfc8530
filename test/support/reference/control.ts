import type { Datum, ListDatum } from "../../../compiler/1-read/datum.ts"
import { Fault } from "../../../runtime/errors.ts"
import { add } from "../../../runtime/value/arithmetic.ts"
import { compare } from "../../../runtime/value/equal.ts"
import { isTrue, List, type Value } from "../../../runtime/value/value.ts"
import { symbolName } from "./callables.ts"
import type { Form, Interpreter } from "./interpreter.ts"
import { Done, Returned, type Scope } from "./scope.ts"

const value = (machine: Interpreter, datum: Datum | undefined, scope: Scope): Value =>
  datum === undefined ? null : machine.evaluate(datum, scope)

const def: Form = (machine, { items }, scope) => {
  scope.define(symbolName(items[1]), machine.evaluate(items[2]!, scope))
  return null
}

const set: Form = (machine, { items }, scope) => {
  scope.assign(symbolName(items[1]), machine.evaluate(items[2]!, scope))
  return null
}

const defn: Form = (machine, { items }, scope) => {
  const name = symbolName(items[1])
  scope.define(name, machine.closure(name, items.slice(2), scope))
  return null
}

const fn: Form = (machine, form, scope) => machine.closure(machine.place(form), form.items.slice(1), scope)

const if_: Form = (machine, { items: [, test, then, otherwise] }, scope) => {
  if (isTrue(machine.evaluate(test!, scope))) {
    const result = machine.evaluate(then!, scope)
    machine.skip(otherwise, scope)
    return result
  }
  machine.skip(then, scope)
  return value(machine, otherwise, scope)
}

const cond: Form = (machine, { items }, scope) => {
  let result: { readonly value: Value } | undefined
  for (const clause of items.slice(1) as ReadonlyArray<ListDatum>) {
    const [test, ...body] = clause.items
    if (result === undefined && (symbolName(test) === "else" || isTrue(machine.evaluate(test!, scope)))) {
      result = { value: machine.sequence(body, scope) }
    } else for (const skipped of clause.items) machine.skip(skipped, scope)
  }
  return result?.value ?? null
}

const junction =
  (until: boolean): Form =>
  (machine, { items }, scope) => {
    let last: Value = !until
    for (const [index, item] of items.slice(1).entries()) {
      last = machine.evaluate(item, scope)
      if (isTrue(last) !== until) continue
      for (const skipped of items.slice(index + 2)) machine.skip(skipped, scope)
      return last
    }
    return last
  }

/** Runs turns, each in a scope of its own, until one says that it was the last or leaves by `done`. */
const loop = (scope: Scope, turn: (scope: Scope, count: number) => boolean): Value => {
  try {
    for (let count = 1; turn(scope.inner(), count); count++);
  } catch (thrown) {
    if (thrown instanceof Done) return thrown.value
    throw thrown
  }
  return null
}

const while_: Form = (machine, { items: [, test, ...body] }, scope) => {
  loop(scope, (turn) => {
    if (!isTrue(machine.evaluate(test!, turn))) return false
    machine.sequence(body, turn)
    return true
  })
  return null
}

const for_: Form = (machine, { items: [, head, ...body] }, scope) => {
  const [name, first, second] = (head as ListDatum).items
  const from = machine.evaluate(first!, scope)
  const each = (item: Value, turn: Scope): true => {
    turn.define(symbolName(name), item)
    machine.sequence(body, turn)
    return true
  }
  if (second === undefined) {
    forEach(machine, from, scope, each)
    return null
  }
  const to = machine.evaluate(second, scope)
  let index = from
  loop(scope, (turn) => {
    if (!(compare(index, to) < 0)) return false
    each(index, turn)
    index = add(index, 1)
    return true
  })
  return null
}

/** The turns of a `for` over a list, and of what walks a list likewise. */
export const forEach = (
  machine: Interpreter,
  list: Value,
  scope: Scope,
  each: (item: Value, turn: Scope) => true
): void => {
  if (!(list instanceof List)) throw new Fault("SXS6203", `\`for\` runs over a list, got ${machine.shown(list)}`)
  // Its array may grow meanwhile, as lists that were appended to share it.
  const { items, size } = list
  loop(scope, (turn, count) => count <= size && each(items[count - 1]!, turn))
}

const do_: Form = (machine, { items: [, body] }, scope) =>
  loop(scope, (turn, count) => {
    turn.define("$iterations", count)
    machine.body(body!, turn)
    return true
  })

/** All forms that say what runs next. */
export const control: ReadonlyArray<readonly [string, Form]> = [
  ["def", def],
  ["set", set],
  ["defn", defn],
  ["fn", fn],
  ["if", if_],
  ["cond", cond],
  ["and", junction(false)],
  ["or", junction(true)],
  ["while", while_],
  ["for", for_],
  ["do", do_],
  [
    "done",
    (machine, { items }, scope) => {
      throw new Done(value(machine, items[1], scope))
    }
  ],
  [
    "return",
    (machine, { items }, scope) => {
      throw new Returned(value(machine, items[1], scope))
    }
  ],
  ["begin", (machine, { items }, scope) => machine.sequence(items.slice(1), scope)],
  ["deftest", () => null]
]
