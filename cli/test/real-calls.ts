import * as Effect from "effect/Effect"
import { type ExternImport, type ExternModule, importExtern } from "../../runtime/bundle/extern-import.ts"
import type { ExternFunction } from "../../runtime/bundle/extern-modules.ts"

/** How long (ms) a call may take in the real world before the virtual clock goes on: then its time limit can end it. */
const realMsMax = 10_000

/** Functions of modules that a test calls: they run in the real world, in which the virtual clock stands still meanwhile. */
export class RealCalls {
  readonly #pending = new Set<Promise<void>>()

  readonly import: ExternImport = (module, folder) => this.#counted(this.#imported(module, folder))

  /** Settles when one of the calls under way has come to its end, or has taken too long; undefined when there is none. */
  get settled(): Promise<unknown> | undefined {
    return this.#pending.size === 0 ? undefined : Promise.race(this.#pending)
  }

  async #imported(module: string, folder: string): Promise<ExternModule> {
    const found = await importExtern(module, folder)
    const wrap = (value: unknown): unknown =>
      typeof value === "function" ? this.#wrapped(value as ExternFunction) : value
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, wrap(value)]))
  }

  /** An Effect runs in the real world too: it may wait for what the virtual clock knows nothing of. */
  #wrapped(run: ExternFunction): ExternFunction {
    return (...args) => {
      const result = run(...args)
      const { signal } = (args.at(-1) ?? {}) as { readonly signal?: AbortSignal }
      if (Effect.isEffect(result))
        return this.#counted(Effect.runPromise(result as Effect.Effect<unknown, unknown>, signal && { signal }))
      return result instanceof Promise ? this.#counted(result) : result
    }
  }

  #counted<A>(call: Promise<A>): Promise<A> {
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, realMsMax)
    })
    const ended = Promise.race([
      tooLong,
      call.then(
        () => undefined,
        () => undefined
      )
    ]).then(() => {
      clearTimeout(timer)
      this.#pending.delete(ended)
    })
    this.#pending.add(ended)
    return call
  }
}
