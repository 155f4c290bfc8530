import { existsSync } from "node:fs"
import { dirname, relative, resolve, sep } from "node:path"
import { isRelative, moduleFile } from "../runtime/bundle/extern-import.ts"
import type { Manifest } from "../stdlib/abi/manifest.ts"

/**
 * From where the modules of a built file are found: its own folder. Where they are not there, but beside the source from which
 * it was built, they are taken from there: so a project runs as it is, and a folder that is copied elsewhere runs with the modules
 * in it. `source` is the folder of the source as seen from that of the file.
 */
export const builtFolder = (path: string, manifest: Manifest, source: string | undefined): string => {
  const folder = dirname(path)
  const files = manifest.externs.map(({ module }) => module).filter(isRelative)
  const isWhole = (each: string) => files.every((module) => existsSync(moduleFile(module, each)))
  const other = source === undefined ? folder : resolve(folder, source)
  return isWhole(folder) || !isWhole(other) ? folder : other
}

/** The folder of the source as seen from that of the built file; undefined when nothing is to be found there. */
export const sourceFolder = (file: string, folder: string, manifest: Manifest): string | undefined => {
  const from = dirname(resolve(file))
  if (from === resolve(folder) || !manifest.externs.some(({ module }) => isRelative(module))) return undefined
  return relative(folder, from).split(sep).join("/")
}
