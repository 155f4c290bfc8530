import { compare } from "../../../runtime/value/equal.ts"
import { ErrorValue, isTrue, List, type Value } from "../../../runtime/value/value.ts"
import { pureLibrary } from "../../../stdlib/impl/library.ts"
import type { Builtin, Interpreter } from "./interpreter.ts"

type OverList = (call: (...args: ReadonlyArray<Value>) => Value, items: ReadonlyArray<Value>, list: List) => Value

/** A function of a function and a list; what else it takes stands between the two. */
const over =
  (name: string, run: OverList): Builtin =>
  (machine, [callee, items]) =>
    run((...args) => machine.call(callee!, args), itemsOf(listOf(machine, name, callee!, items!)), items as List)

const listOf = (machine: Interpreter, name: string, callee: Value, items: Value): List => {
  machine.checked(":fn", callee, `\`f\` of \`${name}\``)
  return machine.checked(":list", items, `\`items\` of \`${name}\``) as List
}

/** An array of its own: that of a list may grow, as lists that were appended to share it. */
const itemsOf = (list: List): ReadonlyArray<Value> => list.items.slice(0, list.size)

const fold: Builtin = (machine, [callee, start, items]) =>
  itemsOf(listOf(machine, "core/list/fold", callee!, items!)).reduce(
    (total, item) => machine.call(callee!, [total, item]),
    start!
  )

const insertSorted: OverList = (before, items, list) => {
  const sorted: Array<Value> = []
  for (const item of items) {
    const at = sorted.findIndex((other) => isTrue(before(item, other)))
    sorted.splice(at < 0 ? sorted.length : at, 0, item)
  }
  return new List(list.bracket, sorted)
}

const sortBy: OverList = (key, items, list) => {
  const keyed = items.map((item) => ({ item, key: key(item) }))
  return new List(
    list.bracket,
    keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ item }) => item)
  )
}

/** What is written in sxs in the library; here once more, in another way. */
export const prelude: ReadonlyArray<readonly [string, Builtin]> = [
  ["core/list/fold", fold],
  ...Object.entries<OverList>({
    "core/list/map": (call, items, list) =>
      new List(
        list.bracket,
        items.map((item) => call(item))
      ),
    "core/list/filter": (call, items, list) =>
      new List(
        list.bracket,
        items.filter((item) => isTrue(call(item)))
      ),
    "core/list/each": (call, items) => {
      for (const item of items) call(item)
      return null
    },
    "core/list/find": (call, items) => {
      const found = items.find((item) => isTrue(call(item)))
      return found === undefined ? new ErrorValue("not found") : found
    },
    "core/list/any": (call, items) => items.some((item) => isTrue(call(item))),
    "core/list/all": (call, items) => items.every((item) => isTrue(call(item))),
    "core/list/count-if": (call, items) => items.filter((item) => isTrue(call(item))).length,
    "core/list/sort-by": sortBy,
    "core/list/sort-with": insertSorted,
    "core/list/group-by": (call, items, list) =>
      pureLibrary.get("core/list/group-keyed")!(
        list,
        new List(
          "(",
          items.map((item) => call(item))
        )
      )
  }).map(([name, run]): readonly [string, Builtin] => [name, over(name, run)])
]
