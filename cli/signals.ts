import { exitCodes } from "./exit.ts"
import type { ShellService } from "./shell.ts"

/** A signal that comes twice within this time (ms) came once, over two ways: from the terminal and from the launcher. */
const sameSignalMs = 200

/**
 * The first SIGINT, SIGTERM or SIGHUP stops cleanly: no new segment starts, what has been done is written. A second one
 * ends the process at once; also then nothing that was acknowledged is lost. Keeps the process alive until `stop`.
 */
export const watchSignals = (interrupt: () => void, shell: ShellService): { readonly stop: () => void } => {
  let firstAt: number | undefined
  const onSignal = (): void => {
    const now = performance.now()
    if (firstAt === undefined) {
      firstAt = now
      if (shell.env.SXS_WATCHED !== "1") shell.err("sxs: stopping; once more stops at once\n")
      interrupt()
    } else if (now - firstAt > sameSignalMs) process.exit(exitCodes.interrupted)
  }
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  for (const signal of signals) process.on(signal, onSignal)
  const alive = setInterval(() => undefined, 2 ** 30)
  return {
    stop: () => {
      clearInterval(alive)
      for (const signal of signals) process.off(signal, onSignal)
    }
  }
}
