import { randomUUID } from "node:crypto"
import { type Anchor, decodeAnchor, unknownBoot } from "./anchor.ts"
import { Chain, decodeLink, type Link, type LinkRecord, type ReadLinks } from "./chain.ts"
import { linkKey, linkRange } from "./keys.ts"
import { type FoundAnchor, findLoss, isSameBoot, type Loss } from "./loss.ts"
import { payloadOf, unseal } from "./record.ts"
import { type KeyRange, StoreUnavailable, type Write } from "./store.ts"

/** A database that writes batches whole or not at all, one after the other, and may lose some without saying so. */
export interface RawDatabase {
  readonly get: (key: string) => string | undefined
  readonly scan: (range: KeyRange) => Promise<ReadonlyArray<readonly [key: string, record: string]>>
  /** The writes and the link behind them, as one batch. */
  readonly write: (batch: {
    readonly writes: ReadonlyArray<Write>
    readonly link: LinkRecord
    readonly sync: boolean
  }) => Promise<void>
}

/** The file beside it. */
export interface AnchorFile {
  /** Undefined when there is none. */
  readonly read: () => Buffer | undefined
  /** Makes the file, on the disk when it returns. */
  readonly create: (anchor: Anchor) => void
  /** Puts the anchor into its slot; with the operating system when it returns. */
  readonly write: (anchor: Anchor) => void
}

export interface ChainedOptions {
  readonly database: RawDatabase
  readonly anchor: AnchorFile
  /** Id of the store. */
  readonly store: string
  /** Of this start of the machine: see anchor.ts. */
  readonly boot: string
  /** What to do about a loss: throw, or return to go on with what is there. */
  readonly onLoss: (loss: Loss) => void
}

/** Writes batches so that the next opening notices when one of them is lost. */
export interface ChainedWriter {
  /** The batch is with the operating system, with `sync` on the disk, when the promise is fulfilled. After a rejected one no
   * other may follow. */
  readonly write: (writes: ReadonlyArray<Write>, sync: boolean) => Promise<void>
}

/** Checks what the database holds against the anchor. */
export const openChained = async (options: ChainedOptions): Promise<ChainedWriter> => {
  const { boot, database, onLoss, store } = options
  const found = findAnchor(options.anchor)
  const newest = await findNewest(database, found, boot)
  const loss = await findLoss({ anchor: found, store, boot, newest, read: linksReader(database) })
  if (loss !== undefined) onLoss(loss)
  const chain = new Chain(newest, randomUUID())
  const writer = new Writer(options, chain, startAnchor({ found, loss, last: chain.last, store, boot }))
  // The new batch ends the search of every later opening, so what was given up is not found again.
  if (loss !== undefined) await writer.write([], true)
  return writer
}

class Writer implements ChainedWriter {
  readonly #options: ChainedOptions
  readonly #chain: Chain
  #anchor: Anchor

  constructor(options: ChainedOptions, chain: Chain, anchor: Anchor) {
    this.#options = options
    this.#chain = chain
    this.#anchor = anchor
    if (anchor.generation === 0) options.anchor.create(anchor)
    else options.anchor.write(anchor)
  }

  async write(writes: ReadonlyArray<Write>, sync: boolean): Promise<void> {
    const link = this.#chain.next(writes)
    const { last } = this.#chain
    await this.#options.database.write({ writes, link, sync })
    const { generation, synced } = this.#anchor
    this.#anchor = { ...this.#anchor, generation: generation + 1, last, synced: sync ? last : synced }
    this.#options.anchor.write(this.#anchor)
  }
}

/** No checksums: a link that is not what was written does not fit those beside it. */
const linksReader =
  ({ scan }: RawDatabase): ReadLinks =>
  async (low, high) => {
    const records = new Map(await scanSlots(scan, low, high))
    return Array.from({ length: high - low + 1 }, (_, index) => {
      const record = records.get(linkKey(low + index))
      return record === undefined ? undefined : decodeLink(payloadOf(record))
    })
  }

/** The slots of some batches, which may stand at the end of the ring and at its beginning. */
const scanSlots = async (scan: RawDatabase["scan"], low: number, high: number) => {
  const [from, to] = [linkKey(low), `${linkKey(high)}\0`]
  if (from < to) return scan({ from, to })
  return [...(await scan({ from, to: linkRange.to })), ...(await scan({ from: linkRange.from, to }))]
}

/** The link in the slot of that batch, whatever batch it is of. */
const linkAt = ({ get }: RawDatabase, batch: number): Link | undefined => {
  const key = linkKey(batch)
  const record = get(key)
  return record === undefined ? undefined : linkOf(key, record)
}

const linkOf = (key: string, record: string): Link | undefined => {
  try {
    return decodeLink(unseal(key, record))
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return undefined // A batch whose link is damaged counts as lost.
    throw cause
  }
}

const findAnchor = (file: AnchorFile): FoundAnchor => {
  const bytes = file.read()
  return bytes === undefined ? "missing" : (decodeAnchor(bytes) ?? "unreadable")
}

/** As long as the machine runs, at most one batch is written that the anchor does not tell of. Else the whole ring is read. */
const findNewest = async (database: RawDatabase, anchor: FoundAnchor, boot: string): Promise<Link | undefined> => {
  if (typeof anchor !== "string" && isSameBoot(anchor, boot)) {
    const [last, next, behind] = [0, 1, 2].map((ahead) => {
      const link = linkAt(database, anchor.last + ahead)
      return link?.number === anchor.last + ahead ? link : undefined
    })
    if (last !== undefined && behind === undefined) return next ?? last
  }
  let newest: Link | undefined
  for (const [key, record] of await database.scan(linkRange)) {
    const link = linkOf(key, record)
    if (link !== undefined && (newest === undefined || link.number > newest.number)) newest = link
  }
  return newest
}

/** What the anchor says of the database as it was opened. Only what was there at the start of the machine, or was flushed,
 * is certain to be on the disk. */
const startAnchor = (facts: {
  readonly found: FoundAnchor
  readonly loss: Loss | undefined
  readonly last: number
  readonly store: string
  readonly boot: string
}): Anchor => {
  const { boot, found, last, loss, store } = facts
  if (typeof found === "string") return { generation: 0, last, synced: last, boot, store }
  const isOtherBoot = boot !== found.boot && boot !== unknownBoot && found.boot !== unknownBoot
  return {
    generation: found.generation + 1,
    last,
    synced: isOtherBoot || loss !== undefined ? last : Math.min(found.synced, last),
    boot,
    store
  }
}
