/** Who listens to something by its name. Mostly there is one for a name, which then costs an entry and no list. */
export class Listeners<A extends object> {
  readonly #listening = new Map<string, A | Array<A>>()

  add(name: string, listener: A): void {
    const known = this.#listening.get(name)
    if (known === undefined) this.#listening.set(name, listener)
    else if (Array.isArray(known)) known.push(listener)
    else this.#listening.set(name, [known, listener])
  }

  /** Whether anybody listens to the name. */
  has(name: string): boolean {
    return this.#listening.has(name)
  }

  /** Takes the listener away; false when it is not there any more. */
  delete(name: string, listener: A): boolean {
    const known = this.#listening.get(name)
    if (known === listener) return this.#listening.delete(name)
    const at = Array.isArray(known) ? known.indexOf(listener) : -1
    if (!Array.isArray(known) || at < 0) return false
    known.splice(at, 1)
    if (known.length === 0) this.#listening.delete(name)
    return true
  }

  /** All of the name, in the order in which they came; they listen no more. */
  take(name: string): ReadonlyArray<A> {
    if (this.#listening.size === 0) return nobody
    const known = this.#listening.get(name)
    if (known === undefined) return nobody
    this.#listening.delete(name)
    return Array.isArray(known) ? known : [known]
  }

  /** All of all names. */
  takeAll(): ReadonlyArray<readonly [name: string, listener: A]> {
    const names = [...this.#listening.keys()]
    return names.flatMap((name) => this.take(name).map((listener) => [name, listener] as const))
  }
}

const nobody: ReadonlyArray<never> = []
