import type { Value } from "./value/value.ts"

/** Stable codes of the faults that values and keys raise; `SXS62xx` are those of tasks. */
export const faultCodes = {
  /** An operand or argument of the wrong type, or one that makes no sense. */
  argument: "SXS6001",
  /** `core/util/insist` met an error value. */
  insist: "SXS6002",
  divisionByZero: "SXS6003",
  /** A value, number or print that is larger than its bound in limits.ts. */
  tooLarge: "SXS6004",
  /** A value or stack that is nested deeper than its bound in limits.ts. */
  tooDeep: "SXS6005",
  /** A key or name that breaks the rules. */
  key: "SXS6006",
  /** More work between two places where the task may be interrupted than its bound in limits.ts. */
  tooMuchAtOnce: "SXS6225",
  /** A record of the store is not what was written there. */
  damaged: "SXS6213",
  /** A channel or topic of the bus that does not exist. */
  topic: "SXS6217",
  /** More subscriptions or awaits than their bounds in limits.ts. */
  listeners: "SXS6218",
  /** A handler publishes while too many of its subscription wait for room to do so. */
  storm: "SXS6219",
  /** `cast` met a value that has no counterpart in the type. */
  cast: "SXS6306"
} as const

/**
 * The user's program is broken: a division by zero, an operand of the wrong type. Thrown inside a segment; `recover` in
 * the program may catch it, else its task ends as failed. Nobody in the runtime retries.
 */
export class Fault extends Error {
  override readonly name = "Fault"
  /** Stable, `SXS6` and three digits. */
  readonly code: string
  /** What the program may look at; none when there is nothing but the message. */
  readonly data: Value
  constructor(code: string, message: string, data: Value = null) {
    super(message)
    this.code = code
    this.data = data
  }
}

/** Text that should be an encoded value is not. It was damaged or written by other code; reading it again will not help. */
export class MalformedValue extends Error {
  override readonly name = "MalformedValue"
}

/** We are wrong. Caught at two borders only: the task, which fails, and the host, which stops. */
export class InvariantViolated extends Error {
  override readonly name = "InvariantViolated"
}

/** Says what must be true here if our own code is right. */
export function invariant(condition: boolean, why: string): asserts condition {
  if (!condition) throw new InvariantViolated(why)
}
