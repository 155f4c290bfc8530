import { Bookmark } from "../store/entry.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import type { StoreWriter } from "../store/writer.ts"
import { unlessDamaged } from "./damage.ts"
import { taskCounter, taskNameOf } from "./task-id.ts"
import { TaskMarks } from "./task-marks.ts"

export interface NewTasksParts {
  readonly view: View
  readonly keys: Keys
  readonly writer: Pick<StoreWriter, "tasks">
}

/**
 * Gives tasks new ids, `<name>-<n>`: `n` counts the tasks of the namespace, so the number alone is unique too. The counter is written
 * with the commit that the task starts in.
 *
 * No task may be written over, and damage may hide a record, or what was written to it last. So the number stands in the head of the
 * namespace as well, which is part of each batch: a store that lacks the newest head lacks its newest batch, and that is noticed when it is
 * opened. Where an older version has begun the store the head has none: there each id is looked up before it is given.
 */
export class NewTasks {
  readonly #parts: NewTasksParts
  /** The highest number by the head, as it was when the store was opened. */
  readonly #highest: number | undefined
  readonly #counter: Bookmark
  readonly #names = new Map<string, string>()

  constructor(parts: NewTasksParts) {
    this.#parts = parts
    this.#highest = parts.writer.tasks
    this.#counter = new Bookmark(parts.keys.counter(taskCounter))
  }

  /** A task that is called after `name`. */
  next(name: string): TaskMarks {
    const plain = this.#nameOf(name)
    const { number, task } = this.#highest === undefined ? this.#lookedUp(plain) : this.#counted(plain, this.#highest)
    this.#parts.view.putAt(this.#counter, String(number), number)
    return task
  }

  #counted(name: string, highest: number): Numbered {
    const { writer } = this.#parts
    const number = Math.max(highest, unlessDamaged(() => this.#count) ?? 0) + 1
    // What is rolled back is given once more.
    writer.tasks = Math.max(writer.tasks ?? 0, number)
    return { number, task: this.#marks(name, number, true) }
  }

  #lookedUp(name: string): Numbered {
    let number = this.#count + 1
    let task = this.#marks(name, number, false)
    while (this.#parts.view.hasAt(task.record)) task = this.#marks(name, ++number, false)
    return { number, task }
  }

  get #count(): number {
    return this.#parts.view.readAt(this.#counter, Number) ?? 0
  }

  #marks(name: string, number: number, isNew: boolean): TaskMarks {
    return new TaskMarks(this.#parts.keys, `${name}-${number}`, isNew)
  }

  #nameOf(name: string): string {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    const plain = taskNameOf(name)
    if (this.#names.size >= namesMax) this.#names.clear()
    this.#names.set(name, plain)
    return plain
  }
}

interface Numbered {
  readonly number: number
  readonly task: TaskMarks
}

/** Names that are known as ids have them: programs have tens of functions that they start. */
const namesMax = 1000
