import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { limits } from "../limits.ts"
import type { Namespace } from "../namespace.ts"
import { taskStates } from "../task/task.ts"
import { encode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"
import type { MethodName } from "./protocol.ts"
import { isValue } from "./wire.ts"

/**
 * What a guest may ask for, with the checks of its arguments. Loaded when the first guest has come.
 */
const method = <const Args extends ReadonlyArray<unknown>, A, E>(
  checks: { readonly [Index in keyof Args]: Check<Args[Index]> },
  run: (namespace: Namespace, ...args: Args) => Effect.Effect<A, E>
): Method<Args, A, E> => {
  const fits = (given: ReadonlyArray<unknown>): given is Args =>
    given.length === checks.length && checks.every((check, index) => check(given[index]))
  return { ask: (namespace, given) => (fits(given) ? run(namespace, ...given) : undefined) }
}

type Check<A> = (data: unknown) => data is A

/** `ask` is undefined when the arguments are not those of the method. The type of the arguments is for the guest. */
interface Method<Args extends ReadonlyArray<unknown>, A, E> {
  readonly ask: (namespace: Namespace, given: ReadonlyArray<unknown>) => Effect.Effect<A, E> | undefined
  readonly args?: Args
}

const state = Schema.Literals(taskStates)
const natural = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const text = Schema.is(Schema.String)
const textOrNone = Schema.is(Schema.NullOr(Schema.String))
const count = Schema.is(natural)
const upTo = Schema.is(Schema.Struct({ upTo: natural }))
const page = Schema.is(
  Schema.Struct({ state: Schema.optionalKey(state), after: Schema.optionalKey(Schema.String), limit: natural })
)
const limited = Schema.is(Schema.Struct({ limit: natural }))
const int = (data: unknown): data is number | bigint => typeof data === "bigint" || Number.isSafeInteger(data)

export const methods = {
  tasks: method([page], (namespace, options) =>
    namespace.tasks({ ...options, limit: Math.min(options.limit, limits.guestPageItems) })
  ),
  countTasks: method([upTo], (namespace, options) => namespace.countTasks(options)),
  findTask: method([text], (namespace, words) => namespace.findTask(words)),
  inspect: method([text], (namespace, task) => namespace.inspect(task)),
  taskKeys: method([text], (namespace, task) => namespace.taskKeys(task)),
  isHeld: method([text], (namespace, task) => namespace.isHeld(task)),
  result: method([text], (namespace, task) => namespace.result(task)),
  logs: method([text, limited], (namespace, task, { limit }) =>
    namespace.logs(task, { limit: Math.min(limit, limits.scanItemsMax) })
  ),
  settled: method([text], (namespace, task) =>
    Effect.andThen(Effect.raceFirst(namespace.ended(task), namespace.idle), namespace.result(task))
  ),
  pause: method([text], (namespace, task) => namespace.pause(task)),
  resume: method([text, isValue], (namespace, task, value) => namespace.resume(task, value)),
  cancel: method([text], (namespace, task) => namespace.cancel(task)),
  "kv get": method([text], ({ kv }, key) => kv.get(key)),
  "kv list": method([text, count, count, textOrNone], ({ kv }, prefix, offset, limit, after) =>
    listPage(kv, { prefix, offset, limit, after: after ?? undefined })
  ),
  "kv set": method([text, isValue], ({ kv }, key, value) => kv.set(key, value)),
  "kv del": method([text], ({ kv }, key) => kv.del(key)),
  "kv snx": method([text, isValue], ({ kv }, key, value) => kv.snx(key, value)),
  "kv cas": method([text, isValue, isValue], ({ kv }, key, old, value) => kv.cas(key, old, value)),
  "kv incr": method([text, int], ({ kv }, key, by) => kv.incr(key, by))
} satisfies Readonly<Record<MethodName, unknown>>

type Entry = readonly [key: string, value: Value]

/** Entries of the first part of a page; values may have 4 MiB each. Parts grow while they are small. */
const partItemsMin = 64

/** As many entries as fit into an answer, at least one; `isCut` when there may be more of those that were asked for. */
const listPage = Effect.fnUntraced(function* (
  kv: Namespace["kv"],
  asked: {
    readonly prefix: string
    readonly offset: number
    readonly limit: number
    readonly after: string | undefined
  }
) {
  const entries: Array<Entry> = []
  let units = 0
  for (let part = partItemsMin; entries.length < asked.limit && units < limits.guestPageUnits; part *= 2) {
    const wanted = Math.min(asked.limit - entries.length, part)
    const offset = entries.length === 0 ? asked.offset : 0
    const found = yield* kv.list(asked.prefix, offset, wanted, entries.at(-1)?.[0] ?? asked.after)
    for (const entry of found) {
      entries.push(entry)
      units += entry[0].length + encode(entry[1]).length
    }
    if (found.length < wanted) return { entries, isCut: false }
    if (units * 2 > limits.guestPageUnits) break
  }
  return { entries, isCut: entries.length < asked.limit }
})
