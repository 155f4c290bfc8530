import { lstatSync } from "node:fs"
import { join } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { findSocket } from "../runtime/host/socket-place.ts"
import { anchorFile } from "../runtime/store/anchor.ts"
import type { ShellService } from "./shell.ts"
import type { StoreLocation } from "./store-location.ts"

/**
 * What commands need that follow a store for as long as anybody likes: processes come and go that have it.
 */

/** Changes when a process begins to listen on the store, and with every batch that is written to it. */
export const signOf = (location: StoreLocation): string => {
  if (location.kind === "memory") return ""
  const socket = findSocket(location.directory)
  return `${stampOf(join(location.directory, anchorFile))} ${socket === undefined ? "" : stampOf(socket)}`
}

const stampOf = (path: string): string => {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? "" : `${found.ino}/${found.mtimeNs}/${found.ctimeNs}`
}

/** Waits until the sign is another one. Looks for it again and again: a watcher of the file system misses changes on some. */
export const signChanges = (location: StoreLocation, before: string): Effect.Effect<void> =>
  Effect.suspend(() =>
    signOf(location) === before ? Effect.andThen(Effect.sleep(lookMs), signChanges(location, before)) : Effect.void
  )

const lookMs = 100

/** Nobody reads what is shown any more, or enough was shown. */
export class EnoughShown extends Data.TaggedError("EnoughShown") {}

/** Shows the text, and succeeds when the reader has taken it. */
export const showSlowly = (shell: ShellService, text: string): Effect.Effect<void, EnoughShown> =>
  Effect.flatMap(
    Effect.promise(() => shell.out(text) ?? Promise.resolve()),
    () => (shell.isOutClosed() ? Effect.fail(new EnoughShown()) : Effect.void)
  )
