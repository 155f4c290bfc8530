import { type Anchor, unknownBoot } from "./anchor.ts"
import { findBreak, type Link, type ReadLinks } from "./chain.ts"

/** What an opened database proves to have lost. */
export type Loss =
  /** Its newest batches, from `from` to `to`. */
  | { readonly kind: "end"; readonly from: number; readonly to: number }
  /** Batches before its newest one, `last`, which builds on them. */
  | { readonly kind: "middle"; readonly from: number; readonly to: number; readonly last: number }
  /** It is put together from files of different times: the batches up to `to` are not those that `last` builds on. */
  | { readonly kind: "mixed"; readonly to: number; readonly last: number }
  /** What says how far it must reach. */
  | { readonly kind: "anchor"; readonly why: "missing" | "unreadable" | "of another store" }

/** The anchor as it was found. */
export type FoundAnchor = Anchor | "missing" | "unreadable"

/**
 * What is lost. A killed process loses nothing that it had written. A machine that stops loses what was not flushed to the
 * disk: then the end may be missing, down to the last flushed batch.
 */
export const findLoss = async (facts: {
  readonly anchor: FoundAnchor
  readonly store: string
  /** Of this start of the machine. */
  readonly boot: string
  readonly newest: Link | undefined
  readonly read: ReadLinks
}): Promise<Loss | undefined> => {
  const { anchor, boot, newest, read, store } = facts
  if (anchor === "unreadable") return { kind: "anchor", why: "unreadable" }
  if (anchor === "missing") return newest === undefined ? undefined : { kind: "anchor", why: "missing" }
  if (anchor.store !== store) return { kind: "anchor", why: "of another store" }
  const last = newest?.number ?? 0
  const due = isSameBoot(anchor, boot) ? anchor.last : anchor.synced
  if (last < due) return { kind: "end", from: last + 1, to: anchor.last }
  const found = newest && (await findBreak(newest, read))
  if (found === undefined) return undefined
  return found.kind === "missing"
    ? { kind: "middle", from: found.from, to: found.to, last }
    : { kind: "mixed", to: found.to, last }
}

/** Certain only where the system says so. */
export const isSameBoot = (anchor: Anchor, boot: string): boolean => anchor.boot !== unknownBoot && anchor.boot === boot

/** Behind "the store is damaged:". A batch holds one commit or a few. */
export const describeLoss = (loss: Loss): string => {
  switch (loss.kind) {
    case "end":
      return `its newest writes are missing: ${batches(loss)}`
    case "middle":
      return `writes before its last ones are missing: ${batches(loss)}. What came after them, up to batch ${loss.last}, builds on them`
    case "mixed":
      return `its database is put together from files of different times: what was written up to batch ${loss.to} is not what batch ${loss.last} builds on`
    case "anchor":
      return loss.why === "of another store"
        ? "its file `anchor` is that of another store"
        : `its file \`anchor\` ${loss.why === "missing" ? "is missing" : "cannot be read"}, so nobody can say whether its newest writes are there`
  }
}

const batches = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  from === to ? `batch ${from}` : `batches ${from} to ${to}`
