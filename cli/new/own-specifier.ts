import { readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import { packageFolder } from "../package-folder.ts"

/**
 * What a project writes into its dependencies so that it gets this sxs: `^0.1.0`, or `file:/…/sxs-0.1.0.tgz` when npm installed it
 * from a file, as its list of installed packages, `node_modules/.package-lock.json`, says.
 */
export const ownSpecifier = (folder = packageFolder): string => {
  const modules = dirname(folder)
  const resolved = installedFrom(modules)
  if (resolved === undefined || !resolved.startsWith("file:")) return `^${compilerVersion}`
  return `file:${resolve(dirname(modules), resolved.slice("file:".length))}`
}

const installedFrom = (modules: string): string | undefined => {
  try {
    const list = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as InstalledPackages
    return list.packages?.["node_modules/sxs"]?.resolved
  } catch {
    return undefined // It was not installed by npm.
  }
}

interface InstalledPackages {
  readonly packages?: { readonly [path: string]: { readonly resolved?: string } }
}
