import { execFileSync } from "node:child_process"
import { chownSync, existsSync, mkdirSync, readdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { end, freePorts, runToEnd, start, untilReady } from "./processes.ts"

/** A PostgreSQL server of this benchmark alone, with the settings that it comes with: every commit is flushed to the disk. */
export interface Postgres {
  readonly version: string
  readonly pid: number
  /** URL of a new, empty database. */
  readonly createDatabase: () => Promise<string>
  readonly stop: () => Promise<void>
}

export const startPostgres = async (directory: string): Promise<Postgres> => {
  const programs = findPrograms()
  const as = otherUser()
  mkdirSync(directory)
  if (as !== undefined) chownSync(directory, as.uid, as.gid)
  const data = join(directory, "data")
  const options = { ...as, cwd: directory }
  const owner = ["-U", user, "-A", "trust", "-E", "UTF8", "--locale=C"]
  await runToEnd(join(programs, "initdb"), ["-D", data, ...owner], options)
  const [port] = await freePorts(1)
  const address = ["-h", "127.0.0.1", "-p", String(port), "-k", directory]
  const server = start(join(programs, "postgres"), ["-D", data, ...address], options)
  const client = ["-h", "127.0.0.1", "-p", String(port), "-U", user]
  const isReady = async () => {
    await runToEnd(join(programs, "pg_isready"), client, options)
    return true
  }
  await untilReady(server, "PostgreSQL", isReady)
  let databases = 0
  return {
    pid: server.pid!,
    version: execFileSync(join(programs, "postgres"), ["--version"], { encoding: "utf8" }).trim(),
    createDatabase: async () => {
      const name = `bench_${databases++}`
      await runToEnd(join(programs, "createdb"), [...client, name], options)
      return `postgresql://${user}@127.0.0.1:${port}/${name}`
    },
    // Ends sessions at once, and keeps what was committed.
    stop: () => end(server, "SIGINT")
  }
}

const user = "bench"

/** Debian keeps them out of PATH. */
const findPrograms = (): string => {
  const root = "/usr/lib/postgresql"
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(root, version, "bin")),
    ...(process.env["PATH"] ?? "").split(":"),
    dirname(process.execPath)
  ]
  const found = folders.find((folder) => existsSync(join(folder, "initdb")))
  if (found === undefined) throw new Error("there is no PostgreSQL here: install it, on Debian the package postgresql")
  return found
}

/** PostgreSQL refuses to run as root, then as its own user. */
const otherUser = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (option: string) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }))
  return { uid: idOf("-u"), gid: idOf("-g") }
}
