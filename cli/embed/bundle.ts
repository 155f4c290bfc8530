import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { parseBundleFile, readBundleMap } from "../bundle-file.ts"
import { SxsBundleError } from "./errors.ts"
import type { SxsProgram } from "./types.ts"

/** Reads the program's file and checks that it still is what was imported. Throws `SxsBundleError`. */
export const readBundle = async ({ hash, manifest, url }: SxsProgram): Promise<Bundle> => {
  if (!url.startsWith("file:")) throw unusable(url, "is not a file, from which its code could be read")
  const path = fileURLToPath(url)
  const file = parseBundleFile(await readText(path))
  if (file.kind === "damaged") throw unusable(path, `is not as it was built: ${file.why}`)
  if (file.hash !== hash) throw unusable(path, "was built again since it was imported: start this process again")
  return { hash, code: file.code, manifest, map: readBundleMap(path) }
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
