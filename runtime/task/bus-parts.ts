import type * as Effect from "effect/Effect"
import { Awaits } from "../bus/awaits.ts"
import { Bus } from "../bus/bus.ts"
import type { SubscriptionView } from "../bus/outside.ts"
import { type BusOptions, busDefaults } from "../bus/ports.ts"
import { Subscriptions } from "../bus/subscriptions.ts"
import { BusTable } from "../bus/table.ts"
import { Taps } from "../bus/taps.ts"
import { Upkeep } from "../bus/upkeep.ts"
import type { StoreUnavailable } from "../store/store.ts"
import type { Closure } from "../value/value.ts"
import { busHooks, busTasks } from "./bus-tasks.ts"
import { unlessDamaged } from "./damage.ts"
import { pcStart } from "./frame.ts"
import type { HandOver } from "./hand-over.ts"
import type { Places } from "./places.ts"

/** The parts of a namespace's bus, wired together and with its tasks. */
export const makeBus = (given: {
  readonly places: Places
  readonly options: Partial<BusOptions> | undefined
  readonly onDamaged: (damage: StoreUnavailable) => void
  readonly now: () => number
  readonly handOver: () => Pick<HandOver, "change">
  /** Called when `upkeep.isResting` may have become true. */
  readonly rested: () => void
}) => {
  const { now, places } = given
  const options: BusOptions = { ...busDefaults, ...given.options }
  const table = new BusTable(places.view, places.keys)
  const taps = new Taps()
  const tasks = busTasks(places)
  const readable = <A>(read: () => A): A | undefined => unlessDamaged(read, given.onDamaged)
  const awaits = new Awaits({ table, tasks, readable })
  const shared = { table, taps, awaits, options, readable }
  const upkeepOf = { madeRoom: () => upkeep.madeRoom(), left: () => upkeep.left() }
  const bus: Bus = new Bus({ ...shared, tasks, upkeep: upkeepOf })
  const subscriptions = new Subscriptions({ ...shared, upkeep: upkeepOf }, bus)
  const upkeep: Upkeep = new Upkeep({
    table,
    bus,
    readable,
    now,
    change: <A>(change: () => A): Effect.Effect<A, StoreUnavailable> => given.handOver().change(change),
    wake: (task) => wakeForRoom(places, task, now()),
    rested: given.rested
  })
  places.tasks.connect(busHooks({ places, bus, awaits, subscriptions, upkeep }))
  return { ...shared, bus, subscriptions, upkeep, now, standing: (handler: Closure) => standing(places, handler) }
}

const wakeForRoom = ({ tasks }: Places, task: string, now: number): void => {
  const record = unlessDamaged(() => tasks.read(task))
  if (record?.wait?.kind === "room") tasks.apply(task, { type: "woke", value: record.value }, now)
}

const standing = (places: Places, { bundle, index }: Closure): Pick<SubscriptionView, "function" | "place"> => {
  const frame = { bundle, function: index, pc: pcStart, slots: [] }
  const position = places.position(frame)
  const source = places.source(frame)
  const place = position && source !== undefined && { source, line: position.line, column: position.column }
  return { function: places.functionName(bundle, index), ...(place && { place }) }
}
