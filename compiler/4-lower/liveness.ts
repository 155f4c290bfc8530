import { successors } from "./blocks.ts"
import type { Block, Machine, Slot } from "./machine.ts"
import { readSlots } from "./slots.ts"

/** Slots in the live sets of all blocks of one machine. Each point is written out with its set, so a function of a few
 * kilobytes that keeps a thousand values over a thousand waits would become tens of megabytes of code. */
export const liveSlotsMax = 250_000

/**
 * Sets the live set of each block and each suspension point: backwards over the blocks until nothing changes. A pass is
 * linear in the machine plus the sizes of its live sets; a machine needs one pass more than its loops are deep. False when
 * the sets have more than `liveSlotsMax` slots in all: the machine is then not to be used.
 */
export const markLive = (machine: Machine): boolean => {
  if (machine.blocks.length === 0) return true
  for (let changed = true; changed; ) {
    changed = false
    let slots = 0
    for (const block of machine.blocks.toReversed()) {
      const live = liveAtStart(block)
      slots += live.size
      if (slots > liveSlotsMax) return false
      if (live.size !== block.live.size) {
        block.live = live
        changed = true
      }
    }
  }
  for (const block of machine.blocks) {
    if (block.end.kind === "again") block.end.loop.statement.point.live = inOrder(block.end.loop.head.live)
    if (block.end.kind !== "suspendable") continue
    const live = new Set(block.end.next.live)
    if (block.end.statement.slot !== undefined) live.delete(block.end.statement.slot)
    block.end.statement.point.live = inOrder(live)
  }
  if (machine.entry !== undefined) machine.entry.live = inOrder(machine.blocks[0]!.live)
  return true
}

/** Slots in the order in which their machine has them. */
export const inOrder = (slots: Iterable<Slot>): ReadonlyArray<Slot> => {
  const all = Array.from(slots)
  // Sorting makes tables of its own, also for nothing.
  return all.length < 2 ? all : all.sort((a, b) => a.ordinal - b.ordinal)
}

const liveAtStart = (block: Block): ReadonlySet<Slot> => {
  const live = new Set<Slot>()
  for (const next of successors(block)) for (const slot of next.live) live.add(slot)
  const { end } = block
  if (end.kind === "suspendable") {
    if (end.statement.slot !== undefined) live.delete(end.statement.slot)
    readSlots(end.statement.call, live)
  } else if (end.kind === "branch") readSlots(end.test, live)
  else if (end.kind === "return") readSlots(end.value, live)
  for (let at = block.statements.length - 1; at >= 0; at--) {
    const statement = block.statements[at]!
    if (statement.kind === "assign") live.delete(statement.slot)
    readSlots(statement.value, live)
  }
  // Whatever in the block ends it, the handler finds the slots as they are then.
  if (block.region !== undefined) {
    for (const slot of block.region.handler.live) if (slot !== block.region.caught) live.add(slot)
  }
  return live
}
