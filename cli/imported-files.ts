import { readFileSync, realpathSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { decodeSource } from "../compiler/index.ts"
import type { Load, Loaded } from "../compiler/modules.ts"
import { type Dependency, hashOf } from "./dependencies.ts"

/** The files that programs import, each read from the disk once for all programs of a command. */
export class ImportedFiles {
  readonly #cwd: string
  readonly #read = new Map<string, ReadFile>()

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  /** Gives imported files, and notes in `dependencies` which were asked for. */
  loadInto(dependencies: Array<Dependency>): Load {
    return (path) => {
      const file = this.#read.get(path) ?? readImported(path, this.#cwd)
      this.#read.set(path, file)
      dependencies.push({ path, hash: file.hash })
      return file.loaded
    }
  }

  /** The same for all paths to one file; undefined when it is not on the disk. */
  identity(path: string): string | undefined {
    return identityOf(resolve(this.#cwd, path))
  }
}

interface ReadFile {
  readonly loaded: Loaded
  readonly hash: string
}

const readImported = (path: string, cwd: string): ReadFile => {
  try {
    const file = resolve(cwd, path)
    // Reading a pipe or a device may never end.
    const stat = statSync(file)
    if (!stat.isFile()) return missing(stat.isDirectory() ? "it is a folder" : "it is not a regular file")
    const bytes = readFileSync(file)
    const { diagnostics, value } = decodeSource(path, bytes)
    const identity = identityOf(file) ?? path
    return { loaded: { kind: "file", source: value, diagnostics, identity }, hash: hashOf(bytes) }
  } catch (error) {
    return missing(whyUnreadable(error as NodeJS.ErrnoException))
  }
}

const identityOf = (file: string): string | undefined => {
  try {
    return realpathSync.native(file)
  } catch {
    return undefined
  }
}

const missing = (why: string): ReadFile => ({ loaded: { kind: "missing", why }, hash: "" })

const whyUnreadable = ({ code, message }: NodeJS.ErrnoException): string => {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file"
    case "EACCES":
    case "EPERM":
      return "it may not be read: permission denied"
    default:
      return `it cannot be read: ${message}`
  }
}
