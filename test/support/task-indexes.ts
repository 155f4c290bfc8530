import { assert } from "vitest"
import type { Keys } from "../../runtime/store/keys.ts"
import { dueOf, isEnded, isOver, isRunnable, type TaskRecord } from "../../runtime/task/task.ts"
import { decodeRecord } from "../../runtime/task/task-record.ts"

/** Entries of a namespace with their payloads, by key. */
export type Payloads = ReadonlyMap<string, string>

/** Says that the indexes of tasks are what the records make of them: no entry is missing, none is left over, and every child
 * that has not ended belongs to a form that waits for it. */
export const checkTaskIndexes = (payloads: Payloads, keys: Keys, where: string): void => {
  const under = (prefix: string): ReadonlyArray<string> =>
    [...payloads.keys()].filter((key) => key.startsWith(`${keys.all.from}${prefix}/`))
  const records = under("t").map((key) => decodeRecord(payloads.get(key)!))
  const expected = (key: (record: TaskRecord) => string | undefined) =>
    records.flatMap((record) => key(record) ?? []).sort()
  assert.deepStrictEqual(
    under("r"),
    expected((record) => (isRunnable(record) ? keys.runnable(record.id) : undefined)),
    `${where}: the index of runnable tasks`
  )
  assert.deepStrictEqual(
    under("w"),
    expected((record) => {
      const due = dueOf(record)
      return due === undefined ? undefined : keys.timer(due, record.id)
    }),
    `${where}: the timers`
  )
  assert.deepStrictEqual(
    under("k"),
    expected((record) => (record.wait?.kind === "children" ? keys.children(record.id) : undefined)),
    `${where}: the records of children`
  )
  const byId = new Map(records.map((record) => [record.id, record]))
  for (const record of records) {
    checkForm(record, byId, payloads, keys, where)
    checkJoin(record, byId, payloads, keys, where)
  }
}

const childrenOf = (record: TaskRecord, payloads: Payloads, keys: Keys): ReadonlyArray<string> =>
  JSON.parse(payloads.get(keys.children(record.id)) ?? "[]") as ReadonlyArray<string>

const checkForm = (
  record: TaskRecord,
  byId: ReadonlyMap<string, TaskRecord>,
  payloads: Payloads,
  keys: Keys,
  where: string
): void => {
  if (record.isChild && !isEnded(record.state)) {
    const parent = byId.get(record.parent ?? "")
    assert.strictEqual(parent?.wait?.kind, "children", `${where}: the parent of ${record.id} waits for it`)
    assert.include(childrenOf(parent!, payloads, keys), record.id, `${where}: as one of its children`)
  }
  if (record.wait?.kind !== "children") return
  assert.isFalse(isEnded(record.state), `${where}: ${record.id} has children and has ended`)
  const left = childrenOf(record, payloads, keys).filter((child) => !isEnded(byId.get(child)!.state))
  assert.strictEqual(record.wait.left, left.length, `${where}: how many children of ${record.id} are left`)
}

const checkJoin = (
  record: TaskRecord,
  byId: ReadonlyMap<string, TaskRecord>,
  payloads: Payloads,
  keys: Keys,
  where: string
): void => {
  if (record.wait?.kind !== "join" || isEnded(record.state)) return
  const target = byId.get(record.wait.task)!
  assert.isFalse(isOver(target), `${where}: ${record.id} waits for ${target.id}, which is over`)
  const joiners: Array<string> = []
  for (let next = target.joiner; next && !joiners.includes(next); next = payloads.get(keys.joiner(target.id, next)))
    joiners.push(next)
  assert.include(joiners, record.id, `${where}: the joiners of ${target.id}`)
}
