import type { Value } from "../../../runtime/value/value.ts"

/** One run of a function: what `return` and `defer` belong to. */
export interface Run {
  /** What is to be done when it ends, the last one first. */
  readonly deferred: Array<() => void>
}

/** A region of names while it is run: a file, a call, one turn of a loop, a handler, a clause. */
export class Scope {
  readonly run: Run
  readonly #parent: Scope | undefined
  readonly #values = new Map<string, Value>()

  constructor(run: Run, parent: Scope | undefined) {
    this.run = run
    this.#parent = parent
  }

  /** A region inside this one, in the same call. */
  inner(): Scope {
    return new Scope(this.run, this)
  }

  define(name: string, value: Value): void {
    this.#values.set(name, value)
  }

  owns(name: string): boolean {
    return this.#values.has(name)
  }

  find(name: string): Value | undefined {
    const own = this.#values.get(name)
    return own === undefined ? this.#parent?.find(name) : own
  }

  assign(name: string, value: Value): void {
    if (this.#values.has(name)) this.#values.set(name, value)
    else if (this.#parent === undefined) throw new Error(`the reference knows no local ${name}`)
    else this.#parent.assign(name, value)
  }
}

/** Thrown by `done`, caught by the innermost loop. */
export class Done {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}

/** Thrown by `return`, caught by the call. */
export class Returned {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}
