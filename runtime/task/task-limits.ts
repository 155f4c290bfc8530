import { limits } from "../limits.ts"
import { LimitExceeded } from "./faults.ts"

/**
 * A `core/task/limit` that the task stands in, as part of its record. Its place in the list, outermost first, is its name:
 * who leaves one leaves those inside it too.
 */
export interface TaskLimit {
  /** In ms since 1970; null: no deadline. Once the limit has been exceeded, the end of the grace for deferred work. */
  readonly due: number | null
  /** Fuel that is left when the next segment begins; null: any. */
  readonly fuel: number | null
  /** As the program gave them, for the message. */
  readonly given: { readonly deadline: number | null; readonly fuel: number | null; readonly isGrace?: true }
}

/** When the first deadline of the task passes; undefined without one. */
export const deadlineOf = (all: ReadonlyArray<TaskLimit>): number | undefined => {
  let first: number | undefined
  for (const { due } of all) if (due !== null && (first === undefined || due < first)) first = due
  return first
}

/** A grace counts only while the process runs, so that no crash takes it away: `openedAt` is when this one began. Undefined
 * for what is no grace, or has been spared already. */
export const sparedUntil = ({ due, given }: TaskLimit, openedAt: number): number | undefined => {
  const until = openedAt + limits.limitGraceMs
  return given.isGrace === true && due !== null && due < until ? until : undefined
}

/** The limits with each grace as long as it should be. */
export const spared = (all: ReadonlyArray<TaskLimit>, openedAt: number): ReadonlyArray<TaskLimit> =>
  all.map((limit) => ({ ...limit, due: sparedUntil(limit, openedAt) ?? limit.due }))

interface Entered extends TaskLimit {
  /** The fuel that was taken from the segment when it was entered: the rest is the segment's again behind it. */
  readonly withheld: number
}

/**
 * The limits of the running task. All fuel that its segment gets goes through here, so that what was spent is known whatever
 * takes it away: the end of a slice, an `atomic`, a limit.
 */
export class RunningLimits {
  #all: ReadonlyArray<Entered> = []
  #stored: ReadonlyArray<TaskLimit> = []
  #meter = { fuel: 0 }
  /** When the process began to run tasks, in ms since 1970. */
  openedAt = 0
  /** Fuel that was put into the meter since the segment began, less what was taken out unspent. */
  #put = 0
  #filled = 0

  /** The segment begins. `fuel` of a limit means fuel from here on. */
  begin(stored: ReadonlyArray<TaskLimit>, meter: { fuel: number }): void {
    this.#stored = stored
    this.#all = stored.length === 0 ? none : stored.map((limit) => ({ ...limit, withheld: 0 }))
    this.#meter = meter
    this.#put = meter.fuel
  }

  /** Gives the segment its fuel, as far as its limits allow it. */
  fill(fuel: number): void {
    this.#put = fuel
    this.#filled = fuel
    this.#meter.fuel = fuel
    if (this.#all.length > 0) this.set(Math.min(fuel, this.left))
  }

  /** Fuel spent since the segment began. */
  get spent(): number {
    return this.#put - this.#meter.fuel
  }

  /** Of what it was given, how much it has spent; 1: all. */
  get share(): number {
    return this.spent / this.#filled
  }

  /** Gives the segment as much as it had at first. Without limits only. */
  refill(): void {
    this.set(this.#filled)
  }

  /** Puts fuel into the meter, or takes it out unspent, so that it holds so much. */
  set(fuel: number): void {
    this.#put += fuel - this.#meter.fuel
    this.#meter.fuel = fuel
  }

  /** Fuel that the limits leave. */
  get left(): number {
    let left = Number.POSITIVE_INFINITY
    for (const { fuel } of this.#all) if (fuel !== null) left = Math.min(left, fuel - this.spent)
    return left
  }

  get depth(): number {
    return this.#all.length
  }

  /** Enters a limit, `deadline` in ms from `now` on. */
  enter(given: TaskLimit["given"], now: number): void {
    const { deadline, fuel } = given
    const withheld = fuel === null ? 0 : Math.max(0, this.#meter.fuel - fuel)
    const due = deadline === null ? null : now + deadline
    this.#all = [...this.#all, { due, fuel: fuel === null ? null : fuel + this.spent, given, withheld }]
    if (withheld > 0) this.set(this.#meter.fuel - withheld)
  }

  /** Leaves limits until so many are left. */
  leave(depth: number): void {
    let withheld = 0
    for (const limit of this.#all.slice(depth)) withheld += limit.withheld
    this.#all = this.#all.slice(0, depth)
    if (withheld > 0) this.set(this.#meter.fuel + withheld)
  }

  /** The outermost limit that is exceeded, as what ends its body; from then on its deferred work has a grace. */
  exceeded(now: number): LimitExceeded | undefined {
    if (this.#all.length === 0) return undefined
    const depth = this.#all.findIndex((each) => this.#isLate(each, now) || (each.fuel ?? this.spent + 1) <= this.spent)
    const limit = this.#all[depth]
    if (limit === undefined) return undefined
    const grace: Entered = {
      given: graceGiven,
      due: now + limits.limitGraceMs,
      fuel: limits.limitGraceFuel + this.spent,
      withheld: 0
    }
    this.#all = this.#all.with(depth, grace)
    // Inside an `atomic` its deferred work, and what comes behind it, go on in this segment.
    if (limit.withheld > 0) this.set(this.#meter.fuel + limit.withheld)
    return new LimitExceeded(depth, this.#isLate(limit, now) ? tooLong(limit) : tooMuchFuel(limit))
  }

  #isLate(limit: TaskLimit, now: number): boolean {
    return limit.due !== null && (sparedUntil(limit, this.openedAt) ?? limit.due) <= now
  }

  /** The same list when nothing has changed. */
  get stored(): ReadonlyArray<TaskLimit> {
    if (this.#all.length === 0 && this.#stored.length === 0) return this.#stored
    const { spent } = this
    const all = this.#all
    const isSame =
      all.length === this.#stored.length && all.every((limit, i) => isSameLimit(limit, this.#stored[i]!, spent))
    if (isSame) return this.#stored
    return all.map(({ due, fuel, given }) => ({ due, fuel: fuel === null ? null : fuel - spent, given }))
  }
}

const none: ReadonlyArray<never> = []

const isSameLimit = (a: Entered, b: TaskLimit, spent: number): boolean =>
  a.given === b.given && a.due === b.due && (a.fuel === null ? b.fuel === null : a.fuel - spent === b.fuel)

const graceGiven: TaskLimit["given"] = { deadline: limits.limitGraceMs, fuel: limits.limitGraceFuel, isGrace: true }

const whatOf = ({ isGrace }: TaskLimit["given"]): string =>
  isGrace === true ? "what the body has deferred" : "the body"

const tooLong = ({ given }: TaskLimit) => {
  const message = `core/task/limit: ${whatOf(given)} has not ended within ${given.deadline} ms`
  return { kind: "deadline", message } as const
}

const tooMuchFuel = ({ given }: TaskLimit) => {
  const message = `core/task/limit: ${whatOf(given)} has spent its fuel, ${given.fuel} loop turns and calls`
  return { kind: "fuel", message } as const
}
