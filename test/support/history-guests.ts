import type { ChildProcess } from "node:child_process"
import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { becomeGuest, type Guest } from "../../runtime/host/guest.ts"
import { OwnerLost } from "../../runtime/host/operations.ts"
import { ErrorValue, type Value } from "../../runtime/index.ts"
import type { Answer, Call, Operation } from "./linearizability.ts"
import type { Random } from "./random.ts"

type Kv = Guest["operations"]["kv"]

/** What comes of it: `undone` says that the owner was gone before it was asked. */
type Outcome = { readonly kind: "answered"; readonly answer: Answer } | { readonly kind: "in doubt" | "undone" }

export interface GuestOptions {
  readonly name: string
  readonly directory: string
  readonly random: Random
  readonly keys: number
  /** Asked before each change of a key, of that index; when it is not granted, the guest reads instead. */
  readonly mayChange: (key: number) => boolean
  readonly now: () => number
  /** The program has ended, and with it the owner. */
  readonly isOver: () => boolean
}

/**
 * A client from outside: works on the keys through the owner of the store, whoever has it at the time, until the program is
 * over. Yields what it did and was told, also what it was not told.
 */
export const workAsGuest = async (options: GuestOptions): Promise<ReadonlyArray<Operation>> => {
  const done: Array<Operation> = []
  const { isOver, name, now } = options
  for (let index = 0; !isOver(); ) {
    await asGuest(options.directory, async (kv) => {
      for (let isThere = true; isThere && !isOver(); index++) {
        const { call, key } = choose(options, index)
        const calledAt = now()
        const outcome = await outcomeOf(ask(kv, key, call))
        const operation = { client: name, key, call, calledAt }
        if (outcome.kind === "answered") done.push({ ...operation, returned: { at: now(), answer: outcome.answer } })
        if (outcome.kind === "in doubt") done.push({ ...operation, returned: undefined })
        isThere = outcome.kind === "answered"
      }
    })
  }
  return done
}

/** Sets the key `epoch` to 1, 2, 3 …; yields when each was on its way. */
export const countEpochs = async (
  options: Omit<GuestOptions, "random" | "keys" | "mayChange" | "name">
): Promise<ReadonlyArray<number>> => {
  const startedAt = [0]
  while (!options.isOver()) {
    await asGuest(options.directory, async (kv) => {
      for (let isThere = true; isThere && !options.isOver(); ) {
        const epoch = startedAt.push(options.now()) - 1
        isThere = (await outcomeOf(kv.set("epoch", epoch))).kind === "answered"
      }
    })
  }
  return startedAt
}

const asGuest = (directory: string, work: (kv: Kv) => Promise<void>): Promise<void> =>
  Effect.runPromise(
    becomeGuest(directory).pipe(
      Effect.flatMap(({ operations }) => Effect.promise(() => work(operations.kv))),
      // Nobody there yet, or any more: the next one comes soon.
      Effect.catch(() => Effect.promise(() => setTimeout(5))),
      Effect.scoped
    )
  )

const outcomeOf = (asked: Effect.Effect<Value, unknown>): Promise<Outcome> =>
  Effect.runPromise(
    Effect.match(asked, {
      onSuccess: (value): Outcome => ({ kind: "answered", answer: answerOf(value) }),
      onFailure: (error): Outcome => {
        if (!(error instanceof OwnerLost)) throw error
        return { kind: error.inDoubt ? "in doubt" : "undone" }
      }
    })
  )

const answerOf = (value: Value): Answer => {
  if (typeof value === "number" || typeof value === "boolean") return value
  if (value instanceof ErrorValue && value.content === "key not found") return undefined
  throw new Error(`unexpected answer ${String(value)}`)
}

const ask = (kv: Kv, key: string, call: Call): Effect.Effect<Value, unknown> => {
  switch (call.kind) {
    case "get":
      return kv.get(key)
    case "set":
      return kv.set(key, call.value)
    case "del":
      return kv.del(key)
    case "incr":
      return kv.incr(key, call.by)
    case "snx":
      return kv.snx(key, call.value)
    case "cas":
      return kv.cas(key, call.old, call.value)
  }
}

const choose = (
  { keys, mayChange, name, random }: GuestOptions,
  index: number
): { readonly key: string; readonly call: Call } => {
  const place = Math.floor(random.below(keys))
  const value = 10 ** 9 * (1 + Number(name.split(" ")[1])) + index * 1000
  const calls: ReadonlyArray<Call> = [
    { kind: "get" },
    { kind: "get" },
    { kind: "set", value },
    { kind: "incr", by: 1 },
    { kind: "snx", value },
    { kind: "cas", old: value - 1000, value },
    { kind: "del" }
  ]
  const call = calls[Math.floor(random.below(calls.length))]!
  return { key: `h:${place}`, call: call.kind === "get" || mayChange(place) ? call : { kind: "get" } }
}

/** The lines of the process as they come, each with its time. */
export const linesOf = async (
  child: ChildProcess,
  seen: (line: string) => void
): Promise<number | NodeJS.Signals | null> => {
  let rest = ""
  child.stdout!.setEncoding("utf8").on("data", (piece: string) => {
    const lines = (rest + piece).split("\n")
    rest = lines.pop()!
    for (const line of lines) seen(line)
  })
  return await new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (exitCode, signal) => resolve(signal ?? exitCode))
  })
}
