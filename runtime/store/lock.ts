import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { basename, join } from "node:path"
import { printText } from "../../stdlib/abi/literals.ts"
import { StoreUnavailable } from "./store.ts"

/**
 * Who has the store. The lock itself is level's, a POSIX lock that the system drops with its process, however that ends.
 * Two things are added: a registry of this process, and a file that names the owner for messages.
 */
const ownerFile = "owner.json"

/** Content of the owner file. `since` is an ISO time. */
interface Owner {
  readonly pid: number
  readonly host: string
  readonly command: string
  readonly since: string
}

const isOwner = (data: Partial<Owner> | null): data is Owner =>
  Number.isSafeInteger(data?.pid) && [data?.host, data?.command, data?.since].every((each) => typeof each === "string")

/** The existing folder, kept for one opener of this process. */
export interface Reservation {
  readonly path: string
  /** Fulfilled when others may have it. */
  readonly release: () => Promise<void>
}

// A second attempt of the same process to open the files would fail, and closing its descriptor would drop the lock of the
// first one: POSIX locks belong to processes, not to descriptors. So it must be refused before level is touched.
const opened = new Set<string>()

/** Keeps the folder, by whatever path it is named, against other openers in all threads of this process. Rejects with
 * `StoreUnavailable` of the reason `held`. */
export const reserve = async (directory: string): Promise<Reservation> => {
  const path = realpathSync(directory)
  const { dev, ino } = statSync(path, { bigint: true })
  const name = `sxs/store/${dev}/${ino}`
  if (opened.has(name)) throw held(directory, "this process has it open already")
  opened.add(name)
  const release = await lockInProcess(name)
  if (release === undefined) {
    opened.delete(name)
    throw held(directory, "another thread of this process has it open already")
  }
  return {
    path,
    release: async () => {
      await release()
      opened.delete(name)
    }
  }
}

/** What Node has of the Web Locks API: locks that all threads of the process share, and that end with their thread. */
interface ThreadLocks {
  readonly request: (
    name: string,
    options: { readonly ifAvailable: true },
    hold: (lock: object | null) => Promise<void>
  ) => Promise<void>
}

/** Undefined when another thread holds the lock; else what gives it back. */
const lockInProcess = (name: string): Promise<(() => Promise<void>) | undefined> => {
  const { locks } = navigator as { readonly locks?: ThreadLocks }
  if (locks === undefined) return Promise.resolve(async () => {}) // Node before 24.5 knows none.
  return new Promise((resolve, reject) => {
    const holding = locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) return resolve(undefined)
      const { promise, resolve: end } = Promise.withResolvers<void>()
      resolve(() => {
        end()
        return holding
      })
      await promise
    })
    holding.catch(reject)
  })
}

/** Names this process as the owner. Only while holding level's lock. */
export const writeOwner = (path: string): void => {
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    command: commandLine(),
    since: new Date().toISOString()
  }
  const partial = join(path, `${ownerFile}.${process.pid}.partial`)
  writeFileSync(partial, `${JSON.stringify(owner)}\n`)
  renameSync(partial, join(path, ownerFile))
}

/** Before level's lock is given back, as the next owner may write its file at once. */
export const removeOwner = (path: string): void => rmSync(join(path, ownerFile), { force: true })

/** What to tell somebody who cannot open the store because another process has it. */
export const heldByOther = (directory: string): StoreUnavailable => {
  const owner = readOwner(directory)
  return held(
    directory,
    owner === undefined || !isAlive(owner)
      ? "another process has it open"
      : `process ${owner.pid} (${printCommand(owner.command)}) has it open since ${owner.since}`
  )
}

/** Who had the store open and ended without closing it, in words; undefined when nobody did. Their lock has ended too. */
export const leftoverOwner = (directory: string): string | undefined => {
  const owner = readOwner(directory)
  return owner === undefined || isAlive(owner) ? undefined : `process ${owner.pid} (${printCommand(owner.command)})`
}

/** Whether a process that lives says that it has the store. */
export const hasOwner = (directory: string): boolean => {
  const owner = readOwner(directory)
  return owner !== undefined && isAlive(owner)
}

const held = (directory: string, why: string): StoreUnavailable =>
  new StoreUnavailable({
    operation: "open",
    reason: "held",
    holder: why,
    detail: `the store ${directory} is in use: ${why}. Wait until it ends, or stop it`
  })

const commandUnitsMax = 200

const commandLine = (): string => {
  const [program = "node", ...args] = process.argv.slice(1)
  return [basename(program), ...args].join(" ").slice(0, commandUnitsMax)
}

/** In quotes when something in it could control a terminal. */
const printCommand = (command: string): string => {
  const printed = printText(command)
  return printed.replaceAll(/\\(["\\])/g, "$1") === `"${command}"` ? command : printed
}

const readOwner = (directory: string): Owner | undefined => {
  try {
    const data = JSON.parse(readFileSync(join(directory, ownerFile), "utf8")) as Partial<Owner> | null
    return isOwner(data) ? data : undefined
  } catch {
    return undefined // Missing, or left by a crash in the middle: it is for a message only.
  }
}

/** False when the file is left over from a process that was killed. Of another host nothing is known. */
const isAlive = (owner: Owner): boolean => {
  if (owner.host !== hostname()) return true
  try {
    process.kill(owner.pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM"
  }
}
