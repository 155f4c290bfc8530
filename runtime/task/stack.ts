import { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { Bookmark } from "../store/entry.ts"
import { type Keys, nestedTooDeeply } from "../store/keys.ts"
import { damagedRecord } from "../store/record.ts"
import type { View } from "../store/view.ts"
import { decode, encode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"
import { heapBytesMax } from "../value/work.ts"
import { fault } from "./faults.ts"
import { decodeFrame, encodeFrame, type Frame, isOwnRecord, isSameFrame, ownRecord, slotNames } from "./frame.ts"
import { isPlain } from "./plain-value.ts"

/** A frame as the store has it. */
interface StoredFrame {
  readonly frame: Frame
  /** Its slots with records of their own, by the name in their keys. */
  readonly own: ReadonlyMap<string, OwnSlot>
  /** About the size of its records in UTF-16 units. */
  readonly size: number
  /** Text of each slot in the frame's record, where it is known; that of a plain one is made when it is needed. */
  readonly texts: ReadonlyArray<string | undefined>
}

interface OwnSlot {
  readonly value: Value
  /** Of its text, in UTF-16 units. */
  readonly size: number
}

interface FramePlan {
  readonly depth: number
  readonly stored: StoredFrame
  /** About the size of the frame's record in UTF-16 units; 0 when the record is right already. */
  readonly units: number
  /** Keys of large slots. */
  readonly put: ReadonlyArray<readonly [key: string, text: string, value: Value]>
  readonly drop: ReadonlyArray<string>
}

const none: ReadonlyArray<never> = []
const noneOwn: ReadonlyMap<string, OwnSlot> = new Map()

/**
 * The frames of one task, outermost at depth 0. Below `#low` they are as stored and read only when they are reached;
 * from there up they are those that the current segment has captured. So a suspension costs the frames that it touched,
 * and waking a task costs its innermost frame, never the depth of its stack.
 */
export class Stack {
  readonly #task: string
  readonly #view: View
  readonly #keys: Keys
  readonly #names: (frame: Frame) => ReadonlyArray<string>
  readonly #place: (frame: Frame) => string
  readonly #stored: Array<StoredFrame | undefined>
  readonly #captured: Array<Frame> = []
  /** What it began with, until anything is written. */
  #first: Frame | undefined
  #low: number
  /** Keys of the frames by depth, made once. */
  readonly #bookmarks: Array<Bookmark> = []
  /** No frame was ever written but by this stack and its bookmarks. */
  #isNew: boolean
  #plans: ReadonlyArray<FramePlan> = none
  /** About the size of the frames in `#stored`, in UTF-16 units. */
  #size = 0

  constructor(options: {
    readonly task: string
    readonly depth: number
    readonly view: View
    readonly keys: Keys
    /** Names of a frame's slots. */
    readonly names: (frame: Frame) => ReadonlyArray<string>
    /** Where the frame stands, in words, behind "while". */
    readonly place: (frame: Frame) => string
    /** Of a task that begins, and whose id no task has ever had. */
    readonly isNew: boolean
  }) {
    this.#task = options.task
    this.#view = options.view
    this.#keys = options.keys
    this.#names = options.names
    this.#place = options.place
    this.#stored = new Array(options.depth)
    this.#low = options.depth
    this.#isNew = options.isNew
  }

  get depth(): number {
    return this.#low + this.#captured.length
  }

  push(frame: Frame): void {
    this.#captured.push(frame)
  }

  /** `push` of the frame that a new task begins in. */
  begin(frame: Frame): void {
    this.#first = frame
    this.#captured.push(frame)
  }

  /** Whether what it began with is certain to be storable. */
  get beginsPlain(): boolean {
    return this.#first !== undefined && plainUnits(this.#first) > 0
  }

  /** Takes the innermost frame off; only while `depth` is above 0. */
  pop(): Frame {
    const captured = this.#captured.pop()
    if (captured !== undefined) return captured
    this.#low--
    return this.#load(this.#low).frame
  }

  at(depth: number): Frame {
    return depth >= this.#low ? this.#captured[depth - this.#low]! : this.#load(depth).frame
  }

  /** All frames, innermost first. */
  *frames(): Generator<Frame> {
    for (let depth = this.depth - 1; depth >= 0; depth--) yield this.at(depth)
  }

  /** Takes all frames off. */
  clear(): void {
    this.#captured.length = 0
    this.#low = 0
  }

  /** Forgets what the current segment did: the frames are again as they are in the store, or as the task began. */
  reset(): void {
    this.#captured.length = 0
    this.#low = this.#stored.length
    if (this.#first !== undefined) this.#captured.push(this.#first)
  }

  /** Encodes what changed and may fail to be: a value that cannot be stored is a fault. The function it yields writes the
   * frames and deletes those that are gone. */
  prepare(): () => void {
    if (this.depth > limits.framesMax) throw fault("too deep", nestedTooDeeply())
    this.#plans = this.#captured.length === 0 ? none : this.#planAll()
    return this.#write
  }

  readonly #write = (): void => {
    const depth = this.depth
    this.#first = undefined
    for (let gone = this.#stored.length - 1; gone >= depth; gone--) this.#remove(gone)
    // Not `length = 0` for an array that is filled again: that throws its memory away.
    if (this.#stored.length !== depth) this.#stored.length = depth
    for (const plan of this.#plans) this.#carryOut(plan)
    this.#plans = none
    while (this.#captured.length > 0) this.#captured.pop()
    this.#low = depth
  }

  /** About the size of the frames in memory, in UTF-16 units. */
  get size(): number {
    return this.#size
  }

  /** Forgets what can be read again from the store. Only between segments. */
  forget(): void {
    this.#stored.fill(undefined)
    this.#bookmarks.length = 0
    this.#isNew = false
    this.#size = 0
  }

  #planAll(): ReadonlyArray<FramePlan> {
    // Frames that are gone count too: one segment more or less does not matter.
    let size = this.#size
    const plans = new Array<FramePlan>(this.#captured.length)
    for (let index = 0; index < plans.length; index++) {
      const depth = this.#low + index
      const plan = this.#plan(depth, this.#captured[index]!)
      size += plan.stored.size - (this.#stored[depth]?.size ?? 0)
      if (size > framesUnitsMax) throw framesTooLarge()
      plans[index] = plan
    }
    return plans
  }

  #keep(depth: number, stored: StoredFrame): void {
    this.#size += stored.size - (this.#stored[depth]?.size ?? 0)
    this.#stored[depth] = stored
  }

  #key(depth: number): string {
    return this.#bookmark(depth).key
  }

  #bookmark(depth: number): Bookmark {
    const known = this.#bookmarks[depth]
    if (known !== undefined) return known
    const bookmark = new Bookmark(this.#keys.frame(this.#task, depth), this.#isNew)
    this.#bookmarks[depth] = bookmark
    return bookmark
  }

  #load(depth: number): StoredFrame {
    const known = this.#stored[depth]
    if (known !== undefined) return known
    const stored = this.#view.readAt(this.#bookmark(depth), (text) => this.#decode(depth, text))
    if (stored === undefined) throw damagedRecord(this.#key(depth), "it is missing")
    this.#keep(depth, stored)
    return stored
  }

  #decode(depth: number, text: string): StoredFrame {
    const own = new Map<string, OwnSlot>()
    let size = text.length
    const frame = decodeFrame(text, decode, (name) => {
      const key = this.#keys.local(this.#task, depth, name)
      const value = this.#view.read(key, decode)
      if (value === undefined) throw damagedRecord(key, "it is missing")
      // Its text is not at hand; it is at least as long as a slot that has no record of its own may be.
      own.set(name, { value, size: limits.slotInlineBytesMax })
      size += limits.slotInlineBytesMax
      return value
    })
    if (frame === undefined) throw damagedRecord(this.#key(depth), "it is no frame")
    return { frame, own, size, texts: none }
  }

  #plan(depth: number, frame: Frame): FramePlan {
    const before = this.#stored[depth]
    if (before !== undefined && isSameFrame(before.frame, frame))
      return { depth, stored: before, units: 0, put: none, drop: none }
    const units = plainUnits(frame)
    if (units > 0 && (before === undefined || before.own.size === 0)) {
      return { depth, stored: { frame, own: noneOwn, size: units, texts: none }, units, put: none, drop: none }
    }
    return this.#planSlots(depth, frame, before)
  }

  #planSlots(depth: number, frame: Frame, before: StoredFrame | undefined): FramePlan {
    const own = new Map<string, OwnSlot>()
    const put: Array<readonly [string, string, Value]> = []
    const names = slotNames(this.#names(frame))
    const texts = frame.slots.map((value, index) => {
      if (isPlain(value)) return undefined
      const known = before?.frame.slots[index] === value ? before.texts[index] : undefined
      if (known !== undefined && !isOwnRecord(known)) return known
      const name = names[index] ?? `%${index}`
      const same = before?.own.get(name)
      if (same !== undefined && same.value === value) {
        own.set(name, same)
        return ownRecord(name)
      }
      const text = this.#encode(frame, name, value)
      if (text.length <= limits.slotInlineBytesMax) return text
      own.set(name, { value, size: text.length })
      put.push([this.#keys.local(this.#task, depth, name), text, value])
      return ownRecord(name)
    })
    const gone = before === undefined ? [] : [...before.own.keys()].filter((name) => !own.has(name))
    const drop = gone.map((name) => this.#keys.local(this.#task, depth, name))
    const units = headUnits(frame) + texts.reduce((sum, text) => sum + (text?.length ?? plainSlotUnits) + 1, 0)
    let size = units
    for (const slot of own.values()) size += slot.size
    return { depth, stored: { frame, own, size, texts }, units, put, drop }
  }

  #encode(frame: Frame, name: string, value: Value): string {
    try {
      return encode(value)
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause
      const what = name.startsWith("%") ? "a value" : `\`${name}\``
      throw new Fault(cause.code, `${what} cannot be kept while ${this.#place(frame)}: ${cause.message}`)
    }
  }

  #carryOut(plan: FramePlan): void {
    this.#keep(plan.depth, plan.stored)
    if (plan.units === 0) return
    for (const key of plan.drop) this.#view.delete(key)
    for (const [key, text, value] of plan.put) this.#view.put(key, text, value)
    this.#view.putLaterAt(this.#bookmark(plan.depth), plan.stored, encodeStored, plan.units)
  }

  #remove(depth: number): void {
    const { own, size } = this.#load(depth)
    this.#size -= size
    for (const name of own.keys()) this.#view.delete(this.#keys.local(this.#task, depth, name))
    this.#view.deleteAt(this.#bookmark(depth))
  }
}

/** Frames are in memory while their task runs, as values and while they are written as texts too. */
const framesUnitsMax = Math.min(limits.framesUnitsMax, heapBytesMax / 8)

const framesTooLarge = (): Fault =>
  fault(
    "frames too large",
    `the values that this task keeps in its calls have more than ${Math.floor(framesUnitsMax)} characters together: keep them in the store`
  )

/** About what a plain slot has in the record; only the bounds on memory look at it. */
const plainSlotUnits = 16

const headUnits = (frame: Frame): number => frame.bundle.length + plainSlotUnits

/** About the size of the frame's record when all its slots are plain, else 0. */
const plainUnits = (frame: Frame): number => {
  let units = headUnits(frame)
  for (const value of frame.slots) {
    if (!isPlain(value)) return 0
    units += typeof value === "string" ? value.length + 3 : plainSlotUnits
  }
  return units
}

const encodeStored = (stored: unknown): string => {
  const { frame, texts } = stored as StoredFrame
  return encodeFrame(frame, texts, encode)
}
