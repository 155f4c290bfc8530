import { writeFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { attempt, type CommandFailed } from "../exit.ts"
import type { OwnSession, RuntimeError } from "../session.ts"
import { Shell } from "../shell.ts"
import { visible } from "../visible.ts"
import { mapProfile } from "./map-profile.ts"
import { packedLines } from "./packed-lines.ts"
import { profileFile, sourceUrls } from "./profile-files.ts"
import { Profiler } from "./profiler.ts"

/** Runs a program and writes what its processor time went to, however it ends. */
export type Profiled = (
  session: OwnSession,
  run: Effect.Effect<void, CommandFailed | RuntimeError>
) => Effect.Effect<void, CommandFailed | RuntimeError>

export interface ProfileOptions {
  /** As the user gave it; empty: `PROGRAM.cpuprofile` in the current folder. */
  readonly file: string
  /** The name of the program. */
  readonly program: string
  /** Where its source is, when it is not where it was compiled. */
  readonly folder: string
}

/** Minutes of a run that a profile holds at most. V8 keeps a sample for each millisecond in memory, and all become one text. */
export const profileMinutesMax = 10

/** Fails when the file cannot be written, before anything runs. */
export const profileTo = Effect.fnUntraced(function* (
  options: ProfileOptions
): Effect.fn.Return<Profiled, CommandFailed, Shell> {
  const shell = yield* Shell
  const file = yield* attempt(() => profileFile(options, shell.cwd))
  const urlOf = sourceUrls({ cwd: shell.cwd, folder: options.folder })
  return (session, run) =>
    Effect.scoped(
      Effect.gen(function* () {
        const profiler = yield* started
        const write = (): void => {
          const profile = profiler.stop()
          if (profile === undefined) return
          const mapped = mapProfile(profile, { bundles: session.namespace.loaded(), packed: packedLines, urlOf })
          shell.err(saved(file, `${JSON.stringify(mapped)}\n`, describe(profile.samples?.length ?? 0, profiler.isCut)))
        }
        yield* writtenAtEnd(write)
        yield* Effect.forkScoped(Effect.andThen(Effect.sleep(`${profileMinutesMax} minutes`), profiler.cut))
        yield* run
      })
    )
})

const started: Effect.Effect<Profiler, never, Scope.Scope> = Effect.sync(() => new Profiler())

/** When the scope closes: while the namespace is still open, from which the source maps come. Or when the process ends without that,
 * as at the second Ctrl-C. */
const writtenAtEnd = (write: () => void): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => process.on("exit", write)),
      () =>
        Effect.sync(() => {
          process.off("exit", write)
          write()
        })
    )
  )

const describe = (samples: number, isCut: boolean): string =>
  `${samples} samples${isCut ? `, the first ${profileMinutesMax} minutes` : ""}`

/** What is to be said of it. */
const saved = (file: string, text: string, what: string): string => {
  try {
    writeFileSync(file, text)
    return `profile: ${visible(file)} (${what})\n`
  } catch (error) {
    return `sxs: ${visible(file)} cannot be written: ${(error as Error).message}\n`
  }
}
