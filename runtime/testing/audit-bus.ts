import { executionChannel } from "../../stdlib/abi/bus.ts"
import { isNeeded, queuedIn } from "../bus/progress.ts"
import {
  type Adopted,
  type Belongings,
  decodeAdopted,
  decodeBelongings,
  decodeDeadLetter,
  decodeEvent,
  decodeFacts,
  decodeProgress,
  decodeRemains,
  decodeTopic,
  type Facts,
  type Progress,
  type Remains,
  type Topic
} from "../bus/records.ts"
import { limits } from "../limits.ts"
import type { Keys, TopicName } from "../store/keys.ts"
import { isEnded, type TaskRecord } from "../task/task.ts"
import { difference } from "./difference.ts"
import type { RawRecords } from "./picture.ts"

/** What the bus keeps, read from its raw records. */
interface BusRecords {
  readonly keys: Keys
  readonly tasks: ReadonlyMap<string, TaskRecord>
  readonly topics: ReadonlyMap<string, { readonly name: TopicName; readonly topic: Topic }>
  readonly facts: ReadonlyMap<string, Facts>
  readonly progress: ReadonlyMap<string, Progress>
  readonly events: ReadonlyMap<string, TopicName & { readonly event: number }>
  readonly letters: ReadonlyArray<{ readonly subscription: string; readonly event: number }>
  readonly belongings: ReadonlyMap<string, Belongings>
  readonly arrived: ReadonlyArray<string>
  readonly programs: ReadonlyMap<string, ReadonlyArray<Adopted>>
  readonly rooms: ReadonlyMap<string, string>
  readonly remains: ReadonlyMap<string, Remains>
  readonly queued: number
}

/** What must hold of the bus at every commit, one sentence for each thing that does not. `places`: those of a subscription. */
export const auditBus = (raw: RawRecords, places: number = limits.handlerPlaces): ReadonlyArray<string> => {
  const records = read(raw)
  return [
    ...auditTopics(records),
    ...auditOwners(records),
    ...auditHandlers(records, places),
    ...auditEvents(records),
    ...auditLetters(records),
    ...auditAwaits(records),
    ...auditRoom(records)
  ]
}

const read = ({ keys, scan, tasks }: RawRecords): BusRecords => {
  const belongings = scan(keys.belongingsRange).map(([key, text]) => ({ key, text, ...keys.parseBelongings(key) }))
  const counter = keys.counter("events queued")
  return {
    keys,
    tasks,
    topics: new Map(
      scan(keys.topicRange).map(([key, text]) => [key, { name: keys.parseTopic(key), topic: decodeTopic(text) }])
    ),
    facts: new Map(scan(keys.subscriptionRange).map(([key, text]) => [keys.parseSubscription(key), decodeFacts(text)])),
    progress: new Map(scan(keys.progressRange).map(([key, text]) => [keys.parseProgress(key), decodeProgress(text)])),
    events: new Map(
      scan(keys.eventRange).map(([key, text]) => {
        decodeEvent(text)
        return [key, keys.parseEvent(key)]
      })
    ),
    letters: scan(keys.deadLetterRange()).map(([key, text]) => {
      decodeDeadLetter(text)
      return keys.parseDeadLetter(key)
    }),
    belongings: new Map(
      belongings.flatMap(({ consumer, task, text }) =>
        consumer === undefined ? [[task, decodeBelongings(text)] as const] : []
      )
    ),
    arrived: belongings.flatMap(({ consumer, key }) => (consumer === undefined ? [] : [key])),
    programs: new Map(
      scan(keys.programSubscriptionsRange).map(([key, text]) => [
        keys.parseProgramSubscriptions(key),
        decodeAdopted(text)
      ])
    ),
    rooms: new Map(scan(keys.roomRange)),
    remains: new Map(scan(keys.remainsRange).map(([key, text]) => [keys.parseRemains(key), decodeRemains(text)])),
    queued: Number(scan({ from: counter, to: `${counter}\0` })[0]?.[1] ?? 0)
  }
}

/** Each subscription stands in the list of its topic, and each topic has somebody. */
const auditTopics = ({ facts, keys, progress, topics }: BusRecords): ReadonlyArray<string> => {
  const listed = [...topics].flatMap(([key, { topic }]) => topic.subscriptions.map((id) => `${id} of ${key}`))
  const made = [...facts.values()].map((each) => `${each.id} of ${keys.topic(each)}`)
  const empty = [...topics].filter(([, { topic }]) => topic.subscriptions.length + topic.consumers.length === 0)
  return [
    ...difference("the subscriptions of the topics", listed, made),
    ...difference("how far subscriptions are", [...progress.keys()], [...facts.keys()]),
    ...empty.map(([key]) => `nobody listens to ${key}, and it is there`)
  ]
}

const auditOwners = ({ belongings, facts, programs, tasks }: BusRecords): ReadonlyArray<string> => {
  const owned = [
    ...[...belongings].flatMap(([task, { subscriptions }]) => subscriptions.map((id) => `${id} of task ${task}`)),
    ...[...programs].flatMap(([program, adopted]) =>
      adopted.map((each) => `${each.subscription} of program ${program}`)
    )
  ]
  const made = [...facts.values()].flatMap(({ id, owner }) => {
    if (owner.kind === "processor") return []
    return owner.kind === "task" ? [`${id} of task ${owner.task}`] : [`${id} of program ${owner.program}`]
  })
  const left = [...belongings.keys()].filter((task) => isEnded(tasks.get(task)?.state ?? "done"))
  const unknown = [...belongings.keys()].filter((task) => tasks.get(task)?.bus?.hasBelongings !== true)
  return [
    ...difference("what is subscribed", owned, made),
    ...left.map((task) => `${task} has ended, and something still belongs to it`),
    ...unknown.map((task) => `something belongs to ${task}, which does not know`)
  ]
}

/** An event that is being handled has a task that has not ended, for each subscription one, and no place stands empty while
 * an event waits. */
const auditHandlers = (records: BusRecords, places: number): ReadonlyArray<string> => {
  const { facts, progress, remains, tasks, topics, keys } = records
  const running = [...progress].flatMap(([id, each]) =>
    each.running.map((one) => `${one.task} with ${id}.${one.event}`)
  )
  const handling = [...tasks.values()].flatMap(({ bus, id, state, wait }) => {
    const handles = bus?.handles
    if (handles === undefined || isEnded(state) || !facts.has(handles.subscription)) return []
    if (handles.attempt === 0 && progress.get(handles.subscription)!.next <= handles.event) return []
    return wait?.kind === "turn" ? [] : [`${id} with ${handles.subscription}.${handles.event}`]
  })
  const wrong = [...progress].flatMap(([id, { next, running }]) => {
    const of = facts.get(id)
    const newest = of === undefined ? 0 : (topics.get(keys.topic(of))?.topic.newest ?? 0)
    const placesMax = of?.handler === null ? 1 : places
    const taken = running.filter(({ isBeside }) => isBeside !== true).length
    const events = new Set(running.map(({ event }) => event))
    return [
      ...(taken > placesMax ? [`${id} handles ${taken} events, and has ${placesMax} places`] : []),
      ...(taken < placesMax && next <= newest && !remains.has(id)
        ? [`${id} has a place free, and an event waits`]
        : []),
      ...(events.size < running.length ? [`${id} handles an event twice`] : []),
      ...(next > newest + 1 ? [`${id} is at event ${next}, and the newest is ${newest}`] : []),
      ...running.filter(({ event }) => event >= next).map(({ event }) => `${id} handles ${event} before its turn`)
    ]
  })
  return [...difference("the events that are handled", running, handling), ...wrong]
}

/** An event is kept for as long as some subscription needs it, and then not, but for what is still to be swept. */
const auditEvents = (records: BusRecords): ReadonlyArray<string> => {
  const { events, keys, progress, queued, remains, topics } = records
  const needed: Array<string> = []
  let waiting = 0
  for (const { name, topic } of topics.values()) {
    const all = topic.subscriptions.flatMap((id) => progress.get(id) ?? [])
    if (name.channel !== executionChannel) waiting += queuedIn(topic.newest, all)
    const first = Math.min(
      topic.newest + 1,
      ...all.flatMap(({ next, running }) => [next, ...running.map((r) => r.event)])
    )
    for (let event = first; event <= topic.newest; event++)
      if (isNeeded(all, event)) needed.push(keys.event(name, event))
  }
  const swept = [...remains.values()]
  const isLeft = (key: string) => {
    const found = events.get(key)
    return swept.some(
      (each) =>
        each.channel === found?.channel &&
        each.topic === found.topic &&
        ((each.from <= found.event && found.event < each.to) || each.events.includes(found.event))
    )
  }
  const kept = [...events.keys()].filter((key) => !isLeft(key) || needed.includes(key))
  const count = waiting === queued ? [] : [`${waiting} events wait, and ${queued} are counted`]
  return [...difference("the events", kept, needed), ...count]
}

const auditLetters = ({ letters, progress, remains }: BusRecords): ReadonlyArray<string> => {
  const stored = letters.map(({ event, subscription }) => `${subscription}.${event}`)
  const left = new Set([...remains].flatMap(([id, each]) => each.letters.map((event) => `${id}.${event}`)))
  const known = [...progress].flatMap(([id, each]) => each.letters.map((event) => `${id}.${event}`))
  return difference(
    "the dead letters",
    stored.filter((id) => !left.has(id) || known.includes(id)),
    known
  )
}

/** A consumer stands with its topic until its event has come, and with its task until that goes on. */
const auditAwaits = ({ arrived, belongings, keys, tasks, topics }: BusRecords): ReadonlyArray<string> => {
  const listed = [...topics].flatMap(([key, { topic }]) =>
    topic.consumers.map(({ number, task }) => `${number} of ${task} on ${key}`)
  )
  const all = [...belongings].flatMap(([task, { consumers }]) => consumers.map((each) => ({ task, ...each })))
  const open = all.filter(({ hasArrived }) => hasArrived !== true)
  const got = all.filter(({ hasArrived }) => hasArrived === true)
  const waiting = [...tasks.values()].flatMap(({ id, wait }) => {
    if (wait?.kind !== "event") return []
    const isOpen = open.some(({ number, task }) => task === id && number === wait.consumer)
    return isOpen ? [] : [`${id} waits for an event, and would not be woken by it`]
  })
  return [
    ...difference(
      "the consumers of the topics",
      listed,
      open.map((each) => `${each.number} of ${each.task} on ${keys.topic(each)}`)
    ),
    ...difference(
      "the events that have arrived",
      arrived,
      got.map(({ number, task }) => keys.arrived(task, number))
    ),
    ...waiting
  ]
}

const auditRoom = ({ keys, rooms, tasks }: BusRecords): ReadonlyArray<string> => {
  const waiting = [...tasks.values()].flatMap(({ id, wait }) =>
    wait?.kind === "room" ? [`${id} at ${keys.room(wait.number)}`] : []
  )
  return difference(
    "who waits for room",
    [...rooms].map(([key, task]) => `${task} at ${key}`),
    waiting
  )
}
