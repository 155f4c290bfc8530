import type { Random } from "./random.ts"

/** Where a process can be made to die: at one of its commits, or at one of the lines that it shows. */
export const crashPoints = [
  "before a write",
  "before a sync",
  "before an acknowledgement",
  "after an acknowledgement",
  "before a line",
  "after a line"
] as const
export type CrashPoint = (typeof crashPoints)[number]

/** What can go wrong with the store while the process lives on. */
export const faultKinds = [
  "refused write",
  "failed sync",
  "lost acknowledgement",
  "delayed write",
  "delayed acknowledgement",
  "endless write",
  "endless acknowledgement",
  "failed read",
  "failed scan",
  "failed output"
] as const
export type FaultKind = (typeof faultKinds)[number]

/** A crash point of one life: at its commit, or its line, of that index. */
export interface Edge {
  readonly point: CrashPoint
  readonly index: number
}

/** Text of an edge, such as `before a write 3`; `parseEdge` reads it. */
export const printEdge = (edge: Edge): string => `${edge.point} ${edge.index}`

/** Undefined when the text is none. */
export const parseEdge = (text: string): Edge | undefined => {
  const match = /^(.+) (\d+)$/.exec(text)
  const point = crashPoints.find((name) => name === match?.[1])
  return point === undefined ? undefined : { point, index: Number(match![2]) }
}

/** What befalls one life of a process; indexes count from 0 in each life. */
export interface Hazards {
  readonly commit: (index: number) => CrashPoint | FaultKind | undefined
  readonly line: (index: number) => CrashPoint | "failed output" | undefined
  readonly read: () => boolean
  readonly scan: () => boolean
}

export const noHazards: Hazards = {
  commit: () => undefined,
  line: () => undefined,
  read: () => false,
  scan: () => false
}

const isOfLine = (point: CrashPoint): boolean => point === "before a line" || point === "after a line"

/** The process dies at the edge, if it gets there. */
export const crashAt = ({ point, index }: Edge): Hazards => ({
  ...noHazards,
  commit: (other) => (other === index && !isOfLine(point) ? point : undefined),
  line: (other) => (other === index && isOfLine(point) ? point : undefined)
})

/** All edges of a life with so many commits and lines. */
export const edgesOf = (life: { readonly commitCount: number; readonly lineCount: number }): ReadonlyArray<Edge> =>
  crashPoints.flatMap((point) =>
    Array.from({ length: isOfLine(point) ? life.lineCount : life.commitCount }, (_, index) => ({ point, index }))
  )

const lineHazards = ["before a line", "after a line", "failed output"] as const
const commitHazards = [...crashPoints.filter((point) => !isOfLine(point)), ...faultKinds.slice(0, -3)]

/** Probabilities of one life. Each leaves out about half of the kinds: rare ones meet each other more often that way. */
export const randomHazards = (random: Random): Hazards => {
  const some = <A>(items: ReadonlyArray<A>) => items.filter(() => random.chance(0.5))
  const commits = some(commitHazards)
  const lines = some(lineHazards)
  const commitRate = random.pick([0, 0.05, 0.2])
  const lineRate = random.pick([0, 0.05, 0.2])
  const readRate = random.pick([0, 0, 0.03])
  const scanRate = random.pick([0, 0, 0.1])
  return {
    commit: () => (commits.length > 0 && random.chance(commitRate) ? random.pick(commits) : undefined),
    line: () => (lines.length > 0 && random.chance(lineRate) ? random.pick(lines) : undefined),
    read: () => random.chance(readRate),
    scan: () => random.chance(scanRate)
  }
}

/** How often each thing has happened, by its name. A campaign in which something never happened has proved nothing of it. */
export class Counters {
  readonly #counts = new Map<string, number>()

  count(name: string, by = 1): void {
    this.#counts.set(name, this.of(name) + by)
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  /** In the order of their names. */
  get all(): ReadonlyArray<readonly [name: string, count: number]> {
    return [...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
  }
}
