import type { Written } from "./entry.ts"
import type { Write } from "./store.ts"

/** The write set of a segment, with its place in the order of its namespace. */
export interface Commit {
  /** From 1 on, without gaps. */
  readonly number: number
  /** Each entry once, in the order of their last writes. Commits that are not durable have the same entry for the same key, but for those of `putIndex`. */
  readonly writes: ReadonlyArray<Written>
  /** Size in memory, in UTF-16 units of keys and payloads. */
  readonly units: number
}

let batches = 0

/**
 * All writes of the commits as one batch, sealed: of several to one key only the last is left. A put costs about 1.5 µs
 * whatever its size, and a busy task rewrites the same frame in commit after commit. From the newest commit back, so that
 * an entry which this batch has been put into already is one that a later commit wrote; in the order in which they were written,
 * so that of two entries of one key the newer one holds.
 */
export const joinWrites = (commits: ReadonlyArray<Commit>): Array<Write> => {
  const batch = ++batches
  let writes = 0
  for (const commit of commits) writes += commit.writes.length
  const joined = new Array<Write>(writes)
  let first = writes
  for (let at = commits.length - 1; at >= 0; at--) {
    const { writes } = commits[at]!
    for (let index = writes.length - 1; index >= 0; index--) {
      const written = writes[index]!
      if (written.entry.batch === batch) continue
      written.entry.batch = batch
      joined[--first] = written.sealed
    }
  }
  return first === 0 ? joined : joined.slice(first)
}

/** What the record of the last commit says: its number, and that of the batch before. Absent: no commit yet. */
export interface Head {
  readonly commit: number
  readonly previous: number
  /** No task was ever given a higher number; undefined: nobody knows, as an older version has begun the store. */
  readonly tasks: number | undefined
}

/** `commit " " previous [" " tasks]`, decimal. */
export const encodeHead = ({ commit, previous, tasks }: Head): string =>
  tasks === undefined ? `${commit} ${previous}` : `${commit} ${previous} ${tasks}`

/** Undefined when it is no such text. */
export const decodeHead = (text: string): Head | undefined => {
  const match = /^(\d{1,15}) (\d{1,15})(?: (\d{1,15}))?$/.exec(text)
  if (match === null) return undefined
  const [, commit, previous, tasks] = match
  return { commit: Number(commit), previous: Number(previous), tasks: tasks === undefined ? undefined : Number(tasks) }
}
