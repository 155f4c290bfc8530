import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"

const living = new Set<ChildProcess>()

/** Starts a process, which is tracked. */
export const start = (file: string, args: ReadonlyArray<string>, options: SpawnOptions = {}): ChildProcess =>
  track(spawn(file, [...args], { stdio: ["ignore", "ignore", "pipe"], ...options }))

/** Ends the process at the latest with this one, however that ends, and keeps its errors for `errorsOf`. */
export const track = (child: ChildProcess): ChildProcess => {
  living.add(child)
  let errors = ""
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-errorUnitsMax)
    errorsByChild.set(child, errors)
  })
  child.on("error", (error) => errorsByChild.set(child, error.message))
  child.on("exit", () => living.delete(child))
  return child
}

const errorUnitsMax = 2000

const errorsByChild = new WeakMap<ChildProcess, string>()

/** The end of what the process has written to stderr. */
export const errorsOf = (child: ChildProcess): string => errorsByChild.get(child)?.trim() ?? ""

/** Ends a process with the signal and waits until it is gone. */
export const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  child.kill(signal)
  await ended
}

// A signal ends this process with `exit`, too.
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL")
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1))

/** Runs a command to its end; rejects with what it has written when it fails. */
export const runToEnd = async (
  file: string,
  args: ReadonlyArray<string>,
  options: SpawnOptions = {}
): Promise<void> => {
  const child = start(file, args, options)
  const code = await new Promise((resolve) => child.on("close", resolve))
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${errorsOf(child)}`)
}

/** Rejects after so many seconds. */
const within = async <A>(seconds: number, what: string, work: Promise<A>): Promise<A> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what}: not within ${seconds} s`)), seconds * 1000)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Ports of 127.0.0.1 on which nothing listens now. */
export const freePorts = async (count: number): Promise<ReadonlyArray<number>> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"))
  await Promise.all(servers.map((server) => once(server, "listening")))
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port)
  await Promise.all(servers.map((server) => once(server.close(), "close")))
  return ports
}

/** Asks again and again until the answer is yes, or the process is gone. */
export const untilReady = async (child: ChildProcess, what: string, isReady: () => Promise<boolean>): Promise<void> => {
  const tries = async () => {
    while (!(await isReady().catch(() => false))) {
      if (child.exitCode !== null) throw new Error(`${what} ended with ${child.exitCode}: ${errorsOf(child)}`)
      await new Promise((resolve) => setTimeout(resolve, readyPauseMs))
    }
  }
  await within(readySeconds, `the start of ${what}`, tries())
}

const readySeconds = 60
const readyPauseMs = 20
