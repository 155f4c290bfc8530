/**
 * Checks that what many clients have seen of one key is what a key that does one thing at a time could have shown them: for
 * each operation there is a moment between its call and its return at which it happened. The search is that of Wing and Gong,
 * with a memory of what was tried (Lowe). What changes nothing happens as soon as it can, and its turn is never tried twice: so
 * the states are as many as the sets of changes, at most 2^n for n changes at once.
 */

/** What a key holds; undefined when it is missing. */
export type Held = number | undefined

export type Call =
  | { readonly kind: "get" }
  | { readonly kind: "set"; readonly value: number }
  | { readonly kind: "del" }
  | { readonly kind: "incr"; readonly by: number }
  | { readonly kind: "snx"; readonly value: number }
  | { readonly kind: "cas"; readonly old: number; readonly value: number }

/** What a client was told: of `get` what the key holds, of `incr` the sum, of `snx` and `cas` whether it was written. */
export type Answer = Held | boolean

export interface Operation {
  readonly client: string
  readonly key: string
  readonly call: Call
  /** Both of one clock that never goes back, in any unit. */
  readonly calledAt: number
  /** Undefined when no answer came: it may have happened at any time after its call, or not at all. */
  readonly returned: { readonly at: number; readonly answer: Answer } | undefined
}

/** The operations of the first key whose history cannot be; undefined when all can be. */
export const findImpossible = (history: ReadonlyArray<Operation>): ReadonlyArray<Operation> | undefined => {
  const keys = Map.groupBy(history, ({ key }) => key)
  return [...keys.values()].find((operations) => !isLinearizable(operations))
}

/** What the call does to a key, and what it answers. */
export const carryOut = (held: Held, call: Call): { readonly held: Held; readonly answer: Answer } => {
  switch (call.kind) {
    case "get":
      return { held, answer: held }
    case "set":
      return { held: call.value, answer: true }
    case "del":
      return { held: undefined, answer: true }
    case "incr":
      return { held: (held ?? 0) + call.by, answer: (held ?? 0) + call.by }
    case "snx":
      return held === undefined ? { held: call.value, answer: true } : { held, answer: false }
    case "cas":
      return held === call.old ? { held: call.value, answer: true } : { held, answer: false }
  }
}

/** A call or a return, in a list ordered by their times. */
interface Event {
  readonly operation: Operation
  /** Of a call: its return. */
  readonly end: Event | undefined
  readonly bit: bigint
  before: Event | undefined
  after: Event | undefined
}

/** So many states fit into memory: those of `changesMax` changes at once, each with the value that any of them left. */
const triedMax = 1_000_000

/** With so many calls on a key that may change it, a third of them in doubt, a history is decided in seconds, whatever their times
 * and however much is read. */
export const changesMax = 13

/** Whether an operation may have changed its key. `snx` and `cas` do only if they are told that they did, or nothing. */
const mayChange = ({ call, returned }: Operation): boolean => call.kind !== "get" && returned?.answer !== false

/** Something done, and what could be seen right after it. */
interface Step {
  readonly event: Event
  /** What the key held before. */
  readonly held: Held
  readonly seen: ReadonlyArray<Event>
}

/** Whether operations on one key, missing at first, can have happened one after the other. Throws when there are too many
 * changes at once to find out. */
export const isLinearizable = (operations: ReadonlyArray<Operation>): boolean => {
  const told = operations.filter((operation) => mayChange(operation) || operation.returned !== undefined)
  const head = listOf(told)
  const tried = new Set<string>()
  const done: Array<Step> = []
  let held: Held
  let happened = 0n
  const seenAtFirst = see(head, held)
  for (const { bit } of seenAtFirst) happened |= bit
  let event = head.after
  let left = told.filter(({ returned }) => returned !== undefined).length - seenAtFirst.length
  while (left > 0) {
    if (event?.end !== undefined) {
      const next = fits(held, event.operation)
      const place = next && `${(happened | event.bit).toString(32)} ${next.held}`
      if (next !== undefined && !tried.has(place!)) {
        if (tried.size === triedMax)
          throw new Error(`${operations.length} operations on a key are too many to be decided`)
        tried.add(place!)
        take(event)
        const seen = see(head, next.held)
        done.push({ event, held, seen })
        held = next.held
        for (const { bit } of [event, ...seen]) happened |= bit
        left -= seen.length + (event.operation.returned === undefined ? 0 : 1)
        event = head.after
      } else event = event.after
    } else {
      // A return is reached whose call has not happened: what was done last must have been something else.
      const last = done.pop()
      if (last === undefined) return false
      held = last.held
      left += last.seen.length + (last.event.operation.returned === undefined ? 0 : 1)
      for (const each of [...last.seen.toReversed(), last.event]) {
        happened &= ~each.bit
        putBack(each)
      }
      event = last.event.after
    }
  }
  return true
}

/** Takes out of the list all that may happen now, was answered, and changes nothing: no later moment could suit the others better. */
const see = (head: Event, held: Held): ReadonlyArray<Event> => {
  const seen: Array<Event> = []
  for (let event = head.after; event !== undefined; ) {
    if (event.end === undefined) break
    if (mayChange(event.operation) || fits(held, event.operation) === undefined) event = event.after
    else {
      const { before } = event
      take(event)
      seen.push(event)
      event = before!.after
    }
  }
  return seen
}

/** What was not answered need not have happened: where it would change nothing it is left out. */
const fits = (held: Held, { call, returned }: Operation): { readonly held: Held } | undefined => {
  const next = carryOut(held, call)
  const isFit = returned === undefined ? next.held !== held : returned.answer === next.answer
  return isFit ? next : undefined
}

const nothing: Operation = { client: "", key: "", call: { kind: "get" }, calledAt: 0, returned: undefined }

/** The list behind its head. Who was not answered returns after all others: then it may as well happen when nobody looks. */
const listOf = (operations: ReadonlyArray<Operation>): Event => {
  const link = { before: undefined, after: undefined }
  const events = operations.flatMap((operation, index) => {
    const bit = 1n << BigInt(index)
    const end: Event = { operation, end: undefined, bit, ...link }
    const start: Event = { operation, end, bit, ...link }
    return [
      { event: start, at: operation.calledAt, order: 0 },
      { event: end, at: operation.returned?.at ?? Number.POSITIVE_INFINITY, order: 1 }
    ]
  })
  // Of one moment calls come first: then they overlap, which asks for less.
  events.sort((a, b) => (a.at === b.at ? a.order - b.order : a.at - b.at))
  const head: Event = { operation: nothing, end: undefined, bit: 0n, ...link }
  let last = head
  for (const { event } of events) {
    last.after = event
    event.before = last
    last = event
  }
  return head
}

const take = (start: Event): void => {
  for (const event of [start, start.end!]) {
    event.before!.after = event.after
    if (event.after !== undefined) event.after.before = event.before
  }
}

const putBack = (start: Event): void => {
  for (const event of [start.end!, start]) {
    event.before!.after = event
    if (event.after !== undefined) event.after.before = event
  }
}
