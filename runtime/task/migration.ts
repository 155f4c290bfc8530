import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import { abiOldest } from "../../stdlib/abi/version.ts"
import { Comparison, type Landing, type Verdict } from "../bundle/comparison.ts"
import type { BundleRejected } from "../bundle/errors.ts"
import { storeBundle } from "../bundle/registry.ts"
import { decodeFacts, encodeFacts, type Facts } from "../bus/records.ts"
import { limits } from "../limits.ts"
import { rangeAfter } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import { hasType, type RecordTypes, recordTypes } from "../value/types.ts"
import { Closure, List } from "../value/value.ts"
import { unlessDamaged } from "./damage.ts"
import { UpgradeRefused } from "./errors.ts"
import { type Frame, pcStart } from "./frame.ts"
import type { HandOver } from "./hand-over.ts"
import { movedHandler } from "./handler-migration.ts"
import { tracePlace } from "./inspect.ts"
import type { Places } from "./places.ts"
import { findElsewhere, type StartOptions } from "./program.ts"
import { isEnded, type TaskRecord } from "./task.ts"
import { notedUpgrade, type StandingPlace } from "./timeline.ts"

export interface UpgradeOptions extends Omit<StartOptions, "fresh"> {
  /** Moves what can move; else nothing is changed. */
  readonly apply: boolean
  /** Moves nothing when a task is pinned. */
  readonly strict: boolean
}

export interface UpgradePlace {
  readonly source: string
  readonly line: number
  readonly column: number
}

/** A suspension point of old code with live tasks on it. */
export interface UpgradePoint {
  readonly verdict: Verdict["kind"]
  /** Why it is pinned, in the user's words. */
  readonly reason?: string
  /** What does not move with it, in the user's words. */
  readonly note?: string
  /** Hash of the old code. */
  readonly bundle: string
  readonly function: string
  /** `start`: the call has not begun. */
  readonly kind: "start" | "entry" | "loop" | "call"
  /** What is called there, in the source's words. */
  readonly callee: string
  readonly old?: UpgradePlace
  readonly now?: UpgradePlace
  /** Live tasks with a frame there. */
  readonly tasks: number
}

export interface Upgrade {
  readonly program: string
  /** Hash of the new code. */
  readonly bundle: string
  readonly points: ReadonlyArray<UpgradePoint>
  /** Live tasks of the program: those that are on the new code already, that can move as a whole, that cannot. */
  readonly tasks: { readonly current: number; readonly movable: number; readonly pinned: number }
  /** Subscriptions whose handler stands in old code; absent: none. What does not move is taken over by the next run of the program
   * where it subscribes. */
  readonly subscriptions?: { readonly movable: number; readonly pinned: number }
  /** The movable ones have been moved, durably. */
  readonly isApplied: boolean
}

/** What an upgrade found and did; `elsewhere`: nothing, as the unfinished run under this name is that of another program. */
export type Upgraded =
  | (Upgrade & { readonly kind: "compared" })
  | { readonly kind: "elsewhere"; readonly record: TaskRecord; readonly origin: string }

export interface MigrationParts extends Pick<Places, "view" | "keys" | "tasks"> {
  readonly places: Places
  readonly handOver: HandOver
}

/**
 * Compares the code on which live tasks of the program stand with `bundle`, and with `apply` moves them: each with all its
 * frames or not at all, and all that can move in one commit. That is to be done before anything runs: a live task has its frames
 * in memory. Reads every task once.
 */
export const upgrade = Effect.fnUntraced(function* (
  parts: MigrationParts,
  options: UpgradeOptions
): Effect.fn.Return<Upgraded, UpgradeRefused | BundleRejected | StoreUnavailable> {
  const { handOver, places } = parts
  const { bundle } = options
  yield* places.registry.check(bundle)
  const elsewhere = yield* findElsewhere(parts, options)
  if (elsewhere !== undefined) return { kind: "elsewhere", ...elsewhere }
  const migration = new Migration(places, bundle)
  const movable: Array<string> = []
  const counts = { current: 0, movable: 0, pinned: 0 }
  yield* forEachTask(places, (task) => {
    const plan = migration.plan(task)
    if (plan === undefined) return
    migration.count(plan)
    counts[plan.kind]++
    if (plan.kind === "movable" && movable.length <= limits.upgradeTasksMax) movable.push(task)
  })
  const handlers = yield* oldHandlers(places, (facts) => migration.movedHandler(facts))
  const isAnything = movable.length + handlers.movable.length > 0
  const isWanted = options.apply && isAnything && !(options.strict && counts.pinned > 0)
  if (isWanted) {
    const now = yield* Clock.currentTimeMillis
    yield* Effect.catchDefect(
      handOver.change(() => migration.moveAll(movable, handlers.movable, now)),
      (defect) => (defect instanceof UpgradeRefused ? Effect.fail(defect) : Effect.die(defect))
    )
    yield* handOver.durable
  }
  const { program } = bundle.manifest
  const points = migration.points()
  const subscriptions = { movable: handlers.movable.length, pinned: handlers.pinned }
  return {
    kind: "compared",
    program,
    bundle: bundle.hash,
    points,
    tasks: counts,
    ...(subscriptions.movable + subscriptions.pinned > 0 && { subscriptions }),
    isApplied: isWanted
  }
})

/** Subscriptions with a handler in old code: those that can move as they are then, and how many cannot. `moved` is undefined for
 * one in other code. One that cannot be read has none. */
const oldHandlers = Effect.fnUntraced(function* (
  { keys, view }: Places,
  moved: (facts: Facts) => Facts | "pinned" | undefined
) {
  const movable: Array<Facts> = []
  let pinned = 0
  let range = keys.subscriptionRange
  for (;;) {
    const page = yield* view.scanKeys(range, limits.scanPageItems)
    for (const key of page) {
      const facts = unlessDamaged(() => view.read(key, decodeFacts))
      const found = facts && moved(facts)
      if (found === "pinned") pinned++
      else if (found !== undefined) movable.push(found)
    }
    const last = page.at(-1)
    if (last === undefined || page.length < limits.scanPageItems) return { movable, pinned }
    range = rangeAfter(range, last)
  }
})

const forEachTask = Effect.fnUntraced(function* ({ keys, view }: Places, use: (task: string) => void) {
  let range = keys.taskRange()
  for (;;) {
    const page = yield* view.scanKeys(range, limits.scanPageItems)
    for (const key of page) use(keys.parseTask(key))
    const last = page.at(-1)
    if (last === undefined || page.length < limits.scanPageItems) return
    range = rangeAfter(range, last)
  }
})

/** A frame with what becomes of it; `staying`: it is not of this program, or on the new code already. */
interface FramePlan {
  readonly frame: Frame
  readonly verdict: Verdict | "staying"
  /** What stays on old code though the frame moves. */
  readonly note?: string
}

interface TaskPlan {
  readonly kind: "current" | "movable" | "pinned"
  readonly frames: ReadonlyArray<FramePlan>
}

/** Programs whose text was given to `eval` are named by the evaluator alike; none is a version of another one. */
const evaluatedSource = "eval"

/** What the compiler calls the local in which a function keeps the closures of its `defer`s. */
const deferredSlot = "%deferred"

const deferredStays = "what it has deferred stays the old code"

const pinned = (reason: string): Verdict => ({ kind: "pinned", reason })

class Migration {
  readonly #places: Places
  readonly #bundle: Bundle
  readonly #records: RecordTypes
  readonly #comparisons = new Map<string, Comparison>()
  readonly #points = new Map<string, UpgradePoint>()

  constructor(places: Places, bundle: Bundle) {
    this.#places = places
    this.#bundle = bundle
    this.#records = recordTypes(bundle.manifest.records)
  }

  /** Undefined: the task has ended, is none of this program, or cannot be read: then it can neither run nor move, and others
   * tell of it. */
  plan(task: string): TaskPlan | undefined {
    try {
      const record = this.#places.tasks.read(task)
      return record === undefined || isEnded(record.state) ? undefined : this.#plan(record)
    } catch (thrown) {
      if (thrown instanceof StoreUnavailable && thrown.reason === "damaged") return undefined
      throw thrown
    }
  }

  #plan(record: TaskRecord): TaskPlan | undefined {
    const frames = this.#places.frames(record)
    if (record.program !== this.#program && !frames.some(({ bundle }) => this.#isOfProgram(bundle))) return undefined
    const plans = frames.map((frame) => this.#framePlan(record, frame))
    const moving = plans.filter(({ verdict }) => verdict !== "staying")
    if (moving.length === 0)
      return frames.some(({ bundle }) => bundle === this.#bundle.hash) ? { kind: "current", frames: plans } : undefined
    const isPinned = moving.some(({ verdict }) => verdict !== "staying" && verdict.kind === "pinned")
    return { kind: isPinned ? "pinned" : "movable", frames: plans }
  }

  #framePlan(record: TaskRecord, frame: Frame): FramePlan {
    const verdict = this.#verdict(record, frame)
    const moves = verdict !== "staying" && verdict.kind !== "pinned"
    return { frame, verdict, ...(moves && this.#hasDeferred(frame) && { note: deferredStays }) }
  }

  /** A clean-up that waits to be run is a function in a value, and undoes what the old code did. */
  #hasDeferred(frame: Frame): boolean {
    const at = this.#places.slots(frame).findIndex(({ name }) => name === deferredSlot)
    const deferred = at < 0 ? undefined : frame.slots[at]
    return (
      deferred instanceof List &&
      deferred.toArray().some((each) => each instanceof Closure && each.bundle !== this.#bundle.hash)
    )
  }

  /** Adds the task to the points on which it stands, each once however deep it recurses. */
  count({ frames }: TaskPlan): void {
    const seen = new Set<string>()
    for (const { frame, note, verdict } of frames) {
      if (verdict === "staying") continue
      const why = verdict.kind === "pinned" ? verdict.reason : note
      const key = `${frame.bundle} ${frame.function} ${frame.pc} ${verdict.kind} ${why ?? ""}`
      if (seen.has(key)) continue
      seen.add(key)
      const known = this.#points.get(key) ?? this.#point(frame, verdict, note)
      this.#points.set(key, { ...known, tasks: known.tasks + 1 })
    }
  }

  /** By function and place; what is pinned comes last. */
  points(): ReadonlyArray<UpgradePoint> {
    const rank = ({ verdict }: UpgradePoint) => ["same", "compatible", "pinned"].indexOf(verdict)
    const line = ({ old }: UpgradePoint) => old?.line ?? 0
    return [...this.#points.values()].toSorted((a, b) => rank(a) - rank(b) || line(a) - line(b))
  }

  /** Writes the bundle and the moved tasks. Throws `UpgradeRefused` when that is too much for one commit. */
  moveAll(tasks: ReadonlyArray<string>, handlers: ReadonlyArray<Facts>, now: number): void {
    const { keys, view } = this.#places
    if (tasks.length + handlers.length > limits.upgradeTasksMax) throw tooLarge()
    storeBundle({ view, keys }, this.#bundle)
    for (const task of tasks) {
      this.#move(this.#places.tasks.read(task)!, now)
      if (view.writtenUnits > limits.upgradeUnitsMax) throw tooLarge()
    }
    for (const facts of handlers) {
      view.put(keys.subscription(facts.id), encodeFacts(facts), facts)
      if (view.writtenUnits > limits.upgradeUnitsMax) throw tooLarge()
    }
  }

  #move(record: TaskRecord, now: number): void {
    const plan = this.#plan(record)
    if (plan === undefined || plan.kind !== "movable") throw new UpgradeRefused({ reason: "running" })
    const stack = this.#places.stack(record)
    // Reading them first lets the stack keep large locals, whose values stay as they are.
    for (const _ of stack.frames());
    stack.clear()
    const frames = plan.frames.map(({ frame, verdict }) => this.#moved(frame, verdict))
    for (const frame of frames) stack.push(frame)
    const write = stack.prepare()
    this.#places.tasks.save(record, this.#movedRecord(record, { place: frames.at(-1), now }))
    write()
  }

  #moved(frame: Frame, verdict: FramePlan["verdict"]): Frame {
    if (verdict === "staying" || verdict.kind === "pinned") return frame
    const { function: index, pc, slots } = verdict.to
    return {
      bundle: this.#bundle.hash,
      function: index,
      pc,
      slots: slots.map(({ from }) => frame.slots[from] ?? null)
    }
  }

  /** The subscription with its handler in the new code; undefined when that stands in the code of others, or the new one. */
  movedHandler(facts: Facts): Facts | "pinned" | undefined {
    const hash = facts.handler?.bundle
    const comparison = hash === undefined ? undefined : this.#comparison(hash)
    if (hash === undefined || comparison === undefined) return undefined
    const old = this.#places.manifest(hash)!
    if (old.abi < abiOldest) return "pinned"
    const { hash: bundle, manifest: now } = this.#bundle
    return movedHandler(facts, { old, now, comparison, bundle, records: this.#records }) ?? "pinned"
  }

  /** The function that it was started with, and the code that it waits for. */
  #movedRecord(record: TaskRecord, at: { readonly place: Frame | undefined; readonly now: number }): TaskRecord {
    const started = this.#comparison(record.bundle)?.counterpart(record.function)
    const waits = record.wait?.kind === "load" && this.#comparison(record.wait.bundle) !== undefined
    const { hash } = this.#bundle
    const moved = {
      ...record,
      hasOlder: false,
      ...(started !== undefined && { bundle: hash, function: started }),
      ...(waits && { wait: { kind: "load" as const, bundle: hash } })
    }
    const timeline = this.#places.tasks.timeline(record)
    const inWords = (place: StandingPlace) => tracePlace(this.#places, place)
    return { ...moved, timeline: notedUpgrade(record, moved, { ...at, bundle: hash, inWords, timeline }) }
  }

  get #program(): string {
    return this.#bundle.manifest.program
  }

  #isOfProgram(hash: string): boolean {
    const manifest = this.#places.manifest(hash)
    return manifest?.program === this.#program && manifest.source !== evaluatedSource
  }

  #verdict(record: TaskRecord, frame: Frame): FramePlan["verdict"] {
    if (frame.bundle === this.#bundle.hash) return "staying"
    if (this.#places.manifest(frame.bundle) === undefined) return pinned("its code is not in the store")
    const comparison = this.#comparison(frame.bundle)
    if (comparison === undefined) return "staying"
    if (record.cancelling !== undefined) return pinned("the task is being cancelled")
    if (this.#places.manifest(frame.bundle)!.abi < abiOldest)
      return pinned("it was compiled by a version of sxs that cannot be compared")
    const verdict = comparison.verdict(frame.function, frame.pc)
    const misfit = verdict.kind === "pinned" ? undefined : this.#misfit(frame, verdict.to)
    return misfit === undefined ? verdict : pinned(misfit)
  }

  #comparison(hash: string): Comparison | undefined {
    const known = this.#comparisons.get(hash)
    if (known !== undefined) return known
    if (hash === this.#bundle.hash || !this.#isOfProgram(hash)) return undefined
    const made = new Comparison(this.#places.manifest(hash)!, this.#bundle.manifest)
    this.#comparisons.set(hash, made)
    return made
  }

  /** The new code may rely on the types that it declares. */
  #misfit(frame: Frame, { slots }: Landing): string | undefined {
    const wrong = slots.find(
      ({ from, type }) => type !== undefined && !hasType(frame.slots[from] ?? null, type, this.#records)
    )
    return wrong && `\`${wrong.name}\` is ${wrong.type} in the new code and holds something else`
  }

  #point(frame: Frame, verdict: Verdict, note: string | undefined): UpgradePoint {
    const { places } = { places: this.#places }
    const point = places.point(frame)
    const old = placeIn(places.manifest(frame.bundle), frame.function, frame.pc)
    const now = verdict.kind === "pinned" ? undefined : verdict.to
    const newPlace = now && placeIn(this.#bundle.manifest, now.function, now.pc)
    return {
      verdict: verdict.kind,
      ...(verdict.kind === "pinned" && { reason: verdict.reason }),
      ...(note !== undefined && { note }),
      bundle: frame.bundle,
      function: places.functionName(frame.bundle, frame.function),
      kind: frame.pc === pcStart ? "start" : (point?.kind ?? "call"),
      callee: point?.callee ?? "",
      ...(old !== undefined && { old }),
      ...(newPlace !== undefined && { now: newPlace }),
      tasks: 0
    }
  }
}

const placeIn = (manifest: Manifest | undefined, index: number, pc: number): UpgradePlace | undefined => {
  const facts = manifest?.functions[index]
  if (facts === undefined) return undefined
  const { column, line } = facts.points[pc]?.position ?? facts.position
  return { source: facts.source, line, column }
}

const tooLarge = (): UpgradeRefused => new UpgradeRefused({ reason: "too large" })
