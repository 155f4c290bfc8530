import { existsSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { createRequire } from "node:module"
import { basename, dirname, extname, join, resolve } from "node:path"
import * as Effect from "effect/Effect"
import { declarations, hasErrors } from "../../compiler/index.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { isBuilt, writeStamp } from "../build-stamp.ts"
import { printBundleFile } from "../bundle-file.ts"
import { compileBytes } from "../compile-file.ts"
import { type Dependency, hashOf } from "../dependencies.ts"
import { distinct, showDiagnostics } from "../diagnostics.ts"
import { attempt, CommandFailed, endWith, exitCodes, usageError } from "../exit.ts"
import { sourceFolder } from "../extern-folder.ts"
import { makeFolder, writeWhole } from "../files.ts"
import { ImportedFiles } from "../imported-files.ts"
import { packageFolder } from "../package-folder.ts"
import { Shell, type ShellService } from "../shell.ts"
import { readSourceFile } from "../source-file.ts"

export interface BuildOptions {
  readonly files: ReadonlyArray<string>
  readonly out: string
}

interface Built {
  readonly name: string
  readonly bundle: Bundle
  /** What it was made from, its own file first. */
  readonly sources: ReadonlyArray<Dependency>
  /** It has warnings: it is compiled again each time, so that they are shown again. */
  readonly isClean: boolean
}

/** Compiles all files of which something has changed, then writes all of them or, when one has an error, none. Each file is
 * replaced at once. */
export const build = Effect.fn("build")(function* (options: BuildOptions) {
  const shell = yield* Shell
  const folder = resolve(shell.cwd, options.out)
  yield* attempt(() => checkNames(options.files))
  yield* attempt(() => checkOutputs(options.files, folder, shell))
  const sources = yield* attempt(() => options.files.map((file) => ({ file, bytes: readSourceFile(file, shell) })))
  const changed = sources.filter(({ file }) => !isBuilt(file, { name: nameOf(file), folder, cwd: shell.cwd }))
  const files = new ImportedFiles(shell.cwd)
  const compiled = changed.map((source) => ({ ...source, ...compileBytes(source.file, source.bytes, files) }))
  for (const each of distinct(compiled.map(({ findings }) => findings))) showDiagnostics(each, shell)
  if (compiled.some(({ findings }) => hasErrors(findings.diagnostics))) return yield* endWith(exitCodes.source)
  const built = compiled.map(
    ({ bundle, bytes, dependencies, file, findings }): Built => ({
      name: nameOf(file),
      bundle: bundle!,
      sources: [{ path: file, hash: hashOf(bytes) }, ...dependencies],
      isClean: findings.diagnostics.length === 0
    })
  )
  yield* attempt(() => writeAll(built, folder, shell))
})

const nameOf = (file: string): string => basename(file, extname(file))

const checkNames = (files: ReadonlyArray<string>): void => {
  const byName = new Map<string, string>()
  for (const file of files) {
    const other = byName.get(nameOf(file))
    if (other !== undefined) {
      throw usageError(`${other} and ${file} would both become ${nameOf(file)}.js; build them into different folders`)
    }
    byName.set(nameOf(file), file)
  }
}

/** No source is replaced by what is made from it, or from another one. */
const checkOutputs = (files: ReadonlyArray<string>, folder: string, shell: ShellService): void => {
  const sources = new Map(files.map((file) => [realPath(resolve(shell.cwd, file)), file]))
  for (const file of files) {
    for (const ending of endings) {
      const source = sources.get(realPath(join(folder, nameOf(file) + ending)))
      if (source !== undefined) {
        throw usageError(`${source} would be replaced by what is built from ${file}; build into another folder with -o`)
      }
    }
  }
}

const realPath = (path: string): string => {
  try {
    return realpathSync(path)
  } catch {
    return path // It is not there yet, or cannot be read, which is said when it is.
  }
}

const writeAll = (built: ReadonlyArray<Built>, folder: string, shell: ShellService): void => {
  try {
    makeFolder(folder)
    for (const each of built) writeBundle(each, folder, shell)
    makeModuleFolder(folder, shell)
    makeResolvable(folder, shell)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new CommandFailed({ exitCode: exitCodes.failed, message: `${folder} cannot be written: ${message}` })
  }
}

const endings = [".js.map", ".d.ts", ".sxs.json", ".js"]

// The code comes last: where it is, all that belongs to it is there as well.
const writeBundle = ({ bundle, isClean, name, sources }: Built, folder: string, { cwd }: ShellService): void => {
  const outputs = {
    ".js.map": bundle.map,
    ".d.ts": declarations(bundle.manifest),
    ".sxs.json": `${JSON.stringify({ hash: bundle.hash, ...bundle.manifest }, undefined, 2)}\n`,
    ".js": printBundleFile(bundle, name, sourceFolder(resolve(cwd, sources[0]!.path), folder, bundle.manifest))
  }
  for (const [ending, text] of Object.entries(outputs)) writeWhole(join(folder, name + ending), text)
  if (isClean) writeStamp(sources, outputs, { folder, name, cwd })
}

// ─── what Node needs to run the file ─────────────────────────────────────────────────────────────────────────────

/** Says to Node that NAME.js is an ES module, where nothing says so yet. */
const makeModuleFolder = (folder: string, shell: ShellService): void => {
  const nearest = nearestPackage(folder)
  if (nearest !== undefined && packageType(nearest) === "module") return
  const own = join(folder, "package.json")
  if (nearest === own) {
    shell.err(`sxs: ${own} does not say "type": "module"; add it, so that Node runs the files as ES modules\n`)
  } else writeWhole(own, `{ "type": "module" }\n`)
}

const nearestPackage = (folder: string): string | undefined => {
  for (let each = folder; ; each = dirname(each)) {
    const path = join(each, "package.json")
    if (existsSync(path)) return path
    if (each === dirname(each)) return undefined
  }
}

const packageType = (path: string): unknown => {
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { readonly type?: unknown }).type
  } catch {
    return undefined
  }
}

/** Lets the file find this sxs by its name, where no other is installed. */
const makeResolvable = (folder: string, shell: ShellService): void => {
  if (canResolve(folder)) return
  const link = join(folder, "node_modules", "sxs")
  makeFolder(dirname(link))
  // What is there and leads nowhere is a link of ours from before sxs was moved.
  if (!existsSync(link)) rmSync(link, { force: true })
  symlinkSync(packageFolder, link, process.platform === "win32" ? "junction" : "dir")
  shell.err(`sxs: linked ${link} to this sxs; elsewhere, npm install sxs where the files are\n`)
}

const canResolve = (folder: string): boolean => {
  try {
    createRequire(join(realpathSync(folder), "resolve.js")).resolve("sxs/main")
    return true
  } catch {
    return false
  }
}
