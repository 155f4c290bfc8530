import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { basename, join } from "node:path"
import * as Schema from "effect/Schema"
import { printText } from "../../stdlib/abi/literals.ts"
import { StoreUnavailable } from "./store.ts"

/**
 * Who has the store. The lock itself is level's, a POSIX lock that the system drops with its process, however that ends.
 * Two things are added: a registry of this process, and a file that names the owner for messages.
 */
const ownerFile = "owner.json"

/** Content of the owner file. `since` is an ISO time. */
const Owner = Schema.Struct({ pid: Schema.Int, host: Schema.String, command: Schema.String, since: Schema.String })
type Owner = typeof Owner.Type

const decodeOwner = Schema.decodeUnknownSync(Schema.fromJsonString(Owner))

// A second attempt of the same process to open the files would fail, and closing its descriptor would drop the lock of the
// first one: POSIX locks belong to processes, not to descriptors. So it must be refused before level is touched.
const opened = new Set<string>()

/** Keeps the existing folder for one opener of this process. Gives its real path; `release` it in the end. Throws
 * `StoreUnavailable` with the reason `held`. */
export const reserve = (directory: string): string => {
  const path = realpathSync(directory)
  if (opened.has(path)) throw held(directory, "this process has it open already")
  opened.add(path)
  return path
}

export const release = (path: string): void => {
  opened.delete(path)
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
    return decodeOwner(readFileSync(join(directory, ownerFile), "utf8"))
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
