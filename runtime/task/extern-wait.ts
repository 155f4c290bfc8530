import { limits } from "../limits.ts"

/**
 * A task waits for a call of a JavaScript function. What is called with which arguments stands in a record of its own, as it
 * does not change from attempt to attempt: see extern-call.ts.
 *
 *     due ──attempt begun──▶ begun ──result──▶ the task goes on
 *      ▲                       │ └──attempt failed──▶ pausing ──attempt due──┐
 *      │                       └── the process ends ──▶ begun, once more     │
 *      └─────────────────────────────────────────────────────────────────────┘
 */
export interface ExternWait {
  readonly kind: "extern"
  /** What the program calls it. */
  readonly name: string
  readonly module: string
  /** The idempotency key: the same in all attempts of this call, and in no other call. */
  readonly key: string
  /** `due`: an attempt is to be made. `begun`: one is under way, or ended with its process. `pausing`: one has failed, and the
   * next is made at `dueAt`. */
  readonly phase: "due" | "begun" | "pausing"
  /** In ms since 1970: the time of the next attempt, or since when it is due. */
  readonly dueAt: number
  /** Attempts that were begun. */
  readonly attempt: number
  /** After so many, one that fails is the last. */
  readonly attempts: number
  /** Attempts that ended with their process: nobody knows what has become of them. */
  readonly lost: number
}

/** Something about an attempt of the call that the task waits for. */
export type AttemptEvent =
  | { readonly type: "attempt begun" }
  /** `until`: the time of the next one, in ms since 1970. */
  | { readonly type: "attempt failed"; readonly message: string; readonly until: number }
  | { readonly type: "attempt due" }

/** The wait after the event; undefined when it cannot happen now. */
export const afterAttempt = (wait: ExternWait, event: AttemptEvent): ExternWait | undefined => {
  switch (event.type) {
    case "attempt begun":
      if (wait.phase === "pausing") return undefined
      return { ...wait, phase: "begun", attempt: wait.attempt + 1, lost: wait.lost + Number(wait.phase === "begun") }
    case "attempt failed":
      return wait.phase === "begun" ? { ...wait, phase: "pausing", dueAt: event.until } : undefined
    case "attempt due":
      return wait.phase === "pausing" ? { ...wait, phase: "due" } : undefined
  }
}

/** Whether an attempt that fails now is followed by another. One that ended with its process always is, until that has
 * happened `limits.externLostMax` times: it may be the call that ends the process. */
export const isLastAttempt = ({ attempt, attempts }: ExternWait): boolean => attempt >= attempts

/** Whether the attempts that ended with their process are too many. */
export const isGivenUp = ({ lost, phase }: ExternWait): boolean => phase === "begun" && lost + 1 >= limits.externLostMax

/**
 * The pause in ms before the next attempt: `backoffMs` after the first, doubled with each further one, at most
 * `limits.externPauseMsMax` or `backoffMs`, and of that between a half and the whole. Which part follows from the task,
 * so that calls which failed together do not come again together.
 */
export const pauseMs = (task: string, { attempt }: Pick<ExternWait, "attempt">, backoffMs: number): number => {
  const most = Math.max(limits.externPauseMsMax, backoffMs)
  const whole = Math.min(backoffMs * 2 ** Math.min(attempt - 1, 40), most)
  return Math.round(whole * (1 - spread(`${task} ${attempt}`) / 2))
}

/** From 0 up to 1, the same for the same text (FNV-1a). */
const spread = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}

/** `` `charge` of ./payments.ts, attempt 2 of 6, key … `` */
export const externWords = ({ attempt, attempts, key, module, name, phase }: ExternWait, due?: number): string => {
  const of = attempts > 1 && attempt <= attempts ? ` of ${attempts}` : ""
  const number = phase === "begun" ? attempt : attempt + 1
  const until = phase === "pausing" && due !== undefined ? ` at ${new Date(due).toISOString()}` : ""
  return `\`${name}\` of ${module}, attempt ${number}${of}${until}, key ${key}`
}
