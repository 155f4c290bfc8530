import { createHash } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { abiVersion, compilerVersion } from "../stdlib/abi/version.ts"

/** A file that a compiled program depends on. */
export interface Dependency {
  /** As it was named to the compiler, relative to the current folder. */
  readonly path: string
  /** SHA-256 of its bytes, lower-case hex; empty when it could not be read. */
  readonly hash: string
}

/** Whether all files are as they were; each is read, none is parsed. */
export const areUnchanged = (dependencies: ReadonlyArray<Dependency>, cwd: string): boolean =>
  dependencies.every(({ hash, path }) => {
    try {
      return hash !== "" && hashOf(readFileSync(resolve(cwd, path))) === hash
    } catch {
      return false
    }
  })

export const hashOf = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex")

/** Differs between two compilers that may make different code of one source. */
export const compilerKey = (): string => `${abiVersion} ${compilerVersion} ${buildTime()}`

// The version alone does not tell two builds from the same working tree apart.
const buildTime = (): number => statSync(fileURLToPath(import.meta.url)).mtimeMs
