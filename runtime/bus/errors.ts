import * as Schema from "effect/Schema"

/** No such channel, one that only the runtime publishes on, or no such topic; `detail` says which are there. Nothing was done;
 * do not retry. */
export class NoSuchTopic extends Schema.TaggedError<NoSuchTopic>()("NoSuchTopic", {
  channel: Schema.String,
  topic: Schema.Number,
  detail: Schema.String
}) {}

/** The event queue is full and nothing runs here that would make room. Nothing was published; a retry is safe once something
 * runs. */
export class EventQueueFull extends Schema.TaggedError<EventQueueFull>()("EventQueueFull", {
  eventsMax: Schema.Number
}) {}

/** There is no dead letter of that id: it was retried or dropped, or its subscription has ended. Nothing was done. */
export class DeadLetterNotFound extends Schema.TaggedError<DeadLetterNotFound>()("DeadLetterNotFound", {
  id: Schema.String
}) {}
