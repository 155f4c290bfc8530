import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"

/**
 * Where the owner of a store listens for guests:
 *
 *     <store>/control/           mode 0700
 *     <store>/control/socket     where a path of that length can be a socket
 *     <store>/control/at         else: the path of a socket in a private folder of the system's temporary one
 *
 * A guest connects only to what belongs to its own user and what no other user could have put there. Whoever is killed leaves
 * all of it behind; the next owner clears it away.
 */
const controlOf = (directory: string): string => join(directory, "control")
const socketName = "socket"
const atName = "at"
const temporaryPrefix = "sxs-"

/** Bytes of a socket's path: Linux takes 107, macOS 103. */
const pathBytesMax = 103
/** Bytes of the file `at`. */
const atBytesMax = 4096

/** An empty place for the socket. Only while holding the store. Throws what `node:fs` throws. `remote`: not in the store's
 * folder, as where its file system knows no sockets. */
export const prepareSocket = (directory: string, remote = false): string => {
  const control = controlOf(directory)
  makePrivate(control)
  clear(control)
  const path = join(control, socketName)
  if (!remote && Buffer.byteLength(path) <= pathBytesMax) return path
  const temporary = mkdtempSync(join(tmpdir(), temporaryPrefix))
  writeFileSync(join(control, atName), join(temporary, socketName), { flag: "wx", mode: 0o600 })
  return join(temporary, socketName)
}

/** Removes what `prepareSocket` has made. Only while holding the store. */
export const removeSocket = (directory: string): void => clear(controlOf(directory))

/** The socket on which the store's owner may listen; undefined when there is none that is ours. */
export const findSocket = (directory: string): string | undefined => {
  const control = controlOf(directory)
  if (!isPrivate(control)) return undefined
  const at = readAt(control)
  if (at === undefined) return ourSocket(join(control, socketName))
  return isPrivate(dirname(at)) ? ourSocket(at) : undefined
}

/** Whether the socket stands in another folder than the store's, so that who listens there may have another store. */
export const isElsewhere = (directory: string, socket: string): boolean =>
  socket !== join(controlOf(directory), socketName)

const makePrivate = (control: string): void => {
  const found = statOf(control)
  // A link is removed, not followed.
  if (found !== undefined && !(found.isDirectory() && isOurs(found))) rmSync(control, { recursive: true })
  mkdirSync(control, { recursive: true, mode: 0o700 })
  chmodSync(control, 0o700)
}

const clear = (control: string): void => {
  const at = readAt(control)
  if (at !== undefined && basename(dirname(at)).startsWith(temporaryPrefix) && isPrivate(dirname(at))) {
    ignoreMissing(() => unlinkSync(at))
    ignoreMissing(() => rmdirSync(dirname(at)))
  }
  for (const name of [socketName, atName]) ignoreMissing(() => unlinkSync(join(control, name)))
}

const ignoreMissing = (remove: () => void): void => {
  try {
    remove()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== "ENOENT" && code !== "ENOTEMPTY") throw error
  }
}

const readAt = (control: string): string | undefined => {
  let file: number
  try {
    file = openSync(join(control, atName), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  try {
    const found = fstatSync(file)
    if (!found.isFile() || !isOurs(found) || found.size > atBytesMax) return undefined
    const path = readFileSync(file, "utf8")
    return basename(path) === socketName && !path.includes("\0") ? path : undefined
  } finally {
    closeSync(file)
  }
}

const ourSocket = (path: string): string | undefined => {
  const found = statOf(path)
  return found?.isSocket() === true && isOurs(found) ? path : undefined
}

const isPrivate = (folder: string): boolean => {
  const found = statOf(folder)
  return found?.isDirectory() === true && isOurs(found) && (found.mode & 0o077) === 0
}

const isOurs = ({ uid }: Stats): boolean => uid === process.geteuid?.()

/** Of the thing itself, also when it is a link. */
const statOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}
