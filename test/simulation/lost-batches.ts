/**
 * A database that loses batches which it should have, as LevelDB does in silence with a damaged log: each such loss must be
 * noticed, and nothing else. As a program it is for planted faults; it ends with 1 at the first mistake.
 */
import { type Anchor, anchorBytes, encodeAnchor, slotOf } from "../../runtime/store/anchor.ts"
import { type AnchorFile, openChained, type RawDatabase } from "../../runtime/store/chained.ts"
import type { Write } from "../../runtime/store/store.ts"
import { Table } from "../../runtime/store/table.ts"
import { type Random, seeded } from "../../runtime/testing/index.ts"

/** What is lost before the next opening. `unsynced`: by a stop of the machine, and that is legal. */
const losses = ["nothing", "unsynced", "tail", "middle"] as const
type Lost = (typeof losses)[number]

const openingsMax = 5
const batchesMax = 12

class Disk {
  /** What was there when the database was opened, and the batches since then. */
  #base = new Table([])
  #batches: Array<ReadonlyArray<Write>> = []
  #syncedCount = 0
  #anchor: Buffer | undefined

  readonly database: RawDatabase = {
    get: (key) => this.#table.get(key),
    scan: async (range) => this.#table.scan(range, Number.POSITIVE_INFINITY),
    write: async ({ link, sync, writes }) => {
      this.#batches.push([...writes, { type: "put", key: link.key, value: link.record }])
      if (sync) this.#syncedCount = this.#batches.length
    }
  }
  readonly anchor: AnchorFile = {
    read: () => this.#anchor,
    create: (anchor) => {
      this.#anchor = Buffer.alloc(anchorBytes)
      this.#writeAnchor(anchor)
    },
    write: (anchor) => this.#writeAnchor(anchor)
  }

  get #table(): Table {
    const table = new Table(this.#base)
    for (const batch of this.#batches) table.apply(batch)
    return table
  }

  #writeAnchor(anchor: Anchor): void {
    this.#anchor!.write(encodeAnchor(anchor), slotOf(anchor))
  }

  /** Loses some batches; what was lost in the end. */
  lose(wanted: Lost, random: Random): Lost {
    const count = this.#batches.length
    const synced = this.#syncedCount
    if (wanted === "unsynced") this.#batches.length = synced + random.below(count - synced + 1)
    else if (wanted === "tail" && synced > 0) this.#batches.length = random.below(synced)
    else if (wanted === "middle" && count > 1) this.#batches.splice(random.below(count - 1), 1)
    else return "nothing"
    return wanted
  }

  /** LevelDB makes a synced table of the log that it finds. */
  settle(): void {
    this.#base = this.#table
    this.#batches = []
    this.#syncedCount = 0
  }
}

/** What was wrong with the runs of these seeds, one sentence each. */
export const loseBatches = async (seeds: Iterable<number>): Promise<ReadonlyArray<string>> => {
  const problems: Array<string> = []
  for (const seed of seeds) problems.push(...(await loseOnce(seed)))
  return problems
}

const loseOnce = async (seed: number): Promise<ReadonlyArray<string>> => {
  const random = seeded(seed)
  const disk = new Disk()
  let lost: Lost = "nothing"
  let boot = 1
  for (let opening = 0; opening < openingsMax; opening++) {
    const found: Array<string> = []
    if (lost === "unsynced") boot++
    const options = { ...disk, store: "store", onLoss: (loss: { readonly kind: string }) => found.push(loss.kind) }
    const writer = await openChained({ ...options, boot: `boot-${boot}` })
    const isLoss = lost === "tail" || lost === "middle"
    if (isLoss !== found.length > 0) return [`seed ${seed}: lost ${lost}, found ${found.join() || "nothing"}`]
    disk.settle()
    for (let count = random.below(batchesMax); count > 0; count--)
      await writer.write([{ type: "put", key: "k", value: `${count}` }], random.chance(0.5))
    lost = disk.lose(random.pick(losses), random)
  }
  return []
}

if (process.argv[1] === import.meta.filename) {
  const problems = await loseBatches(Array(200).keys())
  console.log(`${problems[0] ?? ""}\n${problems.length} failures`)
  process.exitCode = problems.length > 0 ? 1 : 0
}
