import { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { type Keys, nestedTooDeeply } from "../store/keys.ts"
import { StoreUnavailable } from "../store/store.ts"
import type { View } from "../store/view.ts"
import { decode, encode } from "../value/codec.ts"
import type { Value } from "../value/value.ts"
import { fault } from "./faults.ts"
import { decodeFrame, encodeFrame, type Frame, isSameFrame, ownRecord, slotNames } from "./frame.ts"

/** A frame as the store has it. `own` are its slots with records of their own, by the name in their keys. */
interface StoredFrame {
  readonly frame: Frame
  readonly own: ReadonlyMap<string, Value>
}

interface FramePlan {
  readonly depth: number
  readonly stored: StoredFrame
  /** Absent when the frame's record is right already. */
  readonly text?: string
  /** Keys of large slots. */
  readonly put: ReadonlyArray<readonly [key: string, text: string, value: Value]>
  readonly drop: ReadonlyArray<string>
}

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
  #low: number

  constructor(options: {
    readonly task: string
    readonly depth: number
    readonly view: View
    readonly keys: Keys
    /** Names of a frame's slots. */
    readonly names: (frame: Frame) => ReadonlyArray<string>
    /** Where the frame stands, in words, behind "while". */
    readonly place: (frame: Frame) => string
  }) {
    this.#task = options.task
    this.#view = options.view
    this.#keys = options.keys
    this.#names = options.names
    this.#place = options.place
    this.#stored = new Array(options.depth)
    this.#low = options.depth
  }

  get depth(): number {
    return this.#low + this.#captured.length
  }

  push(frame: Frame): void {
    this.#captured.push(frame)
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

  /** Forgets what the current segment did: the frames are again as they are in the store. */
  reset(): void {
    this.#captured.length = 0
    this.#low = this.#stored.length
  }

  /** The frames below those that the current segment has touched, innermost first. */
  *untouched(): Generator<Frame> {
    for (let depth = this.#low - 1; depth >= 0; depth--) yield this.#load(depth).frame
  }

  /** Encodes the frames that changed; a value that cannot be stored is a fault. The function it yields writes them and
   * deletes those that are gone. */
  prepare(): () => void {
    if (this.depth > limits.framesMax) throw fault("too deep", nestedTooDeeply)
    const plans = this.#captured.map((frame, index) => this.#plan(this.#low + index, frame))
    return () => {
      const depth = this.depth
      for (let gone = this.#stored.length - 1; gone >= depth; gone--) this.#remove(gone)
      this.#stored.length = depth
      for (const plan of plans) this.#carryOut(plan)
      this.#captured.length = 0
      this.#low = depth
    }
  }

  #load(depth: number): StoredFrame {
    const known = this.#stored[depth]
    if (known !== undefined) return known
    const stored = this.#view.read(this.#keys.frame(this.#task, depth), (text) => this.#decode(depth, text))
    if (stored === undefined) throw this.#damaged(`frame ${depth} is missing`)
    this.#stored[depth] = stored
    return stored
  }

  #decode(depth: number, text: string): StoredFrame {
    const own = new Map<string, Value>()
    const frame = decodeFrame(text, decode, (name) => {
      const value = this.#view.read(this.#keys.local(this.#task, depth, name), decode)
      if (value === undefined) throw this.#damaged(`local ${name} of frame ${depth} is missing`)
      own.set(name, value)
      return value
    })
    if (frame === undefined) throw this.#damaged(`frame ${depth} cannot be read`)
    return { frame, own }
  }

  #damaged(what: string): StoreUnavailable {
    return new StoreUnavailable({ operation: "read", reason: "damaged", detail: `task ${this.#task}: ${what}` })
  }

  #plan(depth: number, frame: Frame): FramePlan {
    const before = this.#stored[depth]
    if (before !== undefined && isSameFrame(before.frame, frame)) return { depth, stored: before, put: [], drop: [] }
    const own = new Map<string, Value>()
    const put: Array<readonly [string, string, Value]> = []
    const names = slotNames(this.#names(frame))
    const texts = frame.slots.map((value, index) => {
      const name = names[index] ?? `%${index}`
      if (before?.own.has(name) && before.own.get(name) === value) {
        own.set(name, value)
        return ownRecord(name)
      }
      const text = this.#encode(frame, name, value)
      if (text.length <= limits.slotInlineBytesMax) return text
      own.set(name, value)
      put.push([this.#keys.local(this.#task, depth, name), text, value])
      return ownRecord(name)
    })
    const gone = before === undefined ? [] : [...before.own.keys()].filter((name) => !own.has(name))
    const drop = gone.map((name) => this.#keys.local(this.#task, depth, name))
    return { depth, stored: { frame, own }, text: encodeFrame(frame, texts), put, drop }
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
    this.#stored[plan.depth] = plan.stored
    if (plan.text === undefined) return
    for (const key of plan.drop) this.#view.delete(key)
    for (const [key, text, value] of plan.put) this.#view.put(key, text, value)
    this.#view.put(this.#keys.frame(this.#task, plan.depth), plan.text, plan.stored)
  }

  #remove(depth: number): void {
    for (const name of this.#load(depth).own.keys()) this.#view.delete(this.#keys.local(this.#task, depth, name))
    this.#view.delete(this.#keys.frame(this.#task, depth))
  }
}
