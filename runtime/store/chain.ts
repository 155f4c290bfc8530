import { crc32 } from "node:zlib"
import { linkKey, linkSlots } from "./keys.ts"
import { seal } from "./record.ts"
import type { Write } from "./store.ts"

/**
 * LevelDB opens in silence when its log has lost records, at the end or in the middle, or is gone altogether. So each batch
 * has a number and leaves a link to the one before, in a ring of slots; and a file beside the database, the anchor, says how
 * far they must reach (anchor.ts).
 *
 *     link = number " " first " " filled " " tag " " previous
 *
 * `first` is the number of the first batch of the opening that wrote it: LevelDB has put all before it into synced tables.
 * `filled` counts what that opening has written, in UTF-16 units of keys and values, of each batch `rotationUnits` at most.
 * `tag` depends on the tag before (`previous`), the number and a random text of the opening, so that batches of two copies of
 * a store never follow each other. Numbers are decimal, tags have 8 hex digits.
 */
export interface Link {
  readonly number: number
  readonly first: number
  readonly filled: number
  readonly tag: string
  readonly previous: string
}

/** Size at which LevelDB begins another log: its write buffer, 4 MiB. A unit has a byte or more. */
const rotationUnits = 4 * 1024 * 1024

/** Only two logs hold what is not in a table; a third one may have become a table whose name was lost with the end of the
 * manifest. Each of them may end with one batch of any size. */
const checkedUnits = 3 * 2 * rotationUnits

const noTag = "00000000"

const encodeLink = ({ filled, first, number, previous, tag }: Link): string =>
  `${number} ${first} ${filled} ${tag} ${previous}`

/** Undefined when it is no such text. Fast, as many are read when a store is opened. */
export const decodeLink = (text: string): Link | undefined => {
  const [number, first, filled, tag, previous] = text.split(" ")
  if (tag?.length !== 8 || previous?.length !== 8) return undefined
  const link = { number: Number(number), first: Number(first), filled: Number(filled), tag, previous }
  return Number.isSafeInteger(link.number + link.first + link.filled) ? link : undefined
}

/** A link as it is stored. */
export interface LinkRecord {
  readonly key: string
  readonly record: string
}

/** Numbers the batches of one opening of a store. */
export class Chain {
  readonly #nonce: string
  readonly #first: number
  #last: Link

  /** `newest`: the newest link of the store, undefined when it has none. `nonce`: a random text. */
  constructor(newest: Link | undefined, nonce: string) {
    this.#last = newest ?? { number: 0, first: 0, filled: 0, tag: noTag, previous: noTag }
    this.#first = this.#last.number + 1
    this.#nonce = nonce
  }

  /** Number of the last batch. */
  get last(): number {
    return this.#last.number
  }

  /** The link of the batch, to be written with it. Of a batch that failed nothing is known, so no other may follow it. */
  next(writes: ReadonlyArray<Write>): LinkRecord {
    const { filled, number, tag } = this.#last
    const before = number + 1 === this.#first ? 0 : filled
    this.#last = {
      number: number + 1,
      first: this.#first,
      filled: before + Math.min(unitsOf(writes), rotationUnits),
      tag: tagOf(tag, number + 1, this.#nonce),
      previous: tag
    }
    const key = linkKey(this.#last.number)
    return { key, record: seal(key, encodeLink(this.#last)) }
  }
}

const tagOf = (previous: string, number: number, nonce: string): string =>
  crc32(`${previous} ${number} ${nonce}`).toString(16).padStart(8, "0")

const unitsOf = (writes: ReadonlyArray<Write>): number => {
  let units = 0
  for (const write of writes) units += write.key.length + (write.type === "put" ? write.value.length : 0)
  return units
}

/** Reads what stands in the slots of the batches from `low` to `high`, in their order, whatever batches it is of; undefined
 * where there is nothing that can be read. */
export type ReadLinks = (low: number, high: number) => Promise<ReadonlyArray<Link | undefined>>

/** What does not follow: batches `from` to `to` are missing, or were not written before those that come next. */
export interface Break {
  readonly kind: "missing" | "foreign"
  readonly from: number
  readonly to: number
}

/**
 * The newest break in the chain, in so far as a batch can have been in a log only: from `newest` back to the one before its
 * opening, unless that has written more than two logs hold. What is older is in tables, which are lost with an error.
 */
export const findBreak = async (newest: Link, read: ReadLinks): Promise<Break | undefined> => {
  const oldest = Math.max(1, newest.first - 1, newest.number - linkSlots + 1)
  let next = newest
  for (let high = newest.number - 1; high >= oldest; high -= linksPerPage) {
    const low = Math.max(oldest, high - linksPerPage + 1)
    const links = await read(low, high)
    for (let number = high; number >= low; number--) {
      if (newest.filled - next.filled > checkedUnits) return undefined
      const link = links[number - low]
      if (link?.number !== number)
        return { kind: "missing", from: await firstMissing(number, oldest, read), to: number }
      if (link.tag !== next.previous) return { kind: "foreign", from: number, to: number }
      if (link.first !== newest.first) return undefined
      next = link
    }
  }
  return undefined
}

const linksPerPage = 4096

/** Below which batch, down from one that is missing, there is one again. */
const firstMissing = async (missing: number, oldest: number, read: ReadLinks): Promise<number> => {
  for (let high = missing - 1; high >= oldest; high -= linksPerPage) {
    const low = Math.max(oldest, high - linksPerPage + 1)
    const links = await read(low, high)
    const there = links.findLastIndex((link, index) => link?.number === low + index)
    if (there >= 0) return low + there + 1
  }
  return oldest
}
