import * as Data from "effect/Data"

/** No task has that id, begins with that text or ends with that number. `wasRemoved`: one of that id or number was there, and was
 * removed some time after its end. Nothing was done. */
export class TaskNotFound extends Data.TaggedError("TaskNotFound")<{
  readonly task: string
  readonly wasRemoved?: boolean | undefined
}> {}

/** Several tasks fit. `matches` holds the first few of them. Nothing was done. */
export class TaskAmbiguous extends Data.TaggedError("TaskAmbiguous")<{
  readonly task: string
  readonly matches: ReadonlyArray<string>
}> {}

/** The task is done, failed or cancelled, and stays so. Do not retry. */
export class TaskEnded extends Data.TaggedError("TaskEnded")<{
  readonly task: string
  readonly state: string
}> {}

/**
 * Tasks cannot be moved to new code. `running`: something runs here, and has its frames in memory. `too large`: more would
 * move than fits into one commit (`limits.upgradeTasksMax`, `upgradeUnitsMax`). Nothing was moved.
 */
export class UpgradeRefused extends Data.TaggedError("UpgradeRefused")<{
  readonly reason: "running" | "too large"
}> {}

/** The task runs or waits for something else, so there is nothing to resume. A retry is safe, later. */
export class TaskNotPaused extends Data.TaggedError("TaskNotPaused")<{
  readonly task: string
  readonly state: string
}> {}
