import { decodeHead } from "../store/batch.ts"
import { Keys, namespaceKey } from "../store/keys.ts"
import { unseal } from "../store/record.ts"
import type { KeyRange } from "../store/store.ts"
import type { Table } from "../store/table.ts"
import { decodeLogEntry, type LogLine } from "../task/segment.ts"
import type { TaskRecord, TaskState } from "../task/task.ts"
import { decodeRecord } from "../task/task-record.ts"
import { decode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"

/** A task as the store has it. */
export interface TaskPicture {
  readonly id: string
  readonly state: TaskState
  /** Of a task that is done. */
  readonly result?: Value
  /** Code and message of the fault that a task has failed with. */
  readonly fault?: string
  /** Its log, oldest line first. */
  readonly lines: ReadonlyArray<string>
}

/** What a store holds, read from its raw records, without the runtime that wrote them. */
export interface Picture {
  /** The last commit; 0 when there is none. */
  readonly commit: number
  /** The user's keys, in their order. */
  readonly kv: ReadonlyMap<string, Value>
  /** In the order of their ids. */
  readonly tasks: ReadonlyMap<string, TaskPicture>
  /** Lines that are durable and not yet known to be shown, in their order. */
  readonly unshown: ReadonlyArray<LogLine>
}

export const emptyPicture: Picture = { commit: 0, kv: new Map(), tasks: new Map(), unshown: [] }

/** The raw records of a namespace, by their kinds. */
export interface RawRecords {
  readonly keys: Keys
  readonly scan: (range: KeyRange) => ReadonlyArray<readonly [key: string, payload: string]>
  readonly commit: number
  readonly tasks: ReadonlyMap<string, TaskRecord>
}

/** Undefined when the store has no such namespace. Throws `StoreUnavailable` for a record that fails its check. */
export const rawRecords = (table: Table, namespace: string): RawRecords | undefined => {
  const keys = keysIn(table, namespace)
  if (keys === undefined) return undefined
  const scan = (range: KeyRange) => scanRecords(table, range)
  const tasks = new Map(scan(keys.taskRange()).map(([key, text]) => [keys.parseTask(key), decodeRecord(text)] as const))
  return { keys, scan, commit: lastCommitIn(table, namespace), tasks }
}

/** The number of the last commit that the store holds; 0 when there is none. */
export const lastCommitIn = (table: Table, namespace: string): number => {
  const head = keysIn(table, namespace)?.head
  const record = head === undefined ? undefined : table.get(head)
  return record === undefined ? 0 : decodeHead(unseal(head!, record))!.commit
}

/** The lines in the outbox, in their order. */
export const unshownIn = (table: Table, namespace: string): ReadonlyArray<LogLine> => {
  const range = keysIn(table, namespace)?.outputRange
  return range === undefined ? [] : scanRecords(table, range).map(([, text]) => JSON.parse(text) as LogLine)
}

const keysIn = (table: Table, namespace: string): Keys | undefined => {
  const key = namespaceKey(namespace)
  const id = table.get(key)
  return id === undefined ? undefined : new Keys(unseal(key, id))
}

const scanRecords = (table: Table, range: KeyRange): ReadonlyArray<readonly [key: string, payload: string]> =>
  table.scan(range, Number.POSITIVE_INFINITY).map(([key, record]) => [key, unseal(key, record)] as const)

export const pictureOf = ({ keys, scan, commit, tasks }: RawRecords): Picture => ({
  commit,
  kv: new Map(scan(keys.userRange("")).map(([key, text]) => [keys.parseUser(key), decode(text)] as const)),
  tasks: new Map([...tasks].map(([id, record]) => [id, taskPicture(record, linesOf({ keys, scan }, id))] as const)),
  unshown: scan(keys.outputRange).map(([, text]) => JSON.parse(text) as LogLine)
})

const linesOf = ({ keys, scan }: Pick<RawRecords, "keys" | "scan">, task: string): ReadonlyArray<string> =>
  scan(keys.logRange(task)).map(([, text]) => decodeLogEntry(text).text)

const taskPicture = (record: TaskRecord, lines: ReadonlyArray<string>): TaskPicture => ({
  id: record.id,
  state: record.state,
  lines,
  ...(record.result !== undefined && { result: record.result }),
  ...(record.error !== undefined && { fault: `${record.error.code} ${record.error.message}` })
})
