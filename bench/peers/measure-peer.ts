import { type ChildProcess, fork } from "node:child_process"
import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Place } from "./engine.ts"
import type { Load, Rate } from "./load.ts"
import type { Peer } from "./peers.ts"
import type { Postgres } from "./postgres.ts"
import { end, errorsOf, freePorts, track } from "./processes.ts"
import { type RestateServer, startRestate } from "./restate-server.ts"
import type { Report, Work } from "./worker.ts"

/** A process that takes longer for one figure is said not to finish. */
const workSeconds = 400

export interface Ground {
  readonly directory: string
  /** The reason when it could not be started. */
  readonly postgres: Postgres | Error
}

/** Calls `onRate` with the rate for each load, in their order. */
export const measureRates = (
  ground: Ground,
  peer: Peer,
  plan: { readonly loads: ReadonlyArray<Load>; readonly seconds: number },
  onRate: (rate: Rate) => void
): Promise<void> =>
  withPlace(ground, peer, async (place) => {
    const worker = startWorker({ kind: "rate", engine: peer.engine, place, ...plan }, onRate)
    await worker.done
    await end(worker.child, "SIGKILL")
  })

/** From the start of the new process to the end of all runs, in ms: they stood in their sixth step when the first was killed. */
export const measureRecovery = (ground: Ground, peer: Peer, runs: number): Promise<number> =>
  withPlace(ground, peer, async (place, restate) => {
    const work = { engine: peer.engine, place, runs }
    const crashed = startWorker({ kind: "crash", ...work })
    await crashed.done
    const killed = peer.killed === "worker and server" ? restate : undefined
    await Promise.all([end(crashed.child, "SIGKILL"), killed?.kill()])
    const startedAt = performance.now()
    const recovered = startWorker({ kind: "recover", ...work })
    const again = killed === undefined ? undefined : startRestate(place)
    try {
      await Promise.all([again, recovered.done])
      return performance.now() - startedAt
    } finally {
      await end(recovered.child, "SIGKILL")
      await (await again?.catch(() => undefined))?.kill()
    }
  })

let places = 0

/** An empty place with the server that the peer needs; both are gone afterwards. */
const withPlace = async <A>(
  { directory, postgres }: Ground,
  peer: Peer,
  use: (place: Place, restate: RestateServer | undefined) => Promise<A>
): Promise<A> => {
  const own = join(directory, `place-${places++}`)
  mkdirSync(own)
  const [ingress, admin, node, worker] = (await freePorts(4)) as [number, number, number, number]
  const empty = { directory: own, databaseUrl: "", server: undefined, ports: { ingress, admin, node, worker } }
  const restate = peer.server === "restate" ? await startRestate(empty) : undefined
  const place: Place = {
    ...empty,
    server: restate?.pid,
    ...(peer.server === "postgres" && (await databaseOf(postgres)))
  }
  try {
    return await use(place, restate)
  } finally {
    await restate?.kill()
    rmSync(own, { recursive: true, force: true })
  }
}

const databaseOf = async (postgres: Postgres | Error) => {
  if (postgres instanceof Error) throw postgres
  return { databaseUrl: await postgres.createDatabase(), server: postgres.pid }
}

interface Worker {
  readonly child: ChildProcess
  /** Rejects when it cannot do its work. */
  readonly done: Promise<void>
}

const startWorker = (work: Work, onRate: (rate: Rate) => void = () => undefined): Worker => {
  const file = join(import.meta.dirname, "worker.ts")
  const execArgv = ["--disable-warning=ExperimentalWarning"]
  const stdio = ["ignore", "ignore", "pipe", "ipc"] as const
  const child = track(fork(file, [JSON.stringify(work)], { execArgv, stdio: [...stdio] }))
  const { promise, reject, resolve } = Promise.withResolvers<void>()
  child.on("message", (message) => {
    const report = message as Report
    timer.refresh()
    if (report.kind === "rate") onRate(report.rate)
    if (report.kind === "done") resolve()
    if (report.kind === "failed") reject(new Error(report.why))
  })
  child.on("error", reject)
  child.on("exit", (code, signal) => reject(new Error(`its process ended with ${code ?? signal}: ${errorsOf(child)}`)))
  const late = new Error(`${work.kind}: no figure within ${workSeconds} s`)
  const timer = setTimeout(() => reject(late), workSeconds * 1000)
  // Who waits for it may do so later.
  promise.catch(() => end(child, "SIGKILL")).finally(() => clearTimeout(timer))
  return { child, done: promise }
}
