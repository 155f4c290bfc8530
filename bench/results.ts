import { mkdirSync, writeFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { join } from "node:path"
import type { Result } from "./measure.ts"

const machine = () => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? "unknown",
  memoryMiB: Math.round(totalmem() / 2 ** 20),
  node: process.version
})

/** Writes the figures of a run into a file of `results/`, with what else is to be known of it. */
export const keepResults = (startedAt: Date, results: ReadonlyArray<Result>, more: object = {}): void => {
  const folder = join(import.meta.dirname, "results")
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${startedAt.toISOString().replaceAll(":", "-")}.json`)
  const text = JSON.stringify(
    { startedAt: startedAt.toISOString(), machine: machine(), ...more, results },
    undefined,
    2
  )
  writeFileSync(file, `${text}\n`)
}
