import { limits } from "../../runtime/limits.ts"
import type { LibraryFunction } from "../../runtime/task/intrinsics.ts"
import type { Segment } from "../../runtime/task/segment.ts"
import { type Closure, isInt, type Value } from "../../runtime/value/value.ts"
import { wrongArgument } from "./wrong-argument.ts"

/** The event bus on the running segment. Signatures: stdlib/signatures/bus.ts; those of `core/form` are in the forms. */
export const bus = (segment: Segment): ReadonlyMap<string, LibraryFunction> =>
  new Map<string, LibraryFunction>([
    [
      "core/event/pub",
      (channel: Value, topic: Value, data: Value) => {
        segment.bus.publish(channel, topic, data)
        return true
      }
    ],
    [
      "core/event/unsub",
      (subscription: Value) => {
        if (typeof subscription !== "string")
          throw wrongArgument("core/event/unsub", "the id of a subscription", subscription)
        return segment.bus.unsubscribe(subscription)
      }
    ],
    [
      "core/form/subscribe",
      (channel: Value, topic: Value, type: Value, handler: Value, site: Value) =>
        segment.bus.subscribe(channel, topic, {
          type: type as string | null,
          handler: handler as Closure,
          site: site as string
        })
    ],
    [
      "core/form/enter-await",
      (channel: Value, topic: Value, ms: Value) => segment.bus.enterAwait(channel, topic, asTimeLimit(ms))
    ],
    ["core/form/finish-await", (consumer: Value) => segment.bus.finishAwait(consumer as string)],
    [
      "core/form/leave-await",
      (consumer: Value) => {
        segment.bus.leaveAwait(consumer as string)
        return null
      }
    ],
    ["core/form/proc", (processor: Value, body: Value) => startOnProcessor(segment, processor, body)]
  ])

const asTimeLimit = (ms: Value): number | null => {
  if (ms === null || (typeof ms === "number" && ms >= 0 && ms <= limits.counterMax)) return ms
  throw wrongArgument("core/expr/await", "an int of milliseconds, 0 or more, or none", ms)
}

const startOnProcessor = (segment: Segment, processor: Value, body: Value): Value => {
  if (!isInt(processor)) throw wrongArgument("core/expr/proc", "the number of a processor", processor)
  return segment.bus.startOnProcessor(processor, body as Closure)
}
