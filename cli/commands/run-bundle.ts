import { readFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import * as Effect from "effect/Effect"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import { type BundleFile as BundleText, parseBundleFile, readBundleMap } from "../bundle-file.ts"
import { attempt, CommandFailed, exitCodes } from "../exit.ts"
import { builtFolder } from "../extern-folder.ts"
import { refuseArguments } from "../program-arguments.ts"
import { type RunOptions, runProgram } from "../run-program.ts"

export interface RunBundleOptions extends RunOptions {
  readonly args: ReadonlyArray<string>
}

export interface BundleFile {
  /** Its real path. */
  readonly path: string
  /** The words that start it, for hints. */
  readonly self: string
}

/** Runs a bundle file as `sxs run` runs its source. */
export const runBundle = Effect.fn("runBundle")(function* ({ path, self }: BundleFile, options: RunBundleOptions) {
  yield* attempt(() => refuseArguments(options.args))
  const { code, hash, source } = yield* attempt(() => readCode(path))
  const manifest = yield* Effect.promise(() => importManifest(path))
  const bundle: Bundle = { hash, code, manifest, map: readBundleMap(path) }
  yield* runProgram(bundle, options, { self, folder: builtFolder(path, manifest, source) })
})

const readCode = (path: string): BundleText & { readonly kind: "intact" } => {
  const file = parseBundleFile(readFileSync(path, "utf8"))
  if (file.kind === "damaged") throw damaged(path, file.why)
  return file
}

// It is the module that Node was started with, so nothing is loaded or run a second time.
const importManifest = async (path: string): Promise<Manifest> =>
  ((await import(pathToFileURL(path).href)) as { readonly manifest: Manifest }).manifest

const damaged = (path: string, why: string): CommandFailed =>
  new CommandFailed({
    exitCode: exitCodes.source,
    message: `${path} is not as it was built: ${why}. Build it again: sxs build FILE -o DIR`
  })
