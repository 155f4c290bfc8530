import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { ParentSpan } from "effect/Tracer"
import type { BusEvent } from "../../runtime/bus/outside.ts"
import type { BegunCall, CallOptions, Namespace, StoreUnavailable } from "../../runtime/index.ts"
import { ErrorValue, Fault, type Value } from "../../runtime/index.ts"
import { fault, isStackOverflow } from "../../runtime/task/faults.ts"
import { fromPlain, toPlain } from "../../runtime/value/plain.ts"
import { argumentsOf, checkFunction } from "./arguments.ts"
import { readBundle } from "./bundle.ts"
import { SxsArgumentError, SxsBundleError, type SxsCompileError, SxsStopped, SxsStoreError } from "./errors.ts"
import { type Explained, explained } from "./explain.ts"
import type { Results, TellResult } from "./results.ts"
import type { SxsResultError, SxsService, SxsStartError, SxsStarted } from "./service.ts"
import type {
  SxsCompiled,
  SxsEvent,
  SxsEventFilter,
  SxsFunction,
  SxsInput,
  SxsProgram,
  SxsSource,
  SxsStart,
  SxsTaskQuery,
  SxsValue
} from "./types.ts"
import { inspectionView, taskView } from "./views.ts"

export interface HostParts {
  readonly namespace: Namespace
  readonly results: Results
}

/** Events in the order in which they came; undefined when the store was closed. */
export type TakeEvents = Effect.Effect<ReadonlyArray<SxsEvent> | undefined>

const pageItems = 1000

/** An open store for a TypeScript program. Promises and streams are made from these effects. */
export class Host implements Omit<SxsService, "subscribe"> {
  readonly #parts: HostParts
  readonly #closing = Deferred.makeUnsafe<undefined>()
  #isClosed = false
  readonly #installed = new Set<string>()
  /** What is being written for somebody; the store is closed after it. */
  #underWay = 0
  readonly #settled = Latch.makeUnsafe(true)

  constructor(parts: HostParts) {
    this.#parts = parts
  }

  readonly compile = (source: SxsSource): Effect.Effect<SxsCompiled, SxsCompileError> =>
    Effect.flatMap(
      Effect.promise(() => import("./compile.ts")),
      ({ compileSource }) =>
        Effect.try({ try: () => compileSource(source), catch: (thrown) => thrown as SxsCompileError })
    )

  readonly call = <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    ...args: NoInfer<Args>
  ): Effect.Effect<Result, SxsStartError | SxsResultError> =>
    Effect.flatMap(traceparent, (trace) =>
      Effect.callback((resume) =>
        Effect.sync(this.whenCalled(callee, { args, traceparent: trace }, (exit) => resume(exit as CallExit<Result>)))
      )
    )

  /** `call` for a callback; what it gives takes that back: the task goes on, if it has begun. */
  readonly whenCalled = (
    callee: SxsFunction<ReadonlyArray<unknown>, unknown>,
    options: Started,
    told: TellCall
  ): (() => void) => {
    if (this.#isClosed) return toldNow(told, Exit.fail(closed()))
    let call: CallOptions
    try {
      call = this.#callOf(callee, options)
    } catch (thrown) {
      return toldNow(told, mistaken(thrown))
    }
    return this.#begin(call, told) ?? this.#startThen(callee, options, told)
  }

  /** Undefined: the program has not run here yet. */
  #begin(call: CallOptions, told: TellCall): (() => void) | undefined {
    if (!this.#installed.has(call.bundle)) return undefined
    let isUnderWay = true
    let waiting: (() => void) | undefined
    const settle = (): void => {
      isUnderWay = false
      this.#leave()
    }
    this.#enter()
    const begun = this.#parts.namespace.begin(call, (called) => {
      // Nobody may wait for it any more.
      if (!isUnderWay) return
      settle()
      if (Exit.isFailure(called)) told(Exit.failCause(Cause.map(called.cause, explained)))
      else waiting = this.#whenBegun(called.value, told)
    })
    if (begun === undefined) {
      settle()
      return undefined
    }
    return () => {
      if (!isUnderWay) return waiting?.()
      settle()
      begun()
    }
  }

  #whenBegun({ record, task }: BegunCall, told: TellCall): () => void {
    // Also while the store is being closed what is done becomes durable; what is not goes on with the next opening.
    if (this.#isClosed && record?.state !== "done") return toldNow(told, Exit.fail(new SxsStopped("closed", task)))
    return record === undefined ? this.whenResult(task, told) : this.#parts.results.whenBegun(record, told)
  }

  #startThen(callee: SxsFunction<ReadonlyArray<unknown>, unknown>, options: Started, told: TellCall): () => void {
    const called = Effect.flatMap(this.#start<SxsValue>(callee, options), ({ id, kind }) =>
      Effect.callback<SxsValue, SxsStartError | SxsResultError>((resume) =>
        Effect.sync(this.#whenBegun({ kind, task: id, record: undefined }, resume))
      )
    )
    return Effect.runCallback(called, { onExit: told })
  }

  readonly start = <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    options: SxsStart<NoInfer<Args>>
  ): Effect.Effect<SxsStarted<Result>, SxsStartError> =>
    Effect.flatMap(traceparent, (trace) => this.#start<Result>(callee, { traceparent: trace, ...options }))

  #start<Result>(
    callee: SxsFunction<ReadonlyArray<unknown>, unknown>,
    options: Started
  ): Effect.Effect<SxsStarted<Result>, SxsStartError> {
    return Effect.flatMap(
      checked(() => this.#callOf(callee, options)),
      (call) => {
        const called = this.#install(callee.program, () => Effect.mapError(this.#parts.namespace.call(call), explained))
        return Effect.map(this.#write(called), ({ kind, task }) => this.#started<Result>(kind, task))
      }
    )
  }

  readonly run = (
    given: SxsCompiled | SxsProgram,
    { fresh = false }: { readonly fresh?: boolean } = {}
  ): Effect.Effect<SxsStarted<SxsValue>, SxsStartError> => {
    const program = "program" in given ? given.program : given
    const started = Effect.gen({ self: this }, function* (this: Host) {
      const trace = yield* traceparent
      const start = { ...(yield* readProgram(program)), fresh, ...(trace !== undefined && { trace }) }
      return yield* Effect.mapError(this.#parts.namespace.startProgram(start), explained)
    })
    return Effect.map(this.#write(started), ({ kind, task }) =>
      this.#started<SxsValue>(kind === "started" ? "started" : "joined", task.id)
    )
  }

  readonly result = (task: string): Effect.Effect<SxsValue, SxsResultError> =>
    Effect.callback((resume) => Effect.sync(this.whenResult(task, resume)))

  /** `result` for a callback; what it gives takes that back. */
  readonly whenResult = (task: string, told: TellResult): (() => void) => {
    if (!this.#isClosed) return this.#parts.results.when(task, told)
    told(Exit.fail(closed()))
    return () => undefined
  }

  readonly inspect = (task: string) => this.#read((namespace) => Effect.map(namespace.inspect(task), inspectionView))

  readonly tasks = ({ limit = pageItems, ...query }: SxsTaskQuery = {}) =>
    this.#read((namespace) => Effect.map(namespace.tasks({ ...query, limit }), (tasks) => tasks.map(taskView)))

  readonly pause = (task: string) => this.#change((namespace) => Effect.asVoid(namespace.pause(task)))

  readonly resume = (task: string, value: SxsInput = null) =>
    Effect.flatMap(
      checked(() => storable(value, "the value of `resume`")),
      (yielded) => this.#change((namespace) => Effect.asVoid(namespace.resume(task, yielded)))
    )

  readonly cancel = (task: string) => this.#change((namespace) => Effect.asVoid(namespace.cancel(task)))

  readonly kv: SxsService["kv"] = {
    get: (key) => this.#read(({ kv }) => Effect.map(found(kv, key), (value) => value && toPlain(value[0]))),
    set: (key, value) =>
      Effect.flatMap(
        checked(() => storable(value, `the value of the key ${JSON.stringify(key)}`)),
        (stored) => this.#change(({ kv }) => written(kv.set(key, stored)))
      ),
    delete: (key) => this.#change(({ kv }) => written(kv.del(key))),
    list: (prefix, { after, limit = pageItems } = {}) =>
      this.#read(({ kv }) =>
        Effect.map(kv.list(prefix, 0, limit, after), (entries) =>
          entries.map(([key, value]) => [key, toPlain(value)] as const)
        )
      )
  }

  readonly publish = (channel: string, topic: number, data: SxsInput) =>
    Effect.flatMap(
      checked(() => storable(data, "the data of `publish`")),
      (value) => this.#change(({ bus }) => Effect.asVoid(bus.publish(channel, topic, value)))
    )

  /** What is published from the moment on at which the effect succeeds, until the scope closes. */
  readonly tap = ({
    channel,
    topic
  }: SxsEventFilter): Effect.Effect<TakeEvents, SxsArgumentError | SxsStoreError, Scope.Scope> =>
    this.#whenOpen(() => {
      const tapped = this.#parts.namespace.bus.tap(topic === undefined ? { channel } : { channel, topic })
      return Effect.map(Effect.mapError(tapped, explained), ({ missed, take }) =>
        Effect.map(Effect.raceFirst(take, Deferred.await(this.#closing)), (events) => events?.map(eventView(missed())))
      )
    })

  /** Writes what was done. Nothing can be asked for any more; what waits for a result is told. */
  readonly close = Effect.suspend(() => {
    this.#isClosed = true
    Deferred.doneUnsafe(this.#closing, Effect.undefined)
    this.#parts.results.close()
    return Effect.andThen(this.#settled.await, Effect.mapError(this.#parts.namespace.stop, explained))
  })

  #callOf(callee: SxsFunction<ReadonlyArray<unknown>, unknown>, { args, id, traceparent }: Started): CallOptions {
    const { program } = checkFunction(callee)
    if (id !== undefined && typeof id !== "string")
      throw new SxsArgumentError(`the id of a call of \`${callee.name}\` is a string`)
    if (traceparent !== undefined && !traceparentPattern.test(traceparent))
      throw new SxsArgumentError("`traceparent` is of the form 00-<32 hex digits>-<16 hex digits>-<2 hex digits>")
    const { name } = callee
    return { bundle: program.hash, name, args: argumentsOf(program.manifest, name, args), id, trace: traceparent }
  }

  #started<Result>(kind: SxsStarted<Result>["kind"], id: string): SxsStarted<Result> {
    return { id, kind, result: this.result(id) as Effect.Effect<Result, SxsResultError> }
  }

  /** Runs `then` in a namespace that has the program: that is seen to once for each. */
  #install<A, E>(program: SxsProgram, then: () => Effect.Effect<A, E>) {
    if (this.#installed.has(program.hash)) return Effect.suspend(then)
    const { namespace, results } = this.#parts
    const install = Effect.flatMap(readProgram(program), ({ bundle, folder }) => {
      results.clearRejected()
      return Effect.mapError(namespace.install(bundle, folder), explained)
    })
    return Effect.andThen(
      install,
      Effect.suspend(() => {
        this.#installed.add(program.hash)
        return then()
      })
    )
  }

  #read<A, E>(read: (namespace: Namespace) => Effect.Effect<A, E>): Effect.Effect<A, Explained<E> | SxsStoreError> {
    return this.#whenOpen(() => Effect.mapError(read(this.#parts.namespace), explained))
  }

  #change<A, E>(change: (namespace: Namespace) => Effect.Effect<A, E>) {
    return this.#write(Effect.suspend(() => Effect.mapError(change(this.#parts.namespace), explained)))
  }

  /** What `close` waits for. */
  #write<A, E>(write: Effect.Effect<A, E>): Effect.Effect<A, E | SxsStoreError> {
    return this.#whenOpen(() => {
      this.#enter()
      return Effect.ensuring(
        write,
        Effect.sync(() => this.#leave())
      )
    })
  }

  #enter(): void {
    this.#underWay++
    this.#settled.closeUnsafe()
  }

  #leave(): void {
    if (--this.#underWay === 0) this.#settled.openUnsafe()
  }

  #whenOpen<A, E, R>(effect: () => Effect.Effect<A, E, R>): Effect.Effect<A, E | SxsStoreError, R> {
    return Effect.suspend(
      (): Effect.Effect<A, E | SxsStoreError, R> => (this.#isClosed ? Effect.fail(closed()) : effect())
    )
  }
}

const closed = (): SxsStoreError => new SxsStoreError("closed", "the store was closed by this program")

/** Hears of the result of a call, or why there is none. */
type TellCall = (exit: CallExit<SxsValue>) => void

type CallExit<Result> = Exit.Exit<Result, SxsStartError | SxsResultError>

const toldNow = (told: TellCall, exit: CallExit<never>): (() => void) => {
  told(exit)
  return () => undefined
}

interface Started extends Omit<SxsStart<ReadonlyArray<unknown>>, "traceparent"> {
  readonly traceparent: string | undefined
}

/** The span that the effect runs in, for what it starts. */
// Not `Effect.currentParentSpan`, which makes an error, with its trace, where there is none.
const traceparent: Effect.Effect<string | undefined> = Effect.map(Effect.serviceOption(ParentSpan), (span) => {
  if (Option.isNone(span)) return undefined
  const { sampled, spanId, traceId } = span.value
  const text = `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`
  return traceparentPattern.test(text) ? text : undefined
})

const traceparentPattern = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/** Runs what checks something that was given. */
const checked = <A>(check: () => A): Effect.Effect<A, SxsArgumentError | Explained<Fault>> =>
  Effect.suspend(() => checkedNow(check))

const checkedNow = <A>(check: () => A): Exit.Exit<A, SxsArgumentError | Explained<Fault>> => {
  try {
    return Exit.succeed(check())
  } catch (thrown) {
    return mistaken(thrown)
  }
}

/** What a check has thrown; throws it again when it is no mistake of who calls. */
const mistaken = (thrown: unknown): Exit.Exit<never, SxsArgumentError | Explained<Fault>> => {
  if (thrown instanceof Fault) return Exit.fail(explained(thrown))
  if (thrown instanceof SxsArgumentError) return Exit.fail(thrown)
  if (thrown instanceof TypeError) return Exit.fail(new SxsArgumentError(thrown.message))
  if (isStackOverflow(thrown)) return Exit.fail(new SxsArgumentError("a value is nested too deeply"))
  throw thrown
}

const storable = (plain: SxsInput, what: string): Value => fromPlain(plain, { type: ":any", records: new Map(), what })

const readProgram = (program: SxsProgram) =>
  Effect.tryPromise({
    try: () => readBundle(program),
    catch: (thrown) => (thrown instanceof SxsBundleError ? thrown : new SxsBundleError(String(thrown)))
  })

/** An error value says that nothing was written, as the key is one of those that only the runtime writes. */
const written = <E>(result: Effect.Effect<Value, E>): Effect.Effect<void, E | Fault> =>
  Effect.flatMap(result, (value) =>
    value instanceof ErrorValue ? Effect.fail(fault("wrong key", String(value.content))) : Effect.void
  )

/** The value under the key, in a list; undefined when there is none. An error value may also be what is stored there. */
const found = (
  kv: Namespace["kv"],
  key: string
): Effect.Effect<readonly [Value] | undefined, Fault | StoreUnavailable> =>
  Effect.flatMap(
    kv.get(key),
    (value): Effect.Effect<readonly [Value] | undefined, Fault | StoreUnavailable> =>
      value instanceof ErrorValue
        ? Effect.map(kv.list(key, 0, 1), ([first]) => (first?.[0] === key ? ([value] as const) : undefined))
        : Effect.succeed([value] as const)
  )

const eventView =
  (missed: number) =>
  ({ data, ...event }: BusEvent, index: number): SxsEvent => ({
    ...event,
    data: toPlain(data),
    missed: index === 0 ? missed : 0
  })
