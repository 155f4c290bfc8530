import { dirname, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { BundleCache } from "../bundle-cache.ts"
import { attempt, usageError } from "../exit.ts"
import { refuseArguments } from "../program-arguments.ts"
import { type RunOptions, runProgram } from "../run-program.ts"
import { Shell } from "../shell.ts"
import { readSourceFile } from "../source-file.ts"
import { locateStore, shellWord } from "../store-location.ts"

export interface RunFileOptions extends RunOptions {
  readonly file: string
  readonly args: ReadonlyArray<string>
  /** Runs in spite of type errors. */
  readonly noCheck: boolean
  /** Runs it again whenever it changes. */
  readonly watch: boolean
}

/** Compiles the file, when it is not the one that was compiled last, and runs it. */
export const run = Effect.fn("run")(function* (options: RunFileOptions) {
  const shell = yield* Shell
  yield* attempt(() => refuseArguments(options.args))
  if (options.watch && options.cpuProfile !== undefined)
    return yield* usageError(
      "--cpu-profile profiles one run, and --watch runs a program again and again: give one of them"
    )
  if (options.watch) return yield* watch(options)
  const bytes = yield* attempt(() => readSourceFile(options.file, shell))
  const location = yield* attempt(() => locateStore(options.store, shell))
  const cache = new BundleCache(location, { file: options.file, bytes, cwd: shell.cwd })
  const cached = cache.read()
  const file = resolve(shell.cwd, options.file)
  const from = { self: `sxs run ${shellWord(options.file)}`, origin: { file }, folder: dirname(file) }
  if (cached !== undefined) return yield* runProgram(cached, options, from)
  const { compileAndShow } = yield* Effect.promise(() => import("../compile-and-show.ts"))
  const bundle = yield* compileAndShow(options, bytes)
  // A source with warnings is compiled again each time, so that they are shown again.
  yield* runProgram(bundle.bundle, options, {
    ...from,
    opened: () => (bundle.isClean ? cache.write(bundle) : undefined)
  })
})

// The compiler is always needed there, and here mostly not.
const watch = Effect.fnUntraced(function* (options: RunFileOptions) {
  const { watchProgram } = yield* Effect.promise(() => import("../watch/watch.ts"))
  const flags = { "--print": options.print, "--fail": options.fail, "--no-check": options.noCheck }
  const words = Object.entries(flags).flatMap(([flag, isOn]) => (isOn ? [flag] : []))
  const store = options.store === undefined ? [] : ["--store", options.store]
  return yield* watchProgram({ ...options, args: [...words, "--durability", options.durability, ...store] })
})
