import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { Host, TakeEvents } from "./host.ts"
import type { SxsStarted } from "./service.ts"
import type { Sxs, SxsEvent, SxsEventFilter, SxsSubscription, SxsTask } from "./types.ts"

/** The effect's value; rejects with what it failed with. */
export const promiseOf = async <A>(effect: Effect.Effect<A, unknown>): Promise<A> => {
  const exit = await Effect.runPromiseExit(effect)
  if (Exit.isSuccess(exit)) return exit.value
  throw Cause.squash(exit.cause)
}

/** The open store with promises in the place of effects. `release` closes what it was made of. */
export const promisesOf = (host: Host, release: () => Promise<void>): Sxs => {
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => {
    closed ??= promiseOf(host.close).finally(release)
    return closed
  }
  return {
    compile: (source) => promiseOf(host.compile(source)),
    call: (callee, ...args) => promised((told) => host.whenCalled(callee, { args, traceparent: undefined }, told)),
    start: async (callee, options) => taskOf(host, await promiseOf(host.start(callee, options))),
    run: async (program, options) => taskOf(host, await promiseOf(host.run(program, options))),
    result: (task) => resultOf(host, task),
    inspect: (task) => promiseOf(host.inspect(task)),
    tasks: (query) => promiseOf(host.tasks(query)),
    pause: (task) => promiseOf(host.pause(task)),
    resume: (task, value) => promiseOf(host.resume(task, value)),
    cancel: (task) => promiseOf(host.cancel(task)),
    kv: {
      get: (key) => promiseOf(host.kv.get(key)),
      set: (key, value) => promiseOf(host.kv.set(key, value)),
      delete: (key) => promiseOf(host.kv.delete(key)),
      list: (prefix, options) => promiseOf(host.kv.list(prefix, options))
    },
    publish: (channel, topic, data) => promiseOf(host.publish(channel, topic, data)),
    subscribe: (filter) => subscriptionOf(host, filter),
    close,
    [Symbol.asyncDispose]: close
  }
}

const taskOf = <Result>(host: Host, { id, kind }: SxsStarted<Result>): SxsTask<Result> => ({
  id,
  kind,
  result: () => resultOf(host, id)
})

const resultOf = <Result>(host: Host, task: string): Promise<Result> => promised((told) => host.whenResult(task, told))

/** What `wait` tells; without a fiber for each who waits. */
const promised = <Result>(wait: (told: (exit: Exit.Exit<unknown, unknown>) => void) => unknown): Promise<Result> =>
  new Promise<Result>((resolve, reject) => void wait(settling(resolve, reject)))

// Apart, so that what each of thousands who wait keeps is these two, and nothing of how it came to wait.
const settling =
  <Result>(resolve: (value: Result) => void, reject: (error: unknown) => void) =>
  (exit: Exit.Exit<unknown, unknown>): void => {
    if (Exit.isSuccess(exit)) resolve(exit.value as Result)
    else reject(Cause.squash(exit.cause))
  }

const subscriptionOf = async (host: Host, filter: SxsEventFilter): Promise<SxsSubscription> => {
  const scope = Effect.runSync(Scope.make())
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  try {
    const take = await promiseOf(Scope.provide(host.tap(filter), scope))
    const isClosed = Effect.callback<undefined>((resume) => {
      Effect.runSync(
        Scope.addFinalizer(
          scope,
          Effect.sync(() => resume(Effect.undefined))
        )
      )
    })
    const events = eventsOf(Effect.raceFirst(take, isClosed), close)
    return { [Symbol.asyncIterator]: () => events, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Whoever leaves the loop closes the subscription. */
async function* eventsOf(take: TakeEvents, close: () => Promise<void>): AsyncGenerator<SxsEvent, void, void> {
  try {
    for (let events = await promiseOf(take); events !== undefined; events = await promiseOf(take)) yield* events
  } finally {
    await close()
  }
}
