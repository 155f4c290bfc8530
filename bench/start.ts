import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { compare, type Result } from "./measure.ts"

const root = join(import.meta.dirname, "..")
const sxs = join(root, "bin/sxs.cjs")

/** What is started, by its words behind `node`. */
interface Started {
  readonly name: string
  readonly words: ReadonlyArray<string>
}

/**
 * Processes from start to end, as a shell sees them: Node with nothing to do beside sxs that has run the same program in the same
 * folder before, so that its code and that of sxs are in their caches, as they are from the second start on.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  try {
    cpSync(join(root, "examples/hello"), folder, { recursive: true })
    for (const words of [
      ["build", "main.sxs", "-o", "out"],
      ["run", "main.sxs"]
    ])
      spawned([sxs, ...words], folder)
    writeFileSync(join(folder, "import.mjs"), `import "sxs"\n`)
    mkdirSync(join(folder, "node_modules"), { recursive: true })
    symlinkSync(root, join(folder, "node_modules/sxs"))
    const options = { repeats: 15, warmups: 2 }
    report(await compare({ title: "start, time", unit: "ms", variants: variants(folder, wallMs) }, options))
    report(await compare({ title: "start, processor", unit: "ms", variants: variants(folder, processorMs) }, options))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const started: ReadonlyArray<Started> = [
  { name: "node -e 0", words: ["-e", "0"] },
  { name: "sxs --version", words: [sxs, "--version"] },
  { name: "sxs run, hello", words: [sxs, "run", "main.sxs"] },
  { name: "sxs built, hello", words: ["out/main.js"] },
  { name: "sxs ps", words: [sxs, "ps"] },
  { name: "sxs check", words: [sxs, "check", "main.sxs"] },
  { name: "sxs imported", words: ["import.mjs"] }
]

const variants = (folder: string, measure: (words: ReadonlyArray<string>, folder: string) => number) =>
  started.map(({ name, words }) => ({ name, run: () => measure(words, folder) }))

const wallMs = (words: ReadonlyArray<string>, folder: string): number => {
  const startedAt = performance.now()
  spawned(words, folder)
  return performance.now() - startedAt
}

/** Of all its threads, as `times` of a POSIX shell says in its second line: `0m0.021s 0m0.008s`, user and system. */
const processorMs = (words: ReadonlyArray<string>, folder: string): number => {
  const script = `"$@" >/dev/null || exit 1\ntimes`
  const said = ended("sh", ["-c", script, "sh", process.execPath, ...words], folder)
  const parts = [
    ...said
      .trim()
      .split("\n")[1]!
      .matchAll(/(\d+)m([\d.]+)s/g)
  ]
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0)
}

const spawned = (words: ReadonlyArray<string>, folder: string): string => ended(process.execPath, words, folder)

const ended = (file: string, words: ReadonlyArray<string>, cwd: string): string => {
  const { error, status, stderr, stdout } = spawnSync(file, words, { cwd, encoding: "utf8" })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${[file, ...words].join(" ")} ended with ${status}\n${stderr}`)
  return stdout
}
