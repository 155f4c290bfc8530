import { compile } from "../../../compiler/compile.ts"
import { limits } from "../../../runtime/limits.ts"
import { add, amount, divide, multiply, negate, subtract } from "../../../runtime/value/arithmetic.ts"
import { decode, encode } from "../../../runtime/value/codec.ts"
import { compare, equal, same } from "../../../runtime/value/equal.ts"
import { hasType } from "../../../runtime/value/types.ts"
import { Closure, ErrorValue, List, Real, SxsMap, Sym, type Value } from "../../../runtime/value/value.ts"
import type { CompiledFunction, Intrinsics, Link } from "../../../stdlib/abi/intrinsics.ts"
import { pureLibrary } from "../../../stdlib/impl/library.ts"

interface Saved {
  readonly index: number
  readonly pc: number
  readonly slots: ReadonlyArray<string>
}

/** Takes what the program yields for `input`, which it gets with `(core/kv/get input)` and gives with `core/kv/set`. */
export type Run = (input: Value, options: { readonly fuel: number }) => ReadonlyMap<string, Value>

/**
 * A program that runs on nothing but the pure library and a map of keys. When the fuel is spent, its frames are encoded, and
 * decoded to go on, so that a small amount of fuel shows whether it also runs in pieces.
 */
export const compiled = async (text: string): Promise<Run> => {
  const { bundle, diagnostics } = compile({ name: "test.sxs", text })
  if (bundle === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"))
  const module = (await import(`data:text/javascript,${encodeURIComponent(bundle.code)}`)) as { readonly link: Link }
  return (input, { fuel }) => run(module.link, input, fuel)
}

const suspended = Symbol("suspended")

const run = (link: Link, input: Value, fuel: number): ReadonlyMap<string, Value> => {
  const keys = new Map<string, Value>([["input", input]])
  const meter = { fuel }
  const captured: Array<Saved> = []
  const functions: ReadonlyArray<CompiledFunction> = link(intrinsics(keys, meter, captured, () => functions))
  const stack: Array<Saved> = []
  let value = functions[0]!.hot()
  for (;;) {
    if (value === suspended) {
      stack.push(...captured.splice(0).reverse())
      value = null
      meter.fuel = fuel
    }
    const top = stack.pop()
    if (top === undefined) return keys
    value = functions[top.index]!.resume!({ pc: top.pc, slots: top.slots.map((slot) => decode(slot)) }, value)
  }
}

const intrinsics = (
  keys: Map<string, Value>,
  meter: { fuel: number },
  captured: Array<Saved>,
  functions: () => ReadonlyArray<CompiledFunction>
): Intrinsics => {
  const library = new Map<string, (...args: Array<Value>) => Value>([
    ...pureLibrary,
    ["core/util/log", () => true],
    ["core/kv/get", (key) => keys.get(key as string)!],
    ["core/kv/set", (key, value) => keys.set(key as string, value!).size > 0]
  ])
  const call = (callee: unknown, args: Array<unknown>): unknown => {
    const { index, captured: values } = callee as Closure
    return (functions()[index]!.hot as (...values: Array<unknown>) => unknown)(...values, ...args)
  }
  return {
    SUSPENDED: suspended,
    NEXT: Symbol("next"),
    RETURNED: Symbol("returned"),
    meter,
    save: (index, pc, slots) => {
      captured.push({ index, pc, slots: (slots as ReadonlyArray<Value>).map((slot) => encode(slot)) })
      return suspended
    },
    library: (name) => library.get(name)!,
    extern: () => () => null,
    real: (value) => new Real(value),
    symbol: Sym.of,
    list: (bracket, items) => new List(bracket, items as Array<Value>),
    error: (content, place) => new ErrorValue(content as Value, place),
    closure: (index, values) => new Closure("test", index, values as Array<Value>),
    call,
    call0: (callee) => call(callee, []),
    call1: (callee, a) => call(callee, [a]),
    call2: (callee, a, b) => call(callee, [a, b]),
    Real,
    List,
    Map: SxsMap,
    listItemsMax: limits.listItemsMax,
    grown: (list, items, count = items.length) => {
      items.length = count
      return (list as List).appendAll(items as Array<Value>)
    },
    double: (value) => (value as Real).value,
    amount: amount as Intrinsics["amount"],
    divide: divide as Intrinsics["divide"],
    textUnitsMax: limits.textUnitsMax,
    add: add as Intrinsics["add"],
    subtract: subtract as Intrinsics["subtract"],
    multiply: multiply as Intrinsics["multiply"],
    negate: negate as Intrinsics["negate"],
    compare: compare as Intrinsics["compare"],
    same: same as Intrinsics["same"],
    equal: equal as Intrinsics["equal"],
    is: (type, value) => hasType(value as Value, type, new Map()),
    check: (_, value) => value,
    spread: (value) => (value as List).toArray(),
    beforeSaving: () => {},
    catches: () => false,
    caught: (thrown) => {
      throw thrown
    },
    deliver: (value) => value,
    iterable: (value) => value as List
  }
}
