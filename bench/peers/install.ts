import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { runToEnd } from "./processes.ts"

const folder = import.meta.dirname

interface PackageFile {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const readPackage = (file: string): PackageFile => JSON.parse(readFileSync(file, "utf8")) as PackageFile

const ownNames = Object.keys(readPackage(join(folder, "package.json")).dependencies ?? {})

const fileOf = (name: string): string => join(folder, "node_modules", name, "package.json")

/** Installs the peers in this folder when one is missing; nobody else needs them. */
export const installPeers = async (): Promise<void> => {
  if (ownNames.every((name) => existsSync(fileOf(name)))) return
  console.log("installing the peers, once")
  await runToEnd("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", "inherit", "pipe"] })
}

/** Versions of what is compared, by the name of the package. */
export const installedVersions = (): Readonly<Record<string, string>> => {
  const root = join(folder, "../..")
  const effect = join(root, "node_modules/effect/package.json")
  const files = [
    ["sxs", join(root, "package.json")],
    ["effect", effect],
    ...ownNames.map((name) => [name, fileOf(name)])
  ]
  const versions = files.map(([name, file]) => [name, readPackage(file!).version ?? "unknown"] as const)
  return { ...Object.fromEntries(versions), node: process.version, sqlite: process.versions["sqlite"] ?? "unknown" }
}
