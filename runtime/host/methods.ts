import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import type { BusEvent, DeadLetterView } from "../bus/outside.ts"
import { limits } from "../limits.ts"
import type { Namespace } from "../namespace.ts"
import { taskStates } from "../task/task.ts"
import type { NumberedLine } from "../task/task-log.ts"
import { encode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"
import type { RequestName, StreamName } from "./protocol.ts"
import { isValue } from "./wire.ts"

/**
 * What a guest may ask for, with the checks of its arguments. Loaded when the first guest has come.
 */
const method = <const Args extends ReadonlyArray<unknown>, A, E>(
  checks: Checks<Args>,
  run: (namespace: Namespace, ...args: Args) => Effect.Effect<A, E>
): Method<Args, A, E> => ({
  ask: (namespace, given) => (fits(given, checks) ? run(namespace, ...given) : undefined)
})

/** The same for what is answered in parts: the next one is made when the guest has room for it. */
const stream = <const Args extends ReadonlyArray<unknown>, Part, A, E>(
  checks: Checks<Args>,
  run: (namespace: Namespace, emit: Emit<Part>, ...args: Args) => Effect.Effect<A, E>
): StreamMethod<Args, Part, A, E> => ({
  ask: (namespace, given, emit) => (fits(given, checks) ? run(namespace, emit, ...given) : undefined)
})

type Check<A> = (data: unknown) => data is A
type Checks<Args extends ReadonlyArray<unknown>> = { readonly [Index in keyof Args]: Check<Args[Index]> }

const fits = <Args extends ReadonlyArray<unknown>>(
  given: ReadonlyArray<unknown>,
  checks: Checks<Args>
): given is Args => given.length === checks.length && checks.every((check, index) => check(given[index]))

/** Succeeds when the part has left, or is on its way and there is room for another. */
export type Emit<Part> = (part: Part) => Effect.Effect<void>

/** `ask` is undefined when the arguments are not those of the method. The type of the arguments is for the guest. */
interface Method<Args extends ReadonlyArray<unknown>, A, E> {
  readonly ask: (namespace: Namespace, given: ReadonlyArray<unknown>) => Effect.Effect<A, E> | undefined
  readonly args?: Args
}

interface StreamMethod<Args extends ReadonlyArray<unknown>, Part, A, E> {
  readonly ask: (
    namespace: Namespace,
    given: ReadonlyArray<unknown>,
    emit: Emit<Part>
  ) => Effect.Effect<A, E> | undefined
  readonly args?: Args
}

const state = Schema.Literals(taskStates)
const natural = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const text = Schema.is(Schema.String)
const textOrNone = Schema.is(Schema.NullOr(Schema.String))
const count = Schema.is(natural)
const upTo = Schema.is(Schema.Struct({ upTo: natural }))
const page = Schema.is(
  Schema.Struct({
    state: Schema.optionalKey(state),
    left: Schema.optionalKey(Schema.Boolean),
    after: Schema.optionalKey(Schema.String),
    limit: natural
  })
)
const limited = Schema.is(Schema.Struct({ limit: natural }))
const reading = Schema.is(
  Schema.Struct({
    from: Schema.optionalKey(natural),
    last: Schema.optionalKey(natural),
    since: Schema.optionalKey(Schema.Int),
    follow: Schema.Boolean
  })
)
/** The runtime itself checks hash and manifest of a bundle before it looks at it. */
const newCode = Schema.is(
  Schema.Struct({
    hash: Schema.String,
    code: Schema.String,
    manifest: Schema.Record(Schema.String, Schema.Unknown),
    map: Schema.String
  })
)
const busPage = Schema.is(
  Schema.Struct({
    subscription: Schema.optionalKey(Schema.String),
    after: Schema.optionalKey(Schema.String),
    limit: natural
  })
)
const tapped = Schema.is(Schema.Struct({ channel: Schema.String, topic: Schema.optionalKey(natural) }))
const int = (data: unknown): data is number | bigint => typeof data === "bigint" || Number.isSafeInteger(data)

const bounded = <Options extends { readonly limit: number }>(options: Options): Options => ({
  ...options,
  limit: Math.min(options.limit, limits.guestPageItems)
})

export const methods = {
  tasks: method([page], (namespace, options) => namespace.tasks(bounded(options))),
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
  compare: method([newCode, textOrNone], (namespace, code, origin) =>
    namespace.upgrade({
      bundle: { ...code, manifest: code.manifest as unknown as Manifest },
      apply: false,
      strict: false,
      ...(origin !== null && { origin })
    })
  ),
  pause: method([text], (namespace, task) => namespace.pause(task)),
  resume: method([text, isValue], (namespace, task, value) => namespace.resume(task, value)),
  cancel: method([text], (namespace, task) => namespace.cancel(task)),
  "bus publish": method([text, count, isValue], ({ bus }, channel, topic, data) => bus.publish(channel, topic, data)),
  "bus subscriptions": method([busPage], ({ bus }, options) => bus.subscriptions(bounded(options))),
  "bus dead letters": method([busPage], ({ bus }, options) => lettersPage(bus, bounded(options))),
  "bus retry": method([text], ({ bus }, id) => bus.retryDeadLetter(id)),
  "bus drop": method([text], ({ bus }, id) => bus.dropDeadLetter(id)),
  "kv get": method([text], ({ kv }, key) => kv.get(key)),
  "kv list": method([text, count, count, textOrNone], ({ kv }, prefix, offset, limit, after) =>
    listPage(kv, { prefix, offset, limit, after: after ?? undefined })
  ),
  "kv set": method([text, isValue], ({ kv }, key, value) => kv.set(key, value)),
  "kv del": method([text], ({ kv }, key) => kv.del(key)),
  "kv snx": method([text, isValue], ({ kv }, key, value) => kv.snx(key, value)),
  "kv cas": method([text, isValue, isValue], ({ kv }, key, old, value) => kv.cas(key, old, value)),
  "kv incr": method([text, int], ({ kv }, key, by) => kv.incr(key, by))
} satisfies Readonly<Record<RequestName, unknown>>

export const streams = {
  "read log": stream([text, reading], (namespace, emit: Emit<ReadonlyArray<NumberedLine>>, task, options) =>
    namespace.readLog(task, options, emit)
  ),
  "bus tap": stream([tapped], (namespace, emit: Emit<Tapped>, filter) => Effect.scoped(tap(namespace, emit, filter)))
} satisfies Readonly<Record<StreamName, unknown>>

/** Events that a guest has not heard of yet. */
export interface Tapped {
  readonly events: ReadonlyArray<BusEvent>
  /** How many the owner had no room for, since the guest listens. */
  readonly missed: number
}

/** Events in one line; each may have 4 MiB. */
const tappedPerLine = 16

const tap = Effect.fnUntraced(function* (
  { bus }: Namespace,
  emit: Emit<Tapped>,
  filter: { readonly channel: string; readonly topic?: number }
) {
  const tap = yield* bus.tap(filter)
  // The guest knows then that it misses nothing from here on.
  yield* emit({ events: [], missed: 0 })
  for (;;) {
    const events = yield* tap.take
    const missed = tap.missed()
    for (let from = 0; from < events.length; from += tappedPerLine)
      yield* emit({ events: events.slice(from, from + tappedPerLine), missed })
  }
})

/** As many letters as fit into an answer, at least one; `isCut` when there may be more of those that were asked for. */
const lettersPage = Effect.fnUntraced(function* (
  bus: Namespace["bus"],
  { after, limit, ...asked }: Parameters<Namespace["bus"]["deadLetters"]>[0]
) {
  const letters: Array<DeadLetterView> = []
  let units = 0
  for (let last = after; letters.length < limit; ) {
    const wanted = Math.min(limit - letters.length, lettersPerPart)
    const found = yield* bus.deadLetters({ ...asked, limit: wanted, ...(last !== undefined && { after: last }) })
    letters.push(...found)
    for (const { data } of found) units += encode(data).length
    if (found.length === 0) return { letters, isCut: false }
    if (units > limits.guestPageUnits) break
    last = letters.at(-1)!.id
  }
  return { letters, isCut: letters.length < limit }
})

const lettersPerPart = 16

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
