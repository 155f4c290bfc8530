import { Fault, faultCodes, invariant } from "../errors.ts"
import { limits } from "../limits.ts"
import { encode } from "../value/codec.ts"
import { List, type Value } from "../value/value.ts"
import { cancelTask } from "./cancel.ts"
import { unlessDamaged } from "./damage.ts"
import { ChildFault, fault } from "./faults.ts"
import type { Places } from "./places.ts"
import { type ChildrenWait, type Form, isClosing, type TaskRecord } from "./task.ts"

/*
 * `core/task/all`, `race` and `any`: a task waits for children that belong to it. Each child that ends is counted in the
 * record of the waiting task, in the commit of its end; nobody looks for them. When one end decides the form, or the waiting
 * task is cancelled, the form is closed: the task itself cancels those that are left, so many in a commit. It goes on when
 * none of them is left, so no child outlives its form, whatever ends that and wherever a crash comes.
 */

/** Cancels the next children of a form that is closed, in a segment of the task that waits for them, and theirs, as many as
 * there is room for in a commit: a tree that grows by a level for each turn must not run away from its cancellation. */
export const askChildren = (places: Places, record: TaskRecord, now: number): TaskRecord => {
  const { tasks } = places
  const closing = [...askSome(places, record, now, limits.childrenPerCommit)]
  for (let next = 0; next < closing.length && closing.length < limits.childrenPerCommit; next++) {
    if (isFull(places)) break
    const more = unlessDamaged(() => {
      const child = tasks.read(closing[next]!)
      const room = limits.childrenPerCommit - closing.length
      return child !== undefined && isClosing(child) ? askSome(places, child, now, room) : []
    })
    closing.push(...(more ?? []))
  }
  return tasks.read(record.id) ?? record
}

/** Cancels its next children, at most so many, and fewer when they have many frames; yields which. */
const askSome = (places: Places, record: TaskRecord, now: number, max: number): ReadonlyArray<string> => {
  const { tasks } = places
  const { asked = 0 } = waitOf(record)
  const children: Array<string> = []
  for (const child of tasks.children(record.id).slice(asked, asked + max)) {
    tasks.apply(record.id, { type: "children asked", count: 1 }, now)
    // One that cannot be read stands still, and its form with it, until somebody repairs the store.
    unlessDamaged(() => cancelTask(places, child, now))
    children.push(child)
    if (isFull(places)) break
  }
  return children
}

const isFull = ({ view }: Places): boolean => view.writtenUnits >= limits.segmentUnitsSoft

/** Ends children whose form does not come about. */
export const disownChildren = (places: Places, task: string, children: ReadonlyArray<string>, now: number): void => {
  for (const child of children) cancelTask(places, child, now)
  places.tasks.forgetChildren(task)
}

/** What the form yields when all of its children have ended. Throws `Fault` when it was decided by one. */
export const gather = (places: Places, record: TaskRecord): Value => {
  const { count, first, form } = waitOf(record)
  if (first !== undefined) return resultOf(form, recordOf(places, first))
  if (form === "all") return resultsInOrder(places, places.tasks.children(record.id))
  throw fault(
    "none succeeded",
    `core/task/any: ${count === 1 ? "the only task" : `each of the ${count} tasks`} has faulted or was cancelled`
  )
}

/** In the order of the functions, as long as they have room in one value. */
const resultsInOrder = (places: Places, children: ReadonlyArray<string>): Value => {
  let size = 0
  const results = children.map((child) => {
    const result = resultOf("all", recordOf(places, child))
    size += encode(result).length
    if (size <= limits.valueBytesMax) return result
    throw new Fault(
      faultCodes.tooLarge,
      `core/task/all: the results have more than ${limits.valueBytesMax} bytes together: let the tasks keep them in the store`
    )
  })
  return new List("(", results)
}

const resultOf = (form: Form, child: TaskRecord): Value => {
  if (child.state === "done") return child.result ?? null
  if (child.error !== undefined) throw new ChildFault(child.error)
  throw fault("child cancelled", `core/task/${form}: task ${child.id} was cancelled`)
}

const recordOf = (places: Places, child: string): TaskRecord => {
  const record = places.tasks.read(child)
  invariant(record !== undefined, `the child ${child} is kept for as long as its form`)
  return record
}

const waitOf = ({ wait }: TaskRecord): ChildrenWait => {
  invariant(wait?.kind === "children", "the task waits for children")
  return wait
}
