import { readdirSync, readFileSync } from "node:fs"

/** Linux counts in hundredths of a second. */
const msPerTick = 10

/** Processor time in ms that a process and all that it has started have used. Linux only. */
export const processorMs = (pid: number): number => {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (readStat(name) ?? []) : []))
  const ticksBelow = (parent: number): number =>
    all.filter((each) => each.parent === parent).reduce((sum, { pid, ticks }) => sum + ticks + ticksBelow(pid), 0)
  return ((all.find((each) => each.pid === pid)?.ticks ?? 0) + ticksBelow(pid)) * msPerTick
}

interface Stat {
  readonly pid: number
  readonly parent: number
  /** With those of children that have ended. */
  readonly ticks: number
}

const readStat = (name: string): Stat | undefined => {
  try {
    const text = readFileSync(`/proc/${name}/stat`, "utf8")
    // The name of the program, in brackets, may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { pid: Number(name), parent: Number(fields[1]), ticks }
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}
