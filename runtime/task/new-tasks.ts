import { Bookmark } from "../store/entry.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import { taskCounter, taskNameOf } from "./task-id.ts"
import { TaskMarks } from "./task-marks.ts"

/**
 * Gives tasks new ids, `<name>-<n>`: `n` counts the tasks of the namespace, so the number alone is unique too. The counter is written
 * with the commit that the task starts in.
 *
 * A counter that is damaged may seem to be missing, or older than it is, and no task may be written over then. So it stands twice, far
 * apart. Where both say the same, all numbers above are free. Else each id is looked up before it is given, and the
 * copy is left as it is, for all who open the store later.
 */
export class NewTasks {
  readonly #view: View
  readonly #keys: Keys
  readonly #isNew: boolean
  readonly #counter: Bookmark
  readonly #copy: Bookmark
  /** Whether the counter is right; undefined until a task is begun. */
  #isCertain: boolean | undefined
  readonly #names = new Map<string, string>()

  /** `isNew`: nothing was ever written to the namespace. */
  constructor({ isNew, keys, view }: { readonly view: View; readonly keys: Keys; readonly isNew: boolean }) {
    this.#view = view
    this.#keys = keys
    this.#isNew = isNew
    this.#counter = new Bookmark(keys.counter(taskCounter))
    this.#copy = new Bookmark(keys.counterCopy(taskCounter))
  }

  /** A task that is called after `name`. */
  next(name: string): TaskMarks {
    const last = this.#view.readAt(this.#counter, Number)
    this.#isCertain ??= this.#agrees(last)
    const plain = this.#nameOf(name)
    let number = (last ?? 0) + 1
    let marks = new TaskMarks(this.#keys, `${plain}-${number}`, this.#isCertain)
    if (!this.#isCertain)
      while (this.#view.hasAt(marks.record)) marks = new TaskMarks(this.#keys, `${plain}-${++number}`)
    const text = String(number)
    this.#view.putAt(this.#counter, text, number)
    if (this.#isCertain) this.#view.putAt(this.#copy, text, number)
    return marks
  }

  #nameOf(name: string): string {
    const known = this.#names.get(name)
    if (known !== undefined) return known
    const plain = taskNameOf(name)
    if (this.#names.size >= namesMax) this.#names.clear()
    this.#names.set(name, plain)
    return plain
  }

  #agrees(last: number | undefined): boolean {
    const copy = this.#view.readAt(this.#copy, Number)
    return last === copy && (last !== undefined || this.#isNew)
  }
}

/** Names that are known as ids have them: programs have tens of functions that they start. */
const namesMax = 1000
