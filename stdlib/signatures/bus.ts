import { channel, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/** The event bus. A channel is one of `A` to `F`, and `EXEC` to listen to the processors; a topic is an int from 0 to 65535. */
export const bus: ReadonlyArray<Signature> = [
  {
    name: "core/event/pub",
    params: [channel("channel"), required("topic", ":int"), required("data")],
    result: ":bool",
    effect: "store",
    doc: "Publishes the data, with this segment's other changes or not at all; each subscription gets it exactly once. Yields true. Where the namespace keeps too many events the task waits, in its next turn, until there is room.",
    example: '(core/event/pub A 7 (map "order" 42))'
  },
  {
    name: "core/event/unsub",
    params: [required("subscription", ":str")],
    result: ":bool",
    effect: "store",
    doc: "Ends a subscription: true; false when there is none of that id. What it is handling is finished.",
    example: "(core/event/unsub (core/event/sub A 7 {(log $data)}))"
  }
]
