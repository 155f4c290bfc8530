import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { Namespace } from "../../runtime/index.ts"
import { fromPlain, toPlain } from "../../runtime/value/plain.ts"
import { argumentsOf, checkFunction } from "./arguments.ts"
import { readBundle } from "./bundle.ts"
import { SxsStopped, SxsStoreError } from "./errors.ts"
import { endError } from "./explain.ts"
import { promiseOf } from "./promise.ts"
import type { Rejections } from "./rejections.ts"
import type { Sxs, SxsFunction, SxsInput, SxsProgram, SxsTask } from "./types.ts"

export interface HostParts {
  readonly namespace: Namespace
  readonly rejections: Rejections
  /** Closes the namespace and its store. */
  readonly close: () => Promise<void>
}

/** An open store for a TypeScript program: promises outside, effects inside. */
export class Host implements Sxs {
  readonly #parts: HostParts
  readonly #closing = Deferred.makeUnsafe<undefined>()
  readonly #installed = new Map<string, Promise<void>>()
  /** What is being written for somebody; the store is closed after it. */
  readonly #underWay = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  constructor(parts: HostParts) {
    this.#parts = parts
  }

  readonly call = async <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    ...args: NoInfer<Args>
  ): Promise<Result> => {
    const task = await this.start(callee, { args })
    return await task.result()
  }

  readonly start = async <Args extends ReadonlyArray<unknown>, Result>(
    callee: SxsFunction<Args, Result>,
    options: { readonly id?: string; readonly args: NoInfer<Args> }
  ): Promise<SxsTask<Result>> => {
    const { manifest } = checkFunction(callee).program
    const { id } = options
    if (id !== undefined && typeof id !== "string")
      throw new TypeError(`the id of a call of \`${callee.name}\` is a string`)
    const args = argumentsOf(manifest, callee.name, options.args)
    const { kind, task } = await this.#write(async () => {
      await this.#install(callee.program)
      const call = { bundle: callee.program.hash, name: callee.name, args }
      return promiseOf(this.#parts.namespace.call(id === undefined ? call : { ...call, id }))
    })
    return { id: task.id, kind, result: () => this.#result<Result>(task.id) }
  }

  readonly resume = async (task: string, value: SxsInput = null): Promise<void> => {
    const yielded = fromPlain(value, { type: ":any", records: new Map(), what: "the value of `resume`" })
    await this.#write(() => promiseOf(this.#parts.namespace.resume(task, yielded)))
  }

  readonly close = (): Promise<void> => {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    const { close, namespace } = this.#parts
    Deferred.doneUnsafe(this.#closing, Effect.undefined)
    await Promise.allSettled(this.#underWay)
    try {
      await promiseOf(namespace.stop)
    } finally {
      await close()
    }
  }

  async #write<A>(write: () => Promise<A>): Promise<A> {
    this.#checkOpen()
    const writing = write()
    this.#underWay.add(writing)
    try {
      return await writing
    } finally {
      this.#underWay.delete(writing)
    }
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new SxsStoreError("closed", "the store was closed by this program")
  }

  /** Once for each program that is called here. */
  #install(program: SxsProgram): Promise<void> {
    const known = this.#installed.get(program.hash)
    if (known !== undefined) return known
    const { namespace, rejections } = this.#parts
    const installing = readBundle(program).then((bundle) => {
      rejections.clear()
      return promiseOf(namespace.install(bundle))
    })
    this.#installed.set(program.hash, installing)
    installing.catch(() => this.#installed.delete(program.hash))
    return installing
  }

  async #result<Result>(task: string): Promise<Result> {
    this.#checkOpen()
    const { namespace, rejections } = this.#parts
    const ended = Effect.raceFirst(namespace.ended(task), rejections.watch(task))
    const end = await promiseOf(Effect.raceFirst(ended, Deferred.await(this.#closing)))
    if (end === undefined) throw new SxsStopped("closed", task)
    if (end.task.state !== "done") throw endError(end)
    return toPlain(end.result ?? null) as Result
  }
}
