/**
 * Checks that what many clients have seen of one key is what a key that does one thing at a time could have shown them: for
 * each operation there is a moment between its call and its return at which it happened. The search is that of Wing and Gong,
 * with a memory of what was tried (Lowe).
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

/** What can be is found at once, what cannot be may need all orders to be tried: so many states fit into memory. */
const triedMax = 1_000_000

/** Whether operations on one key, missing at first, can have happened one after the other. Throws when there are too many of
 * them at once to find out. */
export const isLinearizable = (operations: ReadonlyArray<Operation>): boolean => {
  const head = listOf(operations)
  const tried = new Set<string>()
  const done: Array<{ readonly event: Event; readonly held: Held }> = []
  let held: Held
  let happened = 0n
  let event = head.after
  while (head.after !== undefined) {
    if (event?.end !== undefined) {
      const next = fits(held, event.operation)
      const place = next && `${happened | event.bit} ${next.held}`
      if (next !== undefined && !tried.has(place!)) {
        if (tried.size === triedMax)
          throw new Error(`${operations.length} operations on a key are too many to be decided`)
        tried.add(place!)
        done.push({ event, held })
        held = next.held
        happened |= event.bit
        take(event)
        event = head.after
      } else event = event.after
    } else {
      // A return is reached whose call has not happened: what was done last must have been something else.
      const last = done.pop()
      if (last === undefined) return false
      held = last.held
      happened &= ~last.event.bit
      putBack(last.event)
      event = last.event.after
    }
  }
  return true
}

const fits = (held: Held, { call, returned }: Operation): { readonly held: Held } | undefined => {
  const next = carryOut(held, call)
  return returned === undefined || returned.answer === next.answer ? next : undefined
}

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
  const head: Event = { operation: operations[0]!, end: undefined, bit: 0n, ...link }
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
