import { channel, required } from "./param.ts"
import type { Signature } from "./signature.ts"

// What the forms of the bus turn into. As in form.ts, no source can name these.

const unlisted = { doc: "", example: "" } as const

/** `type` is a text as `is` takes it, or none. `site` names the place of the form in the program. Yields the subscription's id. */
export const subscribe: Signature = {
  ...unlisted,
  name: "core/form/subscribe",
  params: [channel("channel"), required("topic", ":int"), required("type"), required("handler"), required("site")],
  result: ":str",
  effect: "store"
}

/** `ms` none: there is no time limit. Yields the name of the consumer. */
export const enterAwait: Signature = {
  ...unlisted,
  name: "core/form/enter-await",
  params: [channel("channel"), required("topic", ":int"), required("ms")],
  result: ":str",
  effect: "store"
}

/** Yields the data of the event. */
export const finishAwait: Signature = {
  ...unlisted,
  name: "core/form/finish-await",
  shownAs: "core/expr/await",
  params: [required("consumer")],
  result: ":any",
  mayError: true,
  effect: "suspends"
}

/** The body of an await has ended early: nothing is waited for. */
export const leaveAwait: Signature = {
  ...unlisted,
  name: "core/form/leave-await",
  params: [required("consumer")],
  result: ":none",
  effect: "store"
}

/** Yields the task, or an error value when there is no such processor. */
export const startOnProcessor: Signature = {
  ...unlisted,
  name: "core/form/proc",
  params: [required("n", ":int"), required("f")],
  result: ":task",
  mayError: true,
  effect: "store",
  starts: 1
}
