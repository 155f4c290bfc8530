import { createHash } from "node:crypto"
import { Fault, faultCodes, invariant } from "../errors.ts"
import { limits } from "../limits.ts"
import { compareCodePoints } from "../value/code-points.ts"
import { describeOperand } from "../value/describe.ts"
import type { KeyRange } from "./store.ts"

/**
 * All keys of the store are built and parsed here. They order by their UTF-8 bytes.
 *
 *     key       = "!format"                                  what wrote the store: see record.ts and level.ts
 *               | "!namespace/" name                         id of that namespace
 *               | "!chain/" slot                             link of a batch: see chain.ts
 *               | "n" id "/" local                           id: digits and lower-case letters
 *     local     = "u/" user key                              1 byte to 1 KiB, may hold anything
 *               | "t/" task                                  task record
 *               | "f/" task "/" depth                        frame; depth 0 is the outermost
 *               | "l/" task "/" depth "/" slot               a large local of that frame
 *               | "w/" due "/" task                          timer; due in ms since 1970
 *               | "r/" task                                  the task can run
 *               | "j/" target "/" task                       the task waits for the target to end; the first who did has none
 *               | "k/" task                                  the children that the task waits for
 *               | "th/" task                                 older entries of its timeline
 *               | "e/" time "/" task                         ended task that is removed one day; time in ms since 1970
 *               | "g/" task "/" line                         line of the task's log
 *               | "o/" commit "/" index                      line still to be shown
 *               | "b/" hash                                  bundle
 *               | "m/" hash                                  its source map
 *               | "s/" subscription                          subscription: owner, topic, handler
 *               | "i/" subscription                          how far it is: next event, events that are being handled
 *               | "q/" topic                                 its subscriptions, its consumers, the number of its newest event
 *               | "v/" topic "/" event                       event that some subscription has not handled
 *               | "d/" subscription "/" event                dead letter
 *               | "y/" task                                  what the task has subscribed, and the events that it awaits
 *               | "y/" task "/" consumer                     event that has come before the task waits for it
 *               | "z/" program                               what the program has subscribed
 *               | "x/" number                                the task that waits for room in the event queue
 *               | "a/" subscription                          what is still to be removed of one that has ended
 *               | "ec/" task                                 the extern call that the task waits for
 *               | "ed/" since "/" task                       an attempt of that is due; ms since 1970
 *               | "ef/" hash                                 folder from which the bundle's modules are found
 *               | "p/" program                               main task of that program
 *               | "c/" counter
 *               | "h"                                        the last commit: see writer.ts
 *     topic                     = channel "/" 4 lower-case hex digits
 *     depth, index, slot of a link = 4 lower-case hex digits
 *     due, time, line, commit, event, consumer, number = 12 lower-case hex digits
 *     task, target, hash, subscription, channel = any text of at least one character, without "/"
 *     program, counter          = any text, to the end of the key
 *     slot                      = the same; of a name above `nameBytesMax` its beginning, a space and its SHA-256 in hex,
 *                                 which no name looks like, as a space in a name has a decimal number behind it
 */
export const formatKey = "!format"

/** Order of keys in the store. */
export const compareKeys = compareCodePoints

export const isInRange = (key: string, range: KeyRange): boolean =>
  compareKeys(key, range.from) >= 0 && compareKeys(key, range.to) < 0

/** All keys that begin with `prefix`, which must hold some other character than U+10FFFF: a namespace's prefix does. */
export const rangeOf = (prefix: string): KeyRange => ({ from: prefix, to: afterAll(prefix) })

/** The part of `range` behind `key`: what a cursor reads next. */
export const rangeAfter = (range: KeyRange, key: string): KeyRange => ({ from: `${key}\0`, to: range.to })

export const namespaceKey = (name: string): string => `!namespace/${checkName("a namespace", name)}`

export const parseNamespaceKey = (key: string): string => key.slice("!namespace/".length)

/** Links of batches stand in a ring of so many slots. */
export const linkSlots = 0x10000

/** Key of the slot in which the link of that batch stands. */
export const linkKey = (batch: number): string => `!chain/${hex(batch % linkSlots, 4)}`

/** All keys of a store. */
export const allKeys: KeyRange = { from: "!", to: "o" }

export const linkRange: KeyRange = { from: "!chain/", to: "!chain0" }

/** A topic of a channel: 0 to 65535. */
export interface TopicName {
  readonly channel: string
  readonly topic: number
}

/** The keys of one namespace. Whatever a script names stays inside its own space of it. */
export class Keys {
  readonly #prefix: string
  readonly #user: string
  readonly #users = new BuiltKeys((key) => this.user(key))
  readonly #tasks = new BuiltKeys((task) => `${this.#prefix}t/${checkTaskId(task)}`)
  readonly #counters = new BuiltKeys((name) => `${this.#prefix}c/${checkName("a counter", name)}`)
  readonly #subscriptions = new BuiltKeys((id) => `${this.#prefix}s/${checkTaskId(id)}`)
  readonly #progress = new BuiltKeys((id) => `${this.#prefix}i/${checkTaskId(id)}`)

  /** `id` is hidden from scripts; two namespaces of a store never share one. */
  constructor(id: string) {
    invariant(/^[0-9a-z]+$/.test(id), "a namespace's id has digits and lower-case letters only")
    this.#prefix = `n${id}/`
    this.#user = `${this.#prefix}u/`
  }

  /** Everything of the namespace. */
  get all(): KeyRange {
    return rangeOf(this.#prefix)
  }

  /** Throws `Fault` when the key breaks the rules. */
  user(key: string): string {
    return this.#user + checkUserKey(key)
  }
  /** `user` for who uses many keys again and again. */
  recurringUser(key: string): string {
    return this.#users.of(key)
  }
  /** Throws `Fault` when the prefix is not well-formed. Empty: all the user's keys. */
  userRange(prefix: string): KeyRange {
    return rangeOf(this.#user + checkWellFormed("a prefix", prefix))
  }
  /** The part of `userRange(prefix)` behind `after`. That may be any well-formed text, also one that is too long for a key. */
  userRangeAfter(prefix: string, after: string): KeyRange {
    const all = this.userRange(prefix)
    const { from } = rangeAfter(all, this.#user + checkWellFormed("a key", after))
    return compareKeys(from, all.from) > 0 ? { from, to: all.to } : all
  }
  parseUser(key: string): string {
    return this.#rest(key, "u/")
  }

  task(task: string): string {
    return this.#tasks.of(task)
  }
  /** `task` for an id that is new, and made by the runtime itself. */
  newTask(task: string): string {
    return `${this.#prefix}t/${task}`
  }
  /** Tasks whose id begins with `prefix`, in the order of their ids. */
  taskRange(prefix = ""): KeyRange {
    return rangeOf(`${this.#prefix}t/${checkWellFormed("a task id", prefix)}`)
  }
  parseTask(key: string): string {
    return this.#rest(key, "t/")
  }
  isTask(key: string): boolean {
    return key.startsWith("t/", this.#prefix.length)
  }

  frame(task: string, depth: number): string {
    return `${this.#prefix}f/${checkTaskId(task)}/${depthDigits(depth)}`
  }
  frameRange(task: string): KeyRange {
    return rangeOf(`${this.#prefix}f/${checkTaskId(task)}/`)
  }
  parseFrame(key: string): { readonly task: string; readonly depth: number } {
    const [task, depth] = split(this.#rest(key, "f/"))
    return { task, depth: fromHex(depth) }
  }

  /** A large local's own record. A name that is too long for a key is shortened; equal keys still mean equal names. */
  local(task: string, depth: number, slot: string): string {
    return `${this.#prefix}l/${checkTaskId(task)}/${depthDigits(depth)}/${slotKey(slot)}`
  }
  /** The large locals of one frame, or of all frames of the task. */
  localRange(task: string, depth?: number): KeyRange {
    const frame = depth === undefined ? "" : `${depthDigits(depth)}/`
    return rangeOf(`${this.#prefix}l/${checkTaskId(task)}/${frame}`)
  }
  parseLocal(key: string): { readonly task: string; readonly depth: number; readonly slot: string } {
    const [task, rest] = split(this.#rest(key, "l/"))
    const [depth, slot] = split(rest)
    return { task, depth: fromHex(depth), slot }
  }

  /** `due` in ms since 1970, rounded up so that no timer is early, and cut to the 12 digits (the year 10889). */
  timer(due: number, task: string): string {
    return `${this.#prefix}w/${dueDigits(due)}/${checkTaskId(task)}`
  }
  /** Timers in the order of their dues; with `until`, those that are due at that time. */
  timerRange(until?: number): KeyRange {
    const all = rangeOf(`${this.#prefix}w/`)
    if (until === undefined) return all
    return until < 0
      ? { from: all.from, to: all.from }
      : { from: all.from, to: afterAll(`${all.from}${hex(clamp(Math.floor(until)), 12)}/`) }
  }
  parseTimer(key: string): { readonly due: number; readonly task: string } {
    const [due, task] = split(this.#rest(key, "w/"))
    return { due: fromHex(due), task }
  }

  runnable(task: string): string {
    return `${this.#prefix}r/${checkTaskId(task)}`
  }
  get runnableRange(): KeyRange {
    return rangeOf(`${this.#prefix}r/`)
  }
  parseRunnable(key: string): string {
    return this.#rest(key, "r/")
  }

  joiner(target: string, task: string): string {
    return `${this.#prefix}j/${checkTaskId(target)}/${checkTaskId(task)}`
  }
  joinerRange(target: string): KeyRange {
    return rangeOf(`${this.#prefix}j/${checkTaskId(target)}/`)
  }
  parseJoiner(key: string): { readonly target: string; readonly task: string } {
    const [target, task] = split(this.#rest(key, "j/"))
    return { target, task }
  }

  /** Entries of its timeline that are no longer in its record. */
  timeline(task: string): string {
    return `${this.#prefix}th/${checkTaskId(task)}`
  }
  get timelineRange(): KeyRange {
    return rangeOf(`${this.#prefix}th/`)
  }
  parseTimeline(key: string): string {
    return this.#rest(key, "th/")
  }

  children(task: string): string {
    return `${this.#prefix}k/${checkTaskId(task)}`
  }
  get childrenRange(): KeyRange {
    return rangeOf(`${this.#prefix}k/`)
  }
  parseChildren(key: string): string {
    return this.#rest(key, "k/")
  }

  /** `time` is that of its end, in ms since 1970, cut to the 12 digits. */
  ended(time: number, task: string): string {
    return `${this.#prefix}e/${dueDigits(time)}/${checkTaskId(task)}`
  }
  /** Tasks in the order of their ends. */
  get endedRange(): KeyRange {
    return rangeOf(`${this.#prefix}e/`)
  }
  parseEnded(key: string): { readonly time: number; readonly task: string } {
    const [time, task] = split(this.#rest(key, "e/"))
    return { time: fromHex(time), task }
  }

  log(task: string, line: number): string {
    return `${this.#prefix}g/${checkTaskId(task)}/${hex(line, 12)}`
  }
  logRange(task: string): KeyRange {
    return rangeOf(`${this.#prefix}g/${checkTaskId(task)}/`)
  }
  parseLog(key: string): { readonly task: string; readonly line: number } {
    const [task, line] = split(this.#rest(key, "g/"))
    return { task, line: fromHex(line) }
  }

  output(commit: number, index: number): string {
    return `${this.#prefix}o/${hex(commit, 12)}/${hex(index, 4)}`
  }
  get outputRange(): KeyRange {
    return rangeOf(`${this.#prefix}o/`)
  }
  parseOutput(key: string): { readonly commit: number; readonly index: number } {
    const [commit, index] = split(this.#rest(key, "o/"))
    return { commit: fromHex(commit), index: fromHex(index) }
  }

  /** Facts of a subscription. */
  subscription(id: string): string {
    return this.#subscriptions.of(id)
  }
  get subscriptionRange(): KeyRange {
    return rangeOf(`${this.#prefix}s/`)
  }
  parseSubscription(key: string): string {
    return this.#rest(key, "s/")
  }
  progress(subscription: string): string {
    return this.#progress.of(subscription)
  }
  get progressRange(): KeyRange {
    return rangeOf(`${this.#prefix}i/`)
  }
  parseProgress(key: string): string {
    return this.#rest(key, "i/")
  }

  topic({ channel, topic }: TopicName): string {
    return `${this.#prefix}q/${channel}/${hex(topic, 4)}`
  }
  get topicRange(): KeyRange {
    return rangeOf(`${this.#prefix}q/`)
  }
  parseTopic(key: string): TopicName {
    const [channel, topic] = split(this.#rest(key, "q/"))
    return { channel, topic: fromHex(topic) }
  }

  event({ channel, topic }: TopicName, event: number): string {
    return `${this.#prefix}v/${channel}/${hex(topic, 4)}/${hex(event, 12)}`
  }
  get eventRange(): KeyRange {
    return rangeOf(`${this.#prefix}v/`)
  }
  parseEvent(key: string): TopicName & { readonly event: number } {
    const [channel, rest] = split(this.#rest(key, "v/"))
    const [topic, event] = split(rest)
    return { channel, topic: fromHex(topic), event: fromHex(event) }
  }

  deadLetter(subscription: string, event: number): string {
    return `${this.#prefix}d/${checkTaskId(subscription)}/${hex(event, 12)}`
  }
  /** Those of one subscription, or of all. */
  deadLetterRange(subscription?: string): KeyRange {
    return rangeOf(`${this.#prefix}d/${subscription === undefined ? "" : `${checkTaskId(subscription)}/`}`)
  }
  parseDeadLetter(key: string): { readonly subscription: string; readonly event: number } {
    const [subscription, event] = split(this.#rest(key, "d/"))
    return { subscription, event: fromHex(event) }
  }

  /** What the task has subscribed and awaits. */
  belongings(task: string): string {
    return `${this.#prefix}y/${checkTaskId(task)}`
  }
  /** An event that one of its consumers has got. */
  arrived(task: string, consumer: number): string {
    return `${this.#prefix}y/${checkTaskId(task)}/${hex(consumer, 12)}`
  }
  get belongingsRange(): KeyRange {
    return rangeOf(`${this.#prefix}y/`)
  }
  parseBelongings(key: string): { readonly task: string; readonly consumer: number | undefined } {
    const rest = this.#rest(key, "y/")
    if (!rest.includes("/")) return { task: rest, consumer: undefined }
    const [task, consumer] = split(rest)
    return { task, consumer: fromHex(consumer) }
  }

  programSubscriptions(program: string): string {
    return `${this.#prefix}z/${checkName("a program", program)}`
  }
  get programSubscriptionsRange(): KeyRange {
    return rangeOf(`${this.#prefix}z/`)
  }
  parseProgramSubscriptions(key: string): string {
    return this.#rest(key, "z/")
  }

  room(number: number): string {
    return `${this.#prefix}x/${hex(number, 12)}`
  }
  get roomRange(): KeyRange {
    return rangeOf(`${this.#prefix}x/`)
  }
  parseRoom(key: string): number {
    return fromHex(this.#rest(key, "x/"))
  }

  remains(subscription: string): string {
    return `${this.#prefix}a/${checkTaskId(subscription)}`
  }
  get remainsRange(): KeyRange {
    return rangeOf(`${this.#prefix}a/`)
  }
  parseRemains(key: string): string {
    return this.#rest(key, "a/")
  }

  bundle(hash: string): string {
    return `${this.#prefix}b/${hash}`
  }
  get bundleRange(): KeyRange {
    return rangeOf(`${this.#prefix}b/`)
  }
  parseBundle(key: string): string {
    return this.#rest(key, "b/")
  }
  map(hash: string): string {
    return `${this.#prefix}m/${hash}`
  }
  program(name: string): string {
    return `${this.#prefix}p/${checkName("a program", name)}`
  }
  get programRange(): KeyRange {
    return rangeOf(`${this.#prefix}p/`)
  }
  parseProgram(key: string): string {
    return this.#rest(key, "p/")
  }
  externCall(task: string): string {
    return `${this.#prefix}ec/${checkTaskId(task)}`
  }
  get externCallRange(): KeyRange {
    return rangeOf(`${this.#prefix}ec/`)
  }
  parseExternCall(key: string): string {
    return this.#rest(key, "ec/")
  }
  /** `since` in ms since 1970, cut to the 12 digits. */
  externDue(since: number, task: string): string {
    return `${this.#prefix}ed/${dueDigits(since)}/${checkTaskId(task)}`
  }
  /** Calls with an attempt to be made, those that are due longest first. */
  get externDueRange(): KeyRange {
    return rangeOf(`${this.#prefix}ed/`)
  }
  parseExternDue(key: string): { readonly since: number; readonly task: string } {
    const [since, task] = split(this.#rest(key, "ed/"))
    return { since: fromHex(since), task }
  }
  externFolder(hash: string): string {
    return `${this.#prefix}ef/${hash}`
  }
  counter(name: string): string {
    return this.#counters.of(name)
  }
  get head(): string {
    return `${this.#prefix}h`
  }

  /** The letter of the key's space, such as `t`; undefined for a key that is not of this namespace. */
  space(key: string): string | undefined {
    if (!key.startsWith(this.#prefix)) return undefined
    return key.slice(this.#prefix.length).split("/", 1)[0]
  }

  /** The task that a record belongs to, its own, that of a frame or local, or of what it has subscribed; undefined for a record of another kind. */
  taskOf(key: string): string | undefined {
    switch (this.space(key)) {
      case "t":
        return this.parseTask(key)
      case "f":
        return this.parseFrame(key).task
      case "l":
        return this.parseLocal(key).task
      case "y":
        return this.parseBelongings(key).task
      case "ec":
        return this.parseExternCall(key)
      case "th":
        return this.parseTimeline(key)
      default:
        return undefined
    }
  }

  #rest(key: string, space: string): string {
    const start = this.#prefix + space
    invariant(key.startsWith(start), `a key of the space ${space} of this namespace`)
    return key.slice(start.length)
  }
}

/**
 * Keys that were built before: a task writes the same ones step after step, and to check, join and hash a text again takes
 * longer than to look it up. All are forgotten when there are `limits.builtKeysMax`, or one would be long.
 */
class BuiltKeys {
  readonly #built = new Map<string, string>()
  readonly #build: (text: string) => string

  constructor(build: (text: string) => string) {
    this.#build = build
  }

  of(text: string): string {
    const known = this.#built.get(text)
    if (known !== undefined) return known
    const built = this.#build(text)
    if (text.length > builtUnitsMax) return built
    if (this.#built.size >= limits.builtKeysMax) this.#built.clear()
    this.#built.set(text, built)
    return built
  }
}

const builtUnitsMax = 128

/** Gives the key when it has 1 byte to 1 KiB of well-formed text, else throws `Fault`. */
export const checkUserKey = (key: string): string => {
  if (key === "") throw keyFault("a key has at least 1 byte, got an empty text")
  checkWellFormed("a key", key)
  if (isLonger(key, limits.keyBytesMax)) {
    throw keyFault(
      `a key has at most ${limits.keyBytesMax} bytes, got ${Buffer.byteLength(key)}: ${describeOperand(key)}`
    )
  }
  return key
}

/** Gives the id when a task may have it, else throws `Fault`: it is not empty, not long and holds no `/`. */
export const checkTaskId = (task: string): string => {
  if (task === "") throw keyFault("a task id has at least 1 byte, got an empty text")
  if (task.includes("/")) throw keyFault(`a task id holds no \`/\`, got ${describeOperand(task)}`)
  return checkName("a task id", task)
}

/** Whether a task may have this id. */
export const isTaskId = (text: string): boolean =>
  text !== "" && !text.includes("/") && text.isWellFormed() && !isLonger(text, limits.nameBytesMax)

const slotKey = (slot: string): string => {
  checkWellFormed("a local", slot)
  if (!isLonger(slot, limits.nameBytesMax)) return slot
  const beginning = slot.slice(0, slotBeginningUnits).toWellFormed()
  return `${beginning} ${createHash("sha256").update(slot, "utf8").digest("hex")}`
}

const slotBeginningUnits = 64

const checkName = (what: string, name: string): string => {
  checkWellFormed(what, name)
  if (isLonger(name, limits.nameBytesMax)) {
    throw keyFault(`${what} has at most ${limits.nameBytesMax} bytes, got ${describeOperand(name)}`)
  }
  return name
}

// The store would silently turn half a surrogate pair into U+FFFD, and two keys into one.
const checkWellFormed = (what: string, text: string): string => {
  if (!text.isWellFormed())
    throw keyFault(`${what} is well-formed text, got half a surrogate pair in ${describeOperand(text)}`)
  return text
}

const keyFault = (message: string): Fault => new Fault(faultCodes.key, message)

// A unit has 1 to 3 bytes, so that most texts need not be measured.
const isLonger = (text: string, bytesMax: number): boolean =>
  text.length * 3 > bytesMax && Buffer.byteLength(text) > bytesMax

/** The first key in order behind all keys that begin with `prefix`. */
const afterAll = (prefix: string): string => {
  const points = Array.from(prefix)
  while (points.at(-1) === "\u{10ffff}") points.pop()
  const last = points.pop()
  invariant(last !== undefined, "a prefix has keys behind it")
  return points.join("") + String.fromCodePoint(nextCodePoint(last.codePointAt(0)!))
}

// U+D800 to U+DFFF are no characters.
const nextCodePoint = (point: number): number => (point === 0xd7ff ? 0xe000 : point + 1)

const hex = (value: number, digits: 4 | 12): string => {
  invariant(Number.isSafeInteger(value) && value >= 0 && value < 16 ** digits, `a number of ${digits} hex digits`)
  return value.toString(16).padStart(digits, "0")
}

const fromHex = (digits: string): number => {
  invariant(/^[0-9a-f]{4,12}$/.test(digits), "hex digits in a key")
  return Number.parseInt(digits, 16)
}

/** What a task is told that has more frames than `limits.framesMax`. */
// Not shown in the user's language, and made when it is needed: what knows languages takes 3 ms to load.
export const nestedTooDeeply = (): string =>
  `calls are nested more than ${limits.framesMax.toLocaleString("en")} deep; does the recursion end?`

const depthDigits = (depth: number): string => {
  if (depth >= limits.framesMax) throw new Fault(faultCodes.tooDeep, nestedTooDeeply())
  return hex(depth, 4)
}

const clamp = (ms: number): number => Math.min(Math.max(ms, 0), limits.counterMax)

const dueDigits = (due: number): string => hex(clamp(Math.ceil(due)), 12)

/** The texts before and after the first `/`. */
const split = (text: string): readonly [before: string, after: string] => {
  const at = text.indexOf("/")
  invariant(at > 0, "a key with a further part")
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Keys of all namespaces. */
/** `0` is the character behind `/`. */
export const namespacesRange: KeyRange = { from: "!namespace/", to: "!namespace0" }
