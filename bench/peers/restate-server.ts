import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { Place } from "./engine.ts"
import { end, start, untilReady } from "./processes.ts"

/** The server of Restate from its package, with the settings that it comes with: its log is flushed to the disk. */
export interface RestateServer {
  readonly pid: number
  /** Ends it with SIGKILL. */
  readonly kill: () => Promise<void>
}

/** Also one that was killed and has the same place. */
export const startRestate = async (place: Place): Promise<RestateServer> => {
  const { admin, ingress, node } = place.ports
  const server = start(findServer(), [`--base-dir=${join(place.directory, "restate")}`, "--node-name=bench"], {
    env: {
      ...process.env,
      RESTATE_LISTEN_MODE: "tcp",
      RESTATE_BIND_IP: "127.0.0.1",
      RESTATE_ADVERTISED_HOST: "127.0.0.1",
      RESTATE_BIND_PORT: String(node),
      RESTATE_INGRESS__BIND_PORT: String(ingress),
      RESTATE_ADMIN__BIND_PORT: String(admin),
      // The default of 1000 would keep nine of ten runs in flight from their sixth step.
      RESTATE_WORKER__INVOKER__CONCURRENT_INVOCATIONS_LIMIT: "20000",
      RESTATE_DISABLE_TELEMETRY: "true",
      DO_NOT_TRACK: "1",
      RUST_LOG: "error"
    }
  })
  await untilReady(server, "Restate", async () => {
    const healths = [`http://127.0.0.1:${admin}/health`, `http://127.0.0.1:${ingress}/restate/health`]
    const answers = await Promise.all(healths.map((url) => fetch(url)))
    return answers.every(({ ok }) => ok)
  })
  return { pid: server.pid!, kill: () => end(server, "SIGKILL") }
}

/** The package brings a binary for this platform as a package of its own. */
const findServer = (): string => {
  const { resolve } = createRequire(import.meta.url)
  const own = resolve("@restatedev/restate-server/package.json")
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`
  return join(dirname(createRequire(own).resolve(`${platform}/package.json`)), "bin/restate-server")
}
