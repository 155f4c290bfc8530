import * as Effect from "effect/Effect"
import { invariant } from "../errors.ts"
import type { StoreUnavailable } from "./store.ts"

/** Who waits for a commit to be durable. */
export interface Waiting {
  readonly commit: number
  /** Once it is; must not throw. */
  readonly pass: () => void
  /** The writer has failed before. */
  readonly refuse: (error: StoreUnavailable) => void
}

/**
 * Nothing leaves the process before the commit that it depends on is durable. What waits here belongs to commits that the
 * writer has accepted, or to fibers that wait for one; so it cannot pile up beyond those.
 */
export class OutputGate {
  #watermark: number
  #failure: StoreUnavailable | undefined
  /** In the order of commits; of one commit in the order in which they came. Those before `#first` have passed. */
  #waiting: Array<Waiting | undefined> = []
  #first = 0
  #isOpening = false
  readonly #onDefect: (cause: unknown) => void

  /** `watermark`: the highest commit that is durable already. `onDefect` hears of actions that throw; the others go on. */
  constructor(watermark: number, onDefect: (cause: unknown) => void) {
    this.#watermark = watermark
    this.#onDefect = onDefect
  }

  /** The highest durable commit. */
  get watermark(): number {
    return this.#watermark
  }

  /** Runs `action` once the commit is durable, at once when it is so already; never after a failure. Actions run in the
   * order of their commits and must not throw. */
  afterDurable(commit: number, action: () => void): void {
    this.enter({ commit, pass: action, refuse: ignore })
  }

  /** Succeeds once the commit is durable and all that waited for it or an earlier one has passed; fails when the writer has
   * failed before. */
  whenDurable(commit: number): Effect.Effect<void, StoreUnavailable> {
    return Effect.suspend(() => this.passedWith(commit, undefined))
  }

  /** Whether the commit is durable and all that waited for it or an earlier one has passed. */
  hasPassed(commit: number): boolean {
    return commit <= this.#watermark && !this.#isOpening
  }

  /** `whenDurable` with a value, for who is about to run it: what is durable now does not wait. */
  passedWith<A>(commit: number, value: A): Effect.Effect<A, StoreUnavailable> {
    if (this.hasPassed(commit)) return Effect.succeed(value)
    return Effect.callback<A, StoreUnavailable>((resume) => {
      const waiting: Waiting = {
        commit,
        pass: () => resume(Effect.succeed(value)),
        refuse: (error) => resume(Effect.fail(error))
      }
      this.enter(waiting)
      return Effect.sync(() => this.#leave(waiting))
    })
  }

  /** For the writer only: all commits up to this one are durable. Yields how many have passed. */
  open(watermark: number): number {
    invariant(
      watermark >= this.#watermark && this.#failure === undefined,
      "the watermark only rises, and not after a failure"
    )
    this.#watermark = watermark
    return this.#pass()
  }

  /** For the writer only: no further commit becomes durable. What waits is refused. */
  close(failure: StoreUnavailable): void {
    if (this.#failure !== undefined) return
    this.#failure = failure
    const refused = this.#waiting
    this.#waiting = []
    this.#first = 0
    for (const waiting of refused) if (waiting !== undefined) this.#guarded(waiting, failure)
  }

  /** Tells who waits, in the order of their commits: at once when that is durable already, or never will be. */
  enter(waiting: Waiting): void {
    if (this.#failure !== undefined && waiting.commit > this.#watermark) {
      waiting.refuse(this.#failure)
      return
    }
    let at = this.#waiting.length
    while (at > this.#first && this.#waiting[at - 1]!.commit > waiting.commit) at--
    if (at === this.#waiting.length) this.#waiting.push(waiting)
    else this.#waiting.splice(at, 0, waiting)
    this.#pass()
  }

  #leave(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting)
    if (at >= 0) this.#waiting.splice(at, 1)
  }

  // An action may enter another one: that is passed by the loop that runs already, so that the order holds.
  #pass(): number {
    if (this.#isOpening) return 0
    let passed = 0
    this.#isOpening = true
    for (let next = this.#next; next !== undefined && next.commit <= this.#watermark; next = this.#next) {
      this.#waiting[this.#first++] = undefined
      this.#guarded(next)
      passed++
    }
    this.#isOpening = false
    // What has passed is cut off rarely: that takes as long as the row.
    if (this.#first * 2 < this.#waiting.length) return passed
    this.#waiting = this.#waiting.slice(this.#first)
    this.#first = 0
    return passed
  }

  get #next(): Waiting | undefined {
    return this.#waiting[this.#first]
  }

  /** `failure`: it is refused. */
  #guarded(waiting: Waiting, failure?: StoreUnavailable): void {
    try {
      if (failure === undefined) waiting.pass()
      else waiting.refuse(failure)
    } catch (cause) {
      this.#onDefect(cause)
    }
  }
}

const ignore = (): void => {}
