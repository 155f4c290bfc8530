import { Bookmark } from "../store/entry.ts"
import type { Keys } from "../store/keys.ts"

/** Where the view has what is written of a task again and again: who keeps these need not build and look up its keys each time. */
export class TaskMarks {
  readonly task: string
  /** Its record. */
  readonly record: Bookmark
  /** Its place in the index of those that can run. */
  readonly runnable: Bookmark

  /** `isNew`: no task has ever had that id. */
  constructor(keys: Keys, task: string, isNew = false) {
    this.task = task
    this.record = new Bookmark(isNew ? keys.newTask(task) : keys.task(task), isNew)
    this.runnable = new Bookmark(keys.runnable(task), isNew)
  }
}
