import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { lineCount, type Twins } from "./generate.ts"
import { compare, type Result, type Variant } from "./measure.ts"
import { esbuild } from "./native-compilers.ts"

/** One command that compiles `generated` or `empty`, in a folder with both. */
interface Command {
  readonly name: string
  readonly extension: string
  readonly words: (file: string) => ReadonlyArray<string>
  readonly lines: number
}

/**
 * One compile in a process of its own, as it is at a shell: with a compiler that V8 has not seen run. Lines of its own text per
 * second by the clock, less what the same command takes for an empty file. Squint is the control, as it starts as cold.
 */
export const processes = async (title: string, { clojurescript, typescript, sxs }: Twins): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  const files = { ts: [typescript, "export {}\n"], cljs: [clojurescript, ""], sxs: [sxs, ""] } as const
  for (const [extension, [text, empty]] of Object.entries(files)) {
    writeFileSync(join(folder, `generated.${extension}`), text)
    writeFileSync(join(folder, `empty.${extension}`), empty)
  }
  const commands: ReadonlyArray<Command> = [
    ...squintCommands(lineCount(clojurescript)),
    {
      name: "esbuild",
      extension: "ts",
      words: (file) => [esbuild(), file, "--outfile=out.js"],
      lines: lineCount(typescript)
    },
    {
      name: "sxs build",
      extension: "sxs",
      words: (file) => [process.execPath, join(import.meta.dirname, "../bin/sxs.cjs"), "build", file, "-o", "out"],
      lines: lineCount(sxs)
    }
  ]
  try {
    const variants = commands.map((command): Variant => ({ name: command.name, run: () => rate(command, folder) }))
    return await compare({ title, unit: "lines/s", variants }, { repeats: 5, warmups: 1 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** None when it is not installed. */
const squintCommands = (lines: number): ReadonlyArray<Command> => {
  try {
    const program = join(dirname(createRequire(import.meta.url).resolve("squint-cljs")), "node_cli.js")
    return [{ name: "squint", extension: "cljs", words: (file) => [process.execPath, program, "compile", file], lines }]
  } catch {
    return []
  }
}

const rate = ({ extension, lines, words }: Command, folder: string): number => {
  const emptyMs = wallMs(words(`empty.${extension}`), folder)
  return (lines / (wallMs(words(`generated.${extension}`), folder) - emptyMs)) * 1000
}

const wallMs = ([program, ...args]: ReadonlyArray<string>, cwd: string): number => {
  // What was built before from the same source would be left as it is.
  rmSync(join(cwd, "out"), { recursive: true, force: true })
  const startedAt = performance.now()
  const { status, stderr } = spawnSync(program!, args, { cwd, encoding: "utf8", maxBuffer: 1e9 })
  const endedAt = performance.now()
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}\n${stderr}`)
  return endedAt - startedAt
}
