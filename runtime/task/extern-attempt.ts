import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { type ExternFunction, idOf } from "../bundle/extern-modules.ts"
import { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { encode } from "../value/codec.ts"
import { fromPlain, SxsError, toPlain } from "../value/plain.ts"
import type { RecordTypes } from "../value/types.ts"
import { ErrorValue, type Value } from "../value/value.ts"
import type { ExternCall } from "./extern-call.ts"

/** What a function of a module gets behind its arguments. */
export interface ExternContext {
  /** Aborts when nobody waits for the result any more: a time limit, a cancellation, the end of the process. */
  readonly signal: AbortSignal
  readonly idempotencyKey: string
  /** From 1 on. */
  readonly attempt: number
}

/** What has become of an attempt. A value may be an error value; `failed` may be tried again. */
export type Attempted =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "failed"; readonly message: string; readonly value: ErrorValue }

/**
 * Calls the function once. Interruption aborts the signal, and what the function yields afterwards is dropped. What it throws,
 * a promise that is rejected, an Effect that fails, and a time limit that passes are a failed attempt; a result that is not
 * of the declared type is an error value, as another attempt would yield the same.
 */
export const attemptCall = (
  call: ExternCall,
  run: ExternFunction,
  facts: { readonly records: RecordTypes; readonly idempotencyKey: string; readonly attempt: number }
): Effect.Effect<Attempted> => {
  const { timeout } = call.extern.options
  const called = Effect.suspend(() => {
    const abort = new AbortController()
    const { attempt, idempotencyKey } = facts
    const invoked = invoke(run, [...call.args.map(toPlain), { signal: abort.signal, idempotencyKey, attempt }])
    return Effect.onInterrupt(invoked, () => Effect.sync(() => abort.abort()))
  })
  const limited: Effect.Effect<unknown, unknown> =
    timeout === undefined
      ? called
      : Effect.timeoutOrElse(called, {
          duration: timeout,
          orElse: () => Effect.fail(new Error(`no answer within ${timeout} ms`))
        })
  return Effect.match(limited, {
    onSuccess: (result): Attempted => ({ kind: "value", value: resultValue(call, facts.records, result) }),
    onFailure: failedAttempt
  })
}

/** Plain values, promises and Effects. To look at what was returned may throw as well: it may be a proxy, or have getters. */
const invoke = (run: ExternFunction, args: ReadonlyArray<unknown>): Effect.Effect<unknown, unknown> => {
  try {
    const returned = run(...args)
    if (Effect.isEffect(returned))
      return Effect.catchCause(returned as Effect.Effect<unknown, unknown>, (cause) => Effect.fail(Cause.squash(cause)))
    return isPromise(returned) ? settled(returned) : Effect.succeed(returned)
  } catch (thrown) {
    return Effect.fail(thrown)
  }
}

const settled = (promise: PromiseLike<unknown>): Effect.Effect<unknown, unknown> =>
  Effect.callback<unknown, unknown>((resume) => {
    const refused = (reason: unknown) => resume(Effect.fail(reason))
    try {
      promise.then((value) => resume(Effect.succeed(value)), refused)
    } catch (thrown) {
      refused(thrown)
    }
  })

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === "object" || typeof value === "function") &&
  value !== null &&
  typeof (value as { readonly then?: unknown }).then === "function"

/** The result as a value of the declared type, or an error value that says why it is none. */
const resultValue = ({ extern }: ExternCall, records: RecordTypes, result: unknown): Value => {
  try {
    const value = plainResult(result, extern.result, records, `the result of \`${idOf(extern)}\``)
    encode(value)
    return value
  } catch (thrown) {
    // Whatever it is, such as what a getter throws, or a stack that is full: it comes of the value.
    const isOurs = thrown instanceof TypeError || thrown instanceof Fault
    const message = saidOf(thrown)
    return new ErrorValue(clip(isOurs ? message : `the result of \`${idOf(extern)}\` cannot be read: ${message}`))
  }
}

/** Nothing is none, and an error value needs no declaration. Throws `TypeError` for what is not of the type. */
export const plainResult = (result: unknown, type: string, records: RecordTypes, what: string): Value =>
  fromPlain(result ?? null, { type: result instanceof SxsError ? ":error" : type, records, what })

const failedAttempt = (thrown: unknown): Attempted => {
  const message = clip(saidOf(thrown))
  if (!(thrown instanceof SxsError)) return { kind: "failed", message, value: new ErrorValue(message) }
  try {
    const value = fromPlain(thrown, { type: ":error", records: new Map(), what: "the error" }) as ErrorValue
    encode(value)
    return { kind: "failed", message, value }
  } catch {
    return { kind: "failed", message, value: new ErrorValue(message) }
  }
}

/** `messageOf` of anything, also of what throws when it is looked at. */
const saidOf = (thrown: unknown): string => {
  try {
    return String(messageOf(thrown))
  } catch {
    return "what was thrown cannot be shown"
  }
}

/** What was thrown in words: of an `Error` its message, with that of its cause where it says no more than that. */
export const messageOf = (thrown: unknown): string => {
  if (thrown instanceof SxsError)
    return typeof thrown.content === "string" ? thrown.content : JSON.stringify(thrown.content, bigints)
  if (!(thrown instanceof Error)) return typeof thrown === "string" ? thrown : `threw ${printThrown(thrown)}`
  const cause = thrown.cause instanceof Error ? `: ${thrown.cause.message}` : ""
  return `${thrown.message || thrown.name}${cause}`.toWellFormed()
}

const bigints = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value)

const printThrown = (thrown: unknown): string => {
  try {
    return JSON.stringify(thrown, bigints) ?? String(thrown)
  } catch {
    return String(thrown)
  }
}

const clip = (text: string): string =>
  text.length <= limits.externMessageUnitsMax ? text : `${text.slice(0, limits.externMessageUnitsMax).toWellFormed()}…`
