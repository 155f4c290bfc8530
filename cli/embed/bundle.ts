import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { parseBundleFile, readBundleMap } from "../bundle-file.ts"
import { builtFolder } from "../extern-folder.ts"
import { SxsBundleError } from "./errors.ts"
import type { SxsProgram } from "./types.ts"

/** A program with the folder from which the modules are found that it calls. */
interface Located {
  readonly bundle: Bundle
  readonly folder: string
}

/** Reads the program's file and checks that it still is what was imported; of one that was compiled here it is at hand. Throws
 * `SxsBundleError`. */
export const readBundle = async ({ built, hash, manifest, url }: SxsProgram): Promise<Located> => {
  if (built !== undefined) {
    const { folder, ...text } = built
    return { bundle: { hash, manifest, ...text }, folder }
  }
  if (!url.startsWith("file:")) throw unusable(url, "is not a file, from which its code could be read")
  const path = fileURLToPath(url)
  const file = parseBundleFile(await readText(path))
  if (file.kind === "damaged") throw unusable(path, `is not as it was built: ${file.why}`)
  if (file.hash !== hash) throw unusable(path, "was built again since it was imported: start this process again")
  const bundle = { hash, code: file.code, manifest, map: readBundleMap(path) }
  return { bundle, folder: builtFolder(path, manifest, file.source) }
}

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, "utf8")
  } catch (cause) {
    throw new SxsBundleError(`the compiled program ${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

const unusable = (path: string, why: string): SxsBundleError =>
  new SxsBundleError(`the compiled program ${path} ${why}`)
