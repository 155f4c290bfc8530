import type { Write } from "./store.ts"

/** The write set of a segment, with its place in the order of its namespace. */
export interface Commit {
  /** From 1 on, without gaps. */
  readonly number: number
  readonly writes: ReadonlyArray<Write>
}

/**
 * All writes of the commits as one batch: of several to one key only the last is left. A put costs about 1.5 µs whatever
 * its size, and a busy task rewrites the same frame in commit after commit.
 */
export const joinWrites = (commits: ReadonlyArray<Commit>): ReadonlyArray<Write> => {
  const last = new Map<string, Write>()
  for (const commit of commits) for (const write of commit.writes) last.set(write.key, write)
  return [...last.values()]
}

/** Size in memory, in UTF-16 units of keys and values. */
export const unitsOf = (commit: Commit): number => {
  let units = 0
  for (const write of commit.writes) units += write.key.length + (write.type === "put" ? write.value.length : 0)
  return units
}

/** What the record of the last commit says: its number, and that of the batch before. Absent: no commit yet. */
export interface Head {
  readonly commit: number
  readonly previous: number
}

/** `commit " " previous`, decimal. */
export const encodeHead = (head: Head): string => `${head.commit} ${head.previous}`

/** Undefined when it is no such text. */
export const decodeHead = (text: string): Head | undefined => {
  const match = /^(\d{1,15}) (\d{1,15})$/.exec(text)
  return match === null ? undefined : { commit: Number(match[1]), previous: Number(match[2]) }
}
