import {
  decodeAdopted,
  decodeBelongings,
  decodeDeadLetter,
  decodeEvent,
  decodeFacts,
  decodeProgress,
  decodeRemains,
  decodeTopic,
  encodeJson,
  type Remains
} from "../bus/records.ts"
import type { Keys } from "../store/keys.ts"
import { seal } from "../store/record.ts"
import type { Write } from "../store/store.ts"
import { decode } from "../value/codec.ts"
import type { TaskRecord } from "./task.ts"

/** What the records of the bus are looked up in, and told to. */
export interface BusScrub {
  readonly keys: Keys
  readonly has: (key: string) => boolean
  /** Undefined: there is no such record, or it cannot be read, which is told where it is met itself. */
  readonly read: (key: string) => string | undefined
  readonly report: (key: string, what: string, repair?: ReadonlyArray<Write>) => void
  readonly hasBundle: (hash: string, who: string) => void
}

/** Checks a record of the bus; false when it is none. Throws for what makes no sense. */
export const checkBusRecord = (scrub: BusScrub, key: string, payload: string): boolean => {
  const { keys } = scrub
  switch (keys.space(key)) {
    case "s":
      checkFacts(scrub, key, payload)
      return true
    case "i":
      checkProgress(scrub, key, payload)
      return true
    case "q":
      decodeTopic(payload)
      return true
    case "v":
      decodeEvent(payload)
      return true
    case "d":
      decodeDeadLetter(payload)
      return true
    case "y":
      if (keys.parseBelongings(key).consumer === undefined) decodeBelongings(payload)
      else decode(payload)
      return true
    case "z":
      decodeAdopted(payload)
      return true
    case "a":
      decodeRemains(payload)
      return true
    case "x":
      if (!scrub.has(keys.task(payload)))
        scrub.report(key, `it says that ${payload} waits for room, and there is no such task`, [{ type: "del", key }])
      return true
    default:
      return false
  }
}

/** A task that waits for room in the event queue has its place in the row. */
export const checkRoom = ({ has, keys, report }: BusScrub, { id, wait }: TaskRecord): void => {
  if (wait?.kind !== "room") return
  const key = keys.room(wait.number)
  if (has(key)) return
  report(key, `it is missing in the index, and ${id} waits for room`, [{ type: "put", key, value: seal(key, id) }])
}

const checkFacts = ({ has, hasBundle, keys, read, report }: BusScrub, key: string, payload: string): void => {
  const facts = decodeFacts(payload)
  const progress = keys.progress(facts.id)
  if (!has(progress)) report(progress, `it is missing, and the subscription ${facts.id} needs it`)
  const topic = read(keys.topic(facts))
  if (topic !== undefined && !decodeTopic(topic).subscriptions.includes(facts.id))
    report(key, `its topic does not know the subscription ${facts.id}`)
  if (facts.handler !== null) hasBundle(facts.handler.bundle, `the subscription ${facts.id}`)
}

/** A place whose task is gone is given to the next event; the record that says where to look makes that happen. */
const checkProgress = ({ has, keys, read, report }: BusScrub, key: string, payload: string): void => {
  const progress = decodeProgress(payload)
  const id = keys.parseProgress(key)
  const lost = progress.running.filter(({ task }) => !has(keys.task(task)))
  const facts = read(keys.subscription(id))
  if (lost.length === 0 || facts === undefined) return
  const { channel, topic } = decodeFacts(facts)
  const running = progress.running.filter((each) => !lost.includes(each))
  const again: Remains = { channel, topic, from: 0, to: 0, events: lost.map(({ event }) => event), letters: [] }
  const remains = keys.remains(id)
  report(key, `${lost.map(({ task }) => task).join(", ")} should handle an event of ${id}, and there is no such task`, [
    { type: "put", key, value: seal(key, encodeJson({ ...progress, running })) },
    { type: "put", key: remains, value: seal(remains, encodeJson(again)) }
  ])
}
