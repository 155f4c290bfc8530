import { readFileSync } from "node:fs"
import { seal, unseal } from "./record.ts"
import { StoreUnavailable } from "./store.ts"

/**
 * The anchor says how far the database must reach. It is written after each batch, without waiting for the disk: a batch is
 * with the operating system before the anchor says so. So an anchor that is behind means nothing, and one that is ahead
 * proves that batches are lost.
 *
 *     anchor = slot slot                    each slot at the start of a page of 4096 bytes
 *     slot   = record LF                    sealed as under the key "anchor"; the rest of the page means nothing
 *     record = generation " " last " " synced " " boot " " store
 *
 * Slots are written in turn, so that a torn one leaves the other; the one of the higher `generation` counts. `last` is the last
 * batch that was written, `synced` the last that was flushed to the disk, `boot` names the start of the machine in which that
 * was so ("-" when the system does not say), `store` is the id of the store.
 */
export interface Anchor {
  readonly generation: number
  readonly last: number
  readonly synced: number
  readonly boot: string
  readonly store: string
}

export const anchorFile = "anchor"

export const slotBytes = 4096
const slotCount = 2
export const anchorBytes = slotCount * slotBytes

/** Where the anchor of that generation stands. */
export const slotOf = ({ generation }: Anchor): number => (generation % slotCount) * slotBytes

export const encodeAnchor = ({ boot, generation, last, store, synced }: Anchor): string =>
  `${seal(anchorFile, `${generation} ${last} ${synced} ${boot} ${store}`)}\n`

/** The newest anchor in the file's bytes; undefined when no slot can be read. */
export const decodeAnchor = (file: Buffer): Anchor | undefined => {
  let newest: Anchor | undefined
  for (let slot = 0; slot < slotCount; slot++) {
    const anchor = decodeSlot(file.subarray(slot * slotBytes, (slot + 1) * slotBytes))
    if (anchor !== undefined && (newest === undefined || anchor.generation > newest.generation)) newest = anchor
  }
  return newest
}

const decodeSlot = (page: Buffer): Anchor | undefined => {
  const end = page.indexOf("\n")
  if (end < 0) return undefined
  const match = /^(\d{1,15}) (\d{1,15}) (\d{1,15}) (\S+) (\S+)$/.exec(payloadOf(page.toString("utf8", 0, end)) ?? "")
  if (match === null) return undefined
  return {
    generation: Number(match[1]),
    last: Number(match[2]),
    synced: Number(match[3]),
    boot: match[4]!,
    store: match[5]!
  }
}

const payloadOf = (record: string): string | undefined => {
  try {
    return unseal(anchorFile, record)
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return undefined
    throw cause
  }
}

/** What `boot` says on a system that does not tell one start of the machine from another. */
export const unknownBoot = "-"

/** Names the time since the machine was started: what the system had, but not the disk, is lost with its end. */
export const currentBoot = (): string => {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
  } catch {
    return unknownBoot
  }
}
