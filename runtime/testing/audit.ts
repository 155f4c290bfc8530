import { dueOf, externDueOf, isEnded, isOver, isRunnable, type TaskRecord } from "../task/task.ts"
import { isGivenId } from "../task/task-id.ts"
import { auditBus } from "./audit-bus.ts"
import { difference } from "./difference.ts"
import type { RawRecords } from "./picture.ts"

/**
 * What must hold of the raw records at every commit, whatever the program: each index says what the records say, each
 * task has exactly the frames that it counts, each log has all its lines. One sentence for each thing that does not.
 */
export const auditRecords = (raw: RawRecords): ReadonlyArray<string> => [
  ...auditRunnable(raw),
  ...auditTimers(raw),
  ...auditEnded(raw),
  ...auditExterns(raw),
  ...auditTimelines(raw),
  ...auditBus(raw),
  ...[...raw.tasks.values()].flatMap((record) => [
    ...auditFrames(raw, record),
    ...auditLog(raw, record),
    ...auditJoiners(raw, record),
    ...auditWait(raw, record),
    ...auditChildren(raw, record),
    ...auditParent(raw, record)
  ])
]

const auditRunnable = ({ keys, scan, tasks }: RawRecords): ReadonlyArray<string> => {
  const indexed = scan(keys.runnableRange).map(([key]) => keys.parseRunnable(key))
  const runnable = [...tasks.values()].filter(isRunnable).map(({ id }) => id)
  return difference("the index of runnable tasks", indexed, runnable)
}

const auditTimers = ({ keys, scan, tasks }: RawRecords): ReadonlyArray<string> => {
  const indexed = scan(keys.timerRange()).map(([key]) => key)
  const waiting = [...tasks.values()].flatMap((record) => {
    const due = dueOf(record)
    return due === undefined ? [] : [keys.timer(due, record.id)]
  })
  return difference("the timers", indexed, waiting)
}

const auditEnded = ({ keys, scan, tasks }: RawRecords): ReadonlyArray<string> => {
  const indexed = scan(keys.endedRange).map(([key]) => keys.parseEnded(key).task)
  const ended = [...tasks.values()].filter((record) => isOver(record) && !isGivenId(record.id)).map(({ id }) => id)
  return difference("the index of ended tasks", indexed, ended)
}

const auditTimelines = ({ keys, scan, tasks }: RawRecords): ReadonlyArray<string> => {
  const kept = scan(keys.timelineRange).map(([key]) => keys.parseTimeline(key))
  const known = [...tasks.values()].filter(({ hasOlder }) => hasOlder).map(({ id }) => id)
  return difference("the older entries of timelines", kept, known)
}

/** Calls that are under way or due are in their index; what is called is kept as long as the task waits for it. */
const auditExterns = ({ keys, scan, tasks }: RawRecords): ReadonlyArray<string> => {
  const indexed = scan(keys.externDueRange).map(([key]) => key)
  const due = [...tasks.values()].flatMap((record) => {
    const since = externDueOf(record)
    return since === undefined ? [] : [keys.externDue(since, record.id)]
  })
  const kept = scan(keys.externCallRange).map(([key]) => keys.parseExternCall(key))
  const waiting = [...tasks.values()].filter(({ wait }) => wait?.kind === "extern").map(({ id }) => id)
  return [...difference("the index of calls", indexed, due), ...difference("the calls", kept, waiting)]
}

const auditFrames = ({ keys, scan }: RawRecords, record: TaskRecord): ReadonlyArray<string> => {
  const depths = scan(keys.frameRange(record.id)).map(([key]) => keys.parseFrame(key).depth)
  const count = isEnded(record.state) && record.state !== "failed" ? 0 : record.depth
  const expected = Array.from({ length: count }, (_, depth) => depth)
  const locals = scan(keys.localRange(record.id)).map(([key]) => keys.parseLocal(key).depth)
  const stray = locals.filter((depth) => depth >= count).map((depth) => `${record.id} has a local of no frame ${depth}`)
  return [...difference(`the frames of ${record.id}`, depths.map(String), expected.map(String)), ...stray]
}

const auditLog = ({ keys, scan }: RawRecords, record: TaskRecord): ReadonlyArray<string> => {
  const lines = scan(keys.logRange(record.id)).map(([key]) => keys.parseLog(key).line)
  const expected = Array.from({ length: record.logs }, (_, line) => line)
  return difference(`the log of ${record.id}`, lines.map(String), expected.map(String))
}

/** The list of joiners is linked through its own records, from the task's record on; the oldest has none. */
const auditJoiners = (records: RawRecords, record: TaskRecord): ReadonlyArray<string> => {
  const { keys, scan, tasks } = records
  const linked = joinersOf(records, record)
  const unknown = linked.filter((task) => !tasks.has(task)).map((task) => `${task} joins ${record.id} and is no task`)
  const stray = scan(keys.joinerRange(record.id))
    .map(([key]) => keys.parseJoiner(key).task)
    .filter((task) => !linked.includes(task))
    .map((task) => `${task} has a record as joiner of ${record.id} and is not in the list`)
  return [...stray, ...unknown]
}

const joinersOf = ({ keys, scan }: RawRecords, record: TaskRecord): ReadonlyArray<string> => {
  const next = new Map(
    scan(keys.joinerRange(record.id)).map(([key, text]) => [keys.parseJoiner(key).task, text] as const)
  )
  const linked: Array<string> = []
  for (let joiner = record.joiner ?? ""; joiner !== "" && !linked.includes(joiner); joiner = next.get(joiner) ?? "")
    linked.push(joiner)
  return linked
}

/** Who waits for another to end is in its list, also when that has ended and wakes them one after the other. */
const auditWait = (records: RawRecords, record: TaskRecord): ReadonlyArray<string> => {
  const { wait } = record
  if (isEnded(record.state) || wait?.kind !== "join") return []
  const target = records.tasks.get(wait.task)
  if (target === undefined) return [`${record.id} joins ${wait.task}, which is no task`]
  return joinersOf(records, target).includes(record.id) ? [] : [`${record.id} joins ${wait.task}, which does not know`]
}

/** A task that waits for children has a list of them, and counts those that have not ended. */
const auditChildren = ({ keys, scan, tasks }: RawRecords, { id, wait }: TaskRecord): ReadonlyArray<string> => {
  const list = scan(keys.childrenRange).find(([key]) => keys.parseChildren(key) === id)?.[1]
  if (wait?.kind !== "children") return list === undefined ? [] : [`${id} has a list of children and waits for none`]
  if (list === undefined) return [`${id} waits for children and does not know which`]
  const children = JSON.parse(list) as ReadonlyArray<string>
  const unknown = children.filter((child) => !tasks.has(child)).map((child) => `${child}, a child of ${id}, is no task`)
  const left = children.filter((child) => !isEnded(tasks.get(child)?.state ?? "done")).length
  const isWrong = left !== wait.left || children.length !== wait.count
  const counts = `${id} counts ${wait.left} children of ${wait.count} that have not ended`
  return [...unknown, ...(isWrong ? [`${counts}, they are ${left} of ${children.length}`] : [])]
}

/** A child has not ended: then its parent waits for it. */
const auditParent = ({ tasks }: RawRecords, record: TaskRecord): ReadonlyArray<string> => {
  if (!record.isChild || isEnded(record.state)) return []
  const parent = tasks.get(record.parent ?? "")
  return parent?.wait?.kind === "children" ? [] : [`${record.id} has outlived the form of ${record.parent}`]
}
