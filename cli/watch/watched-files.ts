import { statSync } from "node:fs"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

/** How often each file is looked at (ms). Asking works everywhere: editors put a new file in the place of the old one, files appear that
 * were missing, and file systems of other machines tell nobody. */
const lookEveryMs = 150

/** Files of which a change is told, also when one appears or goes. */
export interface WatchedFiles {
  /** From now on these, absolute paths, and no others. Those that were watched before are compared with what they were. */
  readonly watch: (paths: Iterable<string>) => void
  /** Succeeds when one has changed since it was told the last time. */
  readonly changed: Effect.Effect<void>
}

export const watchedFiles: Effect.Effect<WatchedFiles, never, Scope.Scope> = Effect.gen(function* () {
  // Whoever takes looks at all files, so one entry stands for any number of changes.
  const changes = yield* Queue.sliding<void>(1)
  const watched = new Map<string, string>()
  const look = (): void => {
    for (const [path, before] of watched) {
      const now = looksOf(path)
      if (now === before) continue
      watched.set(path, now)
      Queue.offerUnsafe(changes, undefined)
    }
  }
  const timer = yield* Effect.acquireRelease(
    Effect.sync(() => setInterval(look, lookEveryMs)),
    (each) => Effect.sync(() => clearInterval(each))
  )
  timer.unref()
  return {
    watch: (paths) => {
      const wanted = new Set(paths)
      for (const path of watched.keys()) if (!wanted.has(path)) watched.delete(path)
      for (const path of wanted) if (!watched.has(path)) watched.set(path, looksOf(path))
    },
    changed: Queue.take(changes)
  }
})

/** Differs when the file is another one or was written. */
const looksOf = (path: string): string => {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true })
    return `${ino} ${mtimeNs} ${size}`
  } catch {
    return "missing"
  }
}
