/**
 * What was measured, as one file of JSON lines that only grows, `results/history.jsonl`: a line for each benchmark that ran to
 * its end, oldest first. A run that is stopped keeps the lines of what it had finished.
 *
 *     line = { "startedAt", "benchmark", "commit", "machine", "results", … } LF
 */
import { execFileSync } from "node:child_process"
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs"
import { cpus, totalmem } from "node:os"
import { dirname, join } from "node:path"
import type { Result } from "./measure.ts"

export interface HistoryLine {
  /** When the run began, in ISO 8601: the same in all lines of one run. */
  readonly startedAt: string
  readonly benchmark: string
  /** What was checked out, with `+` when files have changed since; absent outside of a clone. */
  readonly commit?: string
  readonly machine: Machine
  /** What was asked for, when that is not the whole benchmark: variables that begin with `SXS_BENCH_`, or words. */
  readonly part?: string
  readonly results: ReadonlyArray<Result>
}

interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryMiB: number
  readonly node: string
}

export const historyFile = join(import.meta.dirname, "results/history.jsonl")

/** Appends a line; `more` is what else is to be known of it. */
export const appendHistory = (
  run: Pick<HistoryLine, "benchmark" | "results" | "part"> & { readonly startedAt: Date },
  more: object = {},
  file = historyFile
): void => {
  const commit = commitOf(import.meta.dirname)
  const part = run.part ?? settings()
  const line = {
    ...run,
    ...(part !== undefined && { part }),
    startedAt: run.startedAt.toISOString(),
    ...(commit !== undefined && { commit }),
    machine: machine(),
    ...more
  }
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}

/** All lines, oldest first; none when nothing was measured here. A last line that was cut off is left out. */
export const readHistory = (file = historyFile): ReadonlyArray<HistoryLine> =>
  existsSync(file) ? parseHistory(readFileSync(file, "utf8")) : []

export const parseHistory = (text: string): ReadonlyArray<HistoryLine> =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as HistoryLine)

const machine = (): Machine => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? "unknown",
  memoryMiB: Math.round(totalmem() / 2 ** 20),
  node: process.version
})

const settings = (): string | undefined => {
  const set = Object.entries(process.env).filter(([name]) => name.startsWith("SXS_BENCH_"))
  return set.length === 0 ? undefined : set.map(([name, value]) => `${name}=${value}`).join(" ")
}

const commitOf = (cwd: string): string | undefined => {
  try {
    const args = ["describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    return execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
  } catch {
    return undefined
  }
}
