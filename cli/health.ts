import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync
} from "node:fs"
import { dirname, join } from "node:path"

/** What a check found. `message` says what to do unless all is well. */
export interface Finding {
  readonly level: "ok" | "warn" | "fail"
  readonly name: string
  readonly message: string
}

const nodeMajorMin = 24

export const checkNode = (): Finding => {
  const { node } = process.versions
  return Number(node.split(".")[0]) >= nodeMajorMin
    ? { level: "ok", name: "node", message: `${node} on ${process.platform}-${process.arch}` }
    : { level: "fail", name: "node", message: `${node} is too old; install Node ${nodeMajorMin} or newer` }
}

/** The native store has a binary for each platform; a package manager may have left it out. */
export const checkNative = async (): Promise<Finding> => {
  try {
    await import("level")
    return { level: "ok", name: "native store", message: "its binary loads" }
  } catch (error) {
    const message = `its binary does not load (${firstLine(error)}); run npm rebuild classic-level where sxs is installed`
    return { level: "fail", name: "native store", message }
  }
}

/** Whether we may write in the folder, or make it. Others should not: what programs keep may be secret. */
export const checkFolder = (directory: string): Finding => {
  const name = "folder"
  const folder = nearestExisting(directory)
  if (!statSync(folder).isDirectory()) {
    return { level: "fail", name, message: `${folder} is a file; choose another folder with --store` }
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return { level: "fail", name, message: `${folder} may not be written by this user; change its owner or its mode` }
  }
  const { mode } = statSync(folder)
  if (folder === directory && process.platform !== "win32" && (mode & 0o002) !== 0) {
    return { level: "warn", name, message: `${folder} may be written by everybody; chmod o-w ${folder}` }
  }
  return { level: "ok", name, message: folder === directory ? `${folder} may be written` : `${folder} may get one` }
}

/** Below these bytes a program may stop soon, or at once. */
const freeBytesWarn = 1024 ** 3
const freeBytesMin = 16 * 1024 ** 2

/** More of a disk is free: little space is not for lack of order there, the disk is small. */
const freePartOfSmall = 0.5

export const checkSpace = (directory: string): Finding => {
  const { bavail, blocks, bsize } = statfsSync(nearestExisting(directory))
  return judgeSpace({ freeBytes: bavail * bsize, sizeBytes: blocks * bsize })
}

export const judgeSpace = (disk: { readonly freeBytes: number; readonly sizeBytes: number }): Finding => {
  const { freeBytes, sizeBytes } = disk
  const name = "space"
  if (freeBytes >= freeBytesWarn) return { level: "ok", name, message: `${printBytes(freeBytes)} free` }
  const found = `${printBytes(freeBytes)} of ${printBytes(sizeBytes)} free`
  const level = freeBytes < freeBytesMin ? "fail" : "warn"
  return freeBytes > sizeBytes * freePartOfSmall
    ? { level, name, message: `${found}, a small disk; when it is full, all programs stop` }
    : { level, name, message: `${found}; free some, a full disk stops all programs` }
}

const syncsMax = 32
const syncTimeMaxMs = 500
const slowSyncMs = 20

/** How long the disk takes to keep a small record: what a program waits for before it prints. */
export const checkSync = (directory: string): Finding => {
  const path = join(directory, `.doctor-${process.pid}`)
  try {
    const ms = medianSyncMs(path)
    const message = `${ms.toFixed(ms < 10 ? 2 : 0)} ms to keep a record`
    return ms < slowSyncMs
      ? { level: "ok", name: "disk", message }
      : { level: "warn", name: "disk", message: `${message}, which is slow; --durability relaxed does not wait for it` }
  } catch (error) {
    return { level: "fail", name: "disk", message: `it cannot be written: ${firstLine(error)}` }
  } finally {
    rmSync(path, { force: true })
  }
}

const medianSyncMs = (path: string): number => {
  const file = openSync(path, "wx", 0o600)
  try {
    const times: Array<number> = []
    const record = Buffer.alloc(200, "x")
    for (const start = performance.now(); times.length < syncsMax && performance.now() - start < syncTimeMaxMs; ) {
      const before = performance.now()
      writeSync(file, record)
      fsyncSync(file)
      times.push(performance.now() - before)
    }
    return times.toSorted((a, b) => a - b)[times.length >> 1]!
  } finally {
    closeSync(file)
  }
}

const nearestExisting = (path: string): string => {
  let folder = path
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder)
  return folder
}

const printBytes = (bytes: number): string =>
  bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GiB` : `${Math.floor(bytes / 1024 ** 2)} MiB`

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!
