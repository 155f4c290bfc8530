import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** TypeScript's own compiler, version 7: a native program, so that it is measured as a process. */
export class TypeScriptCompiler {
  readonly #folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))

  constructor(text: string) {
    writeFileSync(join(this.#folder, "generated.ts"), text)
    writeFileSync(join(this.#folder, "empty.ts"), "export {}\n")
  }

  /** CPU time of all its threads to compile the text, with a source map, less that for an empty file, in ms. */
  cpuMs(...options: ReadonlyArray<string>): number {
    return this.#run("generated.ts", options) - this.#run("empty.ts", options)
  }

  // The shell's `times` has the CPU time of the processes that it has waited for in its second line.
  #run(file: string, options: ReadonlyArray<string>): number {
    const args = [file, "--outDir", "out", ...fixedOptions, ...options]
    const out = execFileSync("sh", ["-c", '"$0" "$@" && times', executable(), ...args], {
      cwd: this.#folder,
      encoding: "utf8"
    })
    const times = [...(out.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)]
    if (times.length !== 2) throw new Error(`no times of tsc: ${out}`)
    return times.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

const fixedOptions = "--strict --target esnext --module esnext --sourceMap --ignoreConfig".split(" ")

/** The native program itself; `bin/tsc` would first start a Node that starts it. */
const executable = (): string => {
  const name = `@typescript/typescript-${process.platform}-${process.arch}/package.json`
  const folder = dirname(fileURLToPath(import.meta.resolve(name, import.meta.resolve("typescript"))))
  return join(folder, "lib", process.platform === "win32" ? "tsc.exe" : "tsc")
}
