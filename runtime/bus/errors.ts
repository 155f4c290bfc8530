import * as Data from "effect/Data"

/** No such channel, one that only the runtime publishes on, or no such topic; `detail` says which are there. Nothing was done;
 * do not retry. */
export class NoSuchTopic extends Data.TaggedError("NoSuchTopic")<{
  readonly channel: string
  readonly topic: number
  readonly detail: string
}> {}

/** The event queue is full and nothing runs here that would make room. Nothing was published; a retry is safe once something
 * runs. */
export class EventQueueFull extends Data.TaggedError("EventQueueFull")<{
  readonly eventsMax: number
}> {}

/** There is no dead letter of that id: it was retried or dropped, or its subscription has ended. Nothing was done. */
export class DeadLetterNotFound extends Data.TaggedError("DeadLetterNotFound")<{
  readonly id: string
}> {}
