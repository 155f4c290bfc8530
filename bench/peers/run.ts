/**
 *     npm run build && npm run bench:peers -- [--quick] [--rate | --recovery] [PART OF A NAME…]
 *
 * The same workflow of durable steps in sxs and in its peers. Prints tables for each number of runs in flight, in steps per second
 * and in processor time for a step, and one for each number of runs that a killed process leaves behind, in ms. The figures are kept in
 * `bench/results/history.jsonl`. What cannot run here is named below its table. With `--quick` each is measured once, and shortly;
 * with `--rate` or `--recovery` only the one kind of table is made.
 */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { appendHistory } from "../history.ts"
import { installedVersions, installPeers } from "./install.ts"
import type { Ground } from "./measure-peer.ts"
import { startPostgres } from "./postgres.ts"
import { printTable, resultOf, runRates, runRecoveries, type Table } from "./tables.ts"

const plans = { quick: { rounds: 1, seconds: 0.5 }, full: { rounds: 3, seconds: 2 } }

const main = async (args: ReadonlyArray<string>): Promise<void> => {
  const names = args.filter((arg) => !arg.startsWith("--"))
  const plan = { ...plans[args.includes("--quick") ? "quick" : "full"], names }
  if (!existsSync(join(import.meta.dirname, "../../dist/packed/sxs.js")))
    throw new Error("build sxs first: npm run build")
  await installPeers()
  const startedAt = new Date()
  const { tables, postgres } = await onGround(async (ground) => [
    ...(args.includes("--recovery") ? [] : await runRates(ground, plan)),
    ...(args.includes("--rate") ? [] : await runRecoveries(ground, plan))
  ])
  for (const table of tables) console.log(printTable(table))
  const failures = tables.flatMap((table) =>
    [...table.failures].map(([name, why]) => ({ table: table.title, name, why }))
  )
  appendHistory(
    {
      startedAt,
      benchmark: "peers",
      results: tables.map(resultOf),
      ...(names.length > 0 && { part: names.join(" ") })
    },
    { versions: { ...installedVersions(), postgres }, failures }
  )
}

/** A folder for all that is written, and the PostgreSQL server; both are gone afterwards. */
const onGround = async (measure: (ground: Ground) => Promise<ReadonlyArray<Table>>) => {
  const directory = mkdtempSync(join(tmpdir(), "sxs-peers-"))
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
  // PostgreSQL may run as another user.
  chmodSync(directory, 0o755)
  const postgres = await startPostgres(join(directory, "postgres")).catch((error: Error) => error)
  try {
    const tables = await measure({ directory, postgres })
    return { tables, postgres: postgres instanceof Error ? postgres.message : postgres.version }
  } finally {
    if (!(postgres instanceof Error)) await postgres.stop()
  }
}

await main(process.argv.slice(2))
// Connections of clients may still be open.
process.exit()
