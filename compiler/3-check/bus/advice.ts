import { executionChannel } from "../../../stdlib/abi/bus.ts"
import type { FunctionDefinition } from "../../2-expand/core.ts"
import * as catalog from "../../catalog.ts"
import { type Diagnostic, inSource } from "../../diagnostic.ts"
import type { Span } from "../../source.ts"
import { areDisjoint, describeType, isNever, join, kind, type Type, without } from "../types.ts"
import { BusPlaces, type BusUse, placeKey, placeOnBus } from "./table.ts"

/**
 * Events that cannot arrive. Others may publish and listen too, so it is said only where the program itself is at odds:
 * it listens where nobody publishes and publishes, nearly there, where nobody listens. A place that is computed may be any,
 * and silences what could be about it.
 */
export const busAdvice = (uses: ReadonlyArray<BusUse>): ReadonlyArray<Diagnostic> => {
  const publishers = uses.filter((each) => each.kind === "publish")
  const listeners = uses.filter((each) => each.kind !== "publish")
  if (publishers.length === 0 || listeners.length === 0) return []
  const untaken = alone(publishers, new BusPlaces(listeners))
  const unpublished = alone(listeners, new BusPlaces(publishers)).filter(({ channel }) => channel !== executionChannel)
  const reach = new Reach()
  return [
    ...unpublished.flatMap((each) => listensInVain(each, untaken, reach)),
    ...publishedInVain(publishers, new BusPlaces(listeners))
  ]
}

/** Places that are compared with each other: who has more of them in vain has another problem. */
const comparedMax = 100

/** Those at whose places none of the others can be. */
const alone = (uses: ReadonlyArray<BusUse>, others: BusPlaces): ReadonlyArray<BusUse> => {
  const isMet = new Map<string, boolean>()
  return uses
    .filter((each) => {
      const { channel, topic } = each
      if (channel === undefined || topic === undefined) return false
      const key = placeKey(channel, topic)
      if (!isMet.has(key)) isMet.set(key, others.at(each).length > 0)
      return isMet.get(key) === false
    })
    .slice(0, comparedMax)
}

const listensInVain = (listener: BusUse, untaken: ReadonlyArray<BusUse>, reach: Reach): ReadonlyArray<Diagnostic> => {
  const others = untaken.filter((each) => each.channel === listener.channel && !mayAskFor(listener, each, reach))
  const near =
    others.find((each) => areNear(each.topic!, listener.topic!)) ?? (listener.isForEver ? others[0] : undefined)
  if (near === undefined) return []
  const { source } = near.definition
  return [
    inSource(
      catalog.neverPublished.at(
        placeOf(listener),
        { what: placeOnBus(listener), near: placeOnBus(near), isForEver: listener.isForEver },
        [{ span: near.call.span, message: "published here", source }]
      ),
      listener.definition.source
    )
  ]
}

/** The channel and the topic, as they stand in the source. */
const placeOf = ({ call: { args } }: BusUse): Span => ({ start: args[0]!.span.start, end: args[1]!.span.end })

/** Whether the event may be the question to which the listener gets the answer, or one that it sends on: who gives it or takes it
 * is outside of the program. */
const mayAskFor = (listener: BusUse, publisher: BusUse, reach: Reach): boolean => {
  const { definition, handler, kind } = listener
  if (kind === "subscribe") return handler !== undefined && reach.of(handler).has(publisher.definition)
  return reach.of(definition).has(publisher.definition) || reach.of(publisher.definition).has(definition)
}

/** The functions that one calls or makes closures of, also through others, and itself; each looked for once. */
class Reach {
  readonly #known = new Map<FunctionDefinition, ReadonlySet<FunctionDefinition>>()

  of(from: FunctionDefinition): ReadonlySet<FunctionDefinition> {
    const known = this.#known.get(from)
    if (known !== undefined) return known
    const reached = new Set([from])
    for (const each of reached) for (const used of each.uses) reached.add(used)
    this.#known.set(from, reached)
    return reached
  }
}

/** Topics below are told apart by a digit or two, so that one is near says nothing. */
const longTopicMin = 100

/** One slip apart: two digits the wrong way round, one missing, one too many. */
const areNear = (one: number, other: number): boolean =>
  Math.max(one, other) >= longTopicMin && isSlip(String(one), String(other))

const isSlip = (a: string, b: string): boolean => {
  if (a.length === b.length) return isSwap(a, b)
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (long.length !== short.length + 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  return short.slice(at) === long.slice(at + 1)
}

const isSwap = (a: string, b: string): boolean => {
  const differing = [...a].flatMap((digit, at) => (digit === b[at] ? [] : [at]))
  const [first, second] = differing
  return differing.length === 2 && second === first! + 1 && a[first!] === b[second] && a[second] === b[first!]
}

/** Data of a type that none of those takes who listen there. */
const publishedInVain = (publishers: ReadonlyArray<BusUse>, listeners: BusPlaces): ReadonlyArray<Diagnostic> => {
  const takers = new Map<string, Takers | undefined>()
  return publishers.flatMap((publisher) => {
    const { channel, definition, topic } = publisher
    const type = without(publisher.type, kind.error)
    if (channel === undefined || topic === undefined || isNever(type)) return []
    const key = placeKey(channel, topic)
    if (!takers.has(key)) takers.set(key, takersAmong(listeners.at(publisher)))
    const there = takers.get(key)
    if (there === undefined || there.types.some((each) => !areDisjoint(type, each))) return []
    const expected = describeType(there.types.reduce(join))
    const facts = { actual: describeType(type), expected, where: placeOnBus(publisher) }
    const { span } = publisher.call.args[2]!
    return [inSource(catalog.neverTaken.at(span, facts, there.related), definition.source)]
  })
}

/** Subscriptions that all say what they take. */
interface Takers {
  /** Each of them once. */
  readonly types: ReadonlyArray<Type>
  readonly related: NonNullable<Diagnostic["related"]>
}

/** Subscriptions that a message shows. */
const shownMax = 5

/** Undefined when nobody listens there for certain, or somebody takes anything. */
const takersAmong = (there: ReadonlyArray<BusUse>): Takers | undefined => {
  const isOpen = ({ channel, isTyped, topic }: BusUse) => !isTyped || channel === undefined || topic === undefined
  if (there.length === 0 || there.some(isOpen)) return undefined
  const types = new Map(there.map(({ type }) => [describeType(type), type] as const))
  const related = there.slice(0, shownMax).map(({ call, definition }) => ({
    span: call.span,
    message: "subscribed here",
    source: definition.source
  }))
  return { types: [...types.values()], related }
}
