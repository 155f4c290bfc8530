import { closeSync, existsSync, openSync, rmSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { usageError } from "../exit.ts"
import { visible } from "../visible.ts"

/** The file for a profile; throws a usage error when it cannot be written. */
export const profileFile = (
  { file, program }: { readonly file: string; readonly program: string },
  cwd: string
): string => {
  const path = resolve(cwd, file === "" ? `${program.replace(/[^\w.-]/g, "-")}.cpuprofile` : file)
  const isNew = !existsSync(path)
  try {
    // What is there stays until the new one is written.
    closeSync(openSync(path, "a"))
    if (isNew) rmSync(path)
  } catch (error) {
    throw usageError(`the profile ${visible(path)} cannot be written: ${whyNot(error as NodeJS.ErrnoException)}`)
  }
  return path
}

const whyNot = ({ code, message }: NodeJS.ErrnoException): string => {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such folder"
    case "EISDIR":
      return "it is a folder"
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "permission denied"
    default:
      return message
  }
}

/** Addresses of source files by the names that the compiler knew them by: paths from where it was called, or from the folder of the
 * program. One that is nowhere keeps its first address; `sxs:…` is part of sxs. */
export const sourceUrls = ({ cwd, folder }: { readonly cwd: string; readonly folder: string }) => {
  const urls = new Map<string, string>()
  return (source: string): string => {
    const known = urls.get(source)
    if (known !== undefined) return known
    const url = urlOf(source, [resolve(cwd, source), resolve(folder, source), join(folder, basename(source))])
    urls.set(source, url)
    return url
  }
}

const urlOf = (source: string, paths: ReadonlyArray<string>): string => {
  if (source.startsWith("sxs:")) return source
  return pathToFileURL(paths.find((path) => existsSync(path)) ?? paths[0]!).href
}
