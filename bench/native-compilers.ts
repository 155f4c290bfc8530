import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** Compilers of TypeScript that are native programs, measured as processes: the CPU time of another process is known at its end. */
export class NativeCompilers {
  readonly #folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))

  constructor(text: string) {
    writeFileSync(join(this.#folder, "generated.ts"), text)
    writeFileSync(join(this.#folder, "empty.ts"), "export {}\n")
  }

  /** CPU time of all threads of TypeScript 7 to compile the text, with a source map, less that for an empty file, in ms. */
  typescriptMs(...options: ReadonlyArray<string>): number {
    return this.#aboveEmpty(typescript(), ["--outDir", "out", ...typescriptOptions, ...options])
  }

  /** The same of esbuild, which only removes the types. */
  esbuildMs(): number {
    return this.#aboveEmpty(esbuild(), ["--outfile=out.js"])
  }

  #aboveEmpty(program: string, options: ReadonlyArray<string>): number {
    return this.#run(program, ["generated.ts", ...options]) - this.#run(program, ["empty.ts", ...options])
  }

  // The shell's `times` has the CPU time of the processes that it has waited for in its second line.
  #run(program: string, args: ReadonlyArray<string>): number {
    const out = execFileSync("sh", ["-c", '"$0" "$@" && times', program, ...args], {
      cwd: this.#folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    })
    const times = [...(out.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)]
    if (times.length !== 2) throw new Error(`no times of ${program}: ${out}`)
    return times.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

const typescriptOptions = "--strict --target esnext --module esnext --sourceMap --ignoreConfig".split(" ")

// The native programs themselves; what stands in `bin` would first start a Node that starts them.
const typescript = (): string =>
  inPackageOf("typescript", "@typescript/typescript-", process.platform === "win32" ? "lib/tsc.exe" : "lib/tsc")

export const esbuild = (): string =>
  inPackageOf("esbuild", "@esbuild/", process.platform === "win32" ? "esbuild.exe" : "bin/esbuild")

/** A file of the package that `owner` has for this platform. */
const inPackageOf = (owner: string, prefix: string, file: string): string => {
  const name = `${prefix}${process.platform}-${process.arch}/package.json`
  const manifest = import.meta.resolve(name, import.meta.resolve(owner))
  return join(dirname(fileURLToPath(manifest)), file)
}
