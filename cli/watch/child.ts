import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { packageFolder } from "../package-folder.ts"

/** A running `sxs run`. */
export interface Child {
  readonly ended: Effect.Effect<number>
  /** Lets it write what it has done, and waits for its end. Yields whether it was running. */
  readonly stop: Effect.Effect<boolean>
}

/** Starts `sxs` with these words, on the streams of this process. It ends with this process, however that ends. */
export const startChild = (args: ReadonlyArray<string>, cwd: string): Child => {
  const end = Deferred.makeUnsafe<number>()
  const child = spawn(process.execPath, [...process.execArgv, launcher, ...args], {
    cwd,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    // Who stops it says so itself.
    env: { ...process.env, SXS_WATCHED: "1", SXS_LAUNCHER: String(process.pid) }
  })
  child.on("exit", (code) => Deferred.doneUnsafe(end, Effect.succeed(code ?? killedCode)))
  child.on("error", () => Deferred.doneUnsafe(end, Effect.succeed(killedCode)))
  const ended = Deferred.await(end)
  return { ended, stop: Effect.suspend(() => stop(child, ended)) }
}

const launcher = join(packageFolder, "bin/sxs.cjs")

const killedCode = 137

const stop = (child: ChildProcess, ended: Effect.Effect<number>): Effect.Effect<boolean> => {
  if (child.exitCode !== null || child.signalCode !== null) return Effect.as(ended, false)
  child.kill("SIGTERM")
  return Effect.as(ended, true)
}
