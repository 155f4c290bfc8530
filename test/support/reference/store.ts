import { Fault } from "../../../runtime/errors.ts"
import { add } from "../../../runtime/value/arithmetic.ts"
import { equal } from "../../../runtime/value/equal.ts"
import { print } from "../../../runtime/value/print.ts"
import { ErrorValue, isInt, List, type Value } from "../../../runtime/value/value.ts"
import { wrongArgument } from "../../../stdlib/impl/wrong-argument.ts"
import { forEach } from "./control.ts"
import type { Builtin, Form, Interpreter } from "./interpreter.ts"

/** The store of the program, and the prefix that is in force. */
export interface State {
  keys: Map<string, Value>
  prefix: string
  /** How many `atomic` are open. */
  atomics: number
  /** How long the running task has slept, in ms, and when it is cancelled. */
  slept: number
  sleptMax: number
  /** The limit that is exceeded then, when that is what ends it. */
  limit: object | undefined
}

/** What stands before everything that waits. */
export const waits = (state: State): void => {
  if (state.atomics === 0) return
  throw new Fault("SXS6303", "atomic: nothing inside may wait, as all of it happens at once or not at all")
}

type Operation = (state: State, key: string, args: ReadonlyArray<Value>, plainKey: string) => Value

/** A function whose first argument is a key. */
const keyed =
  (name: string, operation: Operation): Builtin =>
  ({ state }, [key, ...args]) => {
    if (typeof key !== "string") throw wrongArgument(`core/kv/${name}`, "a text as key", key)
    if (key === "") throw new Fault("SXS6006", "a key has at least 1 byte, got an empty text")
    return operation(state, state.prefix + key, args, key)
  }

const put = (state: State, key: string, value: Value): true => {
  state.keys.set(key, value)
  return true
}

const increment: Operation = (state, key, [by = 1], plainKey) => {
  if (!isInt(by)) throw wrongArgument("core/kv/incr", "an int to add", by)
  const present = state.keys.get(key) ?? 0
  if (!isInt(present)) throw new Fault("SXS6203", `core/kv/incr: \`${plainKey}\` holds ${print(present)}, not an int`)
  const sum = add(present, by)
  put(state, key, sum)
  return sum
}

const deletePrefix: Builtin = ({ state }, [prefix]) => {
  waits(state)
  const found = under(state, prefix as string)
  for (const [key] of found) state.keys.delete(key)
  return found.length
}

export const kvFunctions: ReadonlyArray<readonly [string, Builtin]> = [
  ["core/kv/set", keyed("set", (state, key, [value]) => put(state, key, value!))],
  [
    "core/kv/get",
    keyed("get", (state, key, [otherwise = new ErrorValue("key not found")]) => {
      const found = state.keys.get(key)
      return found === undefined ? otherwise : found
    })
  ],
  ["core/kv/exists", keyed("exists", (state, key) => state.keys.has(key))],
  ["core/kv/snx", keyed("snx", (state, key, [value]) => !state.keys.has(key) && put(state, key, value!))],
  [
    "core/kv/cas",
    keyed("cas", (state, key, [old, value]) => {
      const present = state.keys.get(key)
      return present !== undefined && equal(present, old!) && put(state, key, value!)
    })
  ],
  ["core/kv/incr", keyed("incr", increment)],
  [
    "core/kv/del",
    keyed("del", (state, key) => {
      state.keys.delete(key)
      return true
    })
  ],
  [
    "core/kv/count",
    ({ state }, [prefix]) => {
      waits(state)
      return under(state, prefix as string).length
    }
  ],
  ["core/kv/del-prefix", deletePrefix]
]

/** In the order of the keys' bytes. */
const under = (state: State, prefix: string): ReadonlyArray<readonly [string, Value]> =>
  [...state.keys]
    .filter(([key]) => key.startsWith(state.prefix + prefix))
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

const iterate: Form = (machine, { items: [, prefix, offset, limit, body] }, scope) => {
  const { state } = machine
  const first = machine.key(prefix!, scope)
  if (typeof first !== "string") throw wrongArgument("core/kv/scope", "a text as key", first)
  const skipped = machine.evaluate(offset!, scope) as number
  const most = machine.evaluate(limit!, scope) as number | null
  waits(state)
  const found = under(state, first).slice(skipped, most === null ? undefined : skipped + most)
  const size = state.prefix.length
  const entries = found.map(([key, value]) => new List("(", [key.slice(size), value]))
  forEach(machine, new List("(", entries), scope, (entry, turn) => {
    const [key, value] = (entry as List).toArray()
    turn.define("$key", key!)
    turn.define("$value", value!)
    machine.body(body!, turn)
    return true
  })
  return null
}

const inScope: Form = (machine, { items: [, prefix, body] }, scope) => {
  const added = machine.key(prefix!, scope)
  if (typeof added !== "string") throw wrongArgument("core/kv/scope", "a text as key", added)
  return withPrefix(machine, machine.state.prefix + added, () => machine.body(body!, scope))
}

export const withPrefix = <A>(machine: Interpreter, prefix: string, run: () => A): A => {
  const before = machine.state.prefix
  machine.state.prefix = prefix
  try {
    return run()
  } finally {
    machine.state.prefix = before
  }
}

export const kvForms: ReadonlyArray<readonly [string, Form]> = [
  ["core/kv/iterate", iterate],
  ["core/kv/scope", inScope]
]
