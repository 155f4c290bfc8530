import * as Schema from "effect/Schema"

/** No task has that id, begins with that text or ends with that number. `wasRemoved`: one of that id or number was there, and was
 * removed some time after its end. Nothing was done. */
export class TaskNotFound extends Schema.TaggedError<TaskNotFound>()("TaskNotFound", {
  task: Schema.String,
  wasRemoved: Schema.optional(Schema.Boolean)
}) {}

/** Several tasks fit. `matches` holds the first few of them. Nothing was done. */
export class TaskAmbiguous extends Schema.TaggedError<TaskAmbiguous>()("TaskAmbiguous", {
  task: Schema.String,
  matches: Schema.Array(Schema.String)
}) {}

/** The task is done, failed or cancelled, and stays so. Do not retry. */
export class TaskEnded extends Schema.TaggedError<TaskEnded>()("TaskEnded", {
  task: Schema.String,
  state: Schema.String
}) {}

/**
 * Tasks cannot be moved to new code. `running`: something runs here, and has its frames in memory. `too large`: more would
 * move than fits into one commit (`limits.upgradeTasksMax`, `upgradeUnitsMax`). Nothing was moved.
 */
export class UpgradeRefused extends Schema.TaggedError<UpgradeRefused>()("UpgradeRefused", {
  reason: Schema.Literals(["running", "too large"])
}) {}

/** The task runs or waits for something else, so there is nothing to resume. A retry is safe, later. */
export class TaskNotPaused extends Schema.TaggedError<TaskNotPaused>()("TaskNotPaused", {
  task: Schema.String,
  state: Schema.String
}) {}
