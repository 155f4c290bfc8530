import { existsSync } from "node:fs"
import { registerHooks } from "node:module"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"

/** What a module exports. */
export type ExternModule = Readonly<Record<string, unknown>>

/** Imports a module, `./payments.ts` or a package, as a source in that folder would. */
export type ExternImport = (module: string, folder: string) => Promise<ExternModule>

/** Why a module is not there, in words behind its name, with the way out. */
export class ModuleProblem extends Error {
  override readonly name = "ModuleProblem"
}

/** As Node imports it. Where `./payments.ts` is not there, `./payments.js` is taken: what a compiler has made of it. */
export const importExtern: ExternImport = (module, folder) =>
  isRelative(module) ? importFile(moduleFile(module, folder)) : importPackage(module, folder)

export const isRelative = (module: string): boolean => /^\.\.?\//.test(module)

/** The file that a relative module is found in; the one that should be there when there is none. */
export const moduleFile = (module: string, folder: string): string => {
  const path = resolve(folder, module)
  if (existsSync(path)) return path
  const compiled = path.replace(/\.([cm]?)ts$/, ".$1js")
  return compiled !== path && existsSync(compiled) ? compiled : path
}

const importFile = async (path: string): Promise<ExternModule> => {
  if (!existsSync(path)) throw new ModuleProblem(`there is no file ${path}: put the module there`)
  try {
    return (await import(pathToFileURL(path).href)) as ExternModule
  } catch (cause) {
    throw new ModuleProblem(`${path} cannot be loaded: ${loadProblem(cause)}`, { cause })
  }
}

const importPackage = async (name: string, folder: string): Promise<ExternModule> => {
  try {
    return (await import(packageAddress(name, folder))) as ExternModule
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const isMissing = code === "ERR_MODULE_NOT_FOUND" && (cause as Error).message.includes(`'${packageOf(name)}'`)
    throw new ModuleProblem(
      isMissing
        ? `the package ${packageOf(name)} is not installed for ${folder}: npm install ${packageOf(name)}`
        : `the package ${name} cannot be loaded: ${loadProblem(cause)}`,
      { cause }
    )
  }
}

/** `@acme/pay` of `@acme/pay/client`. */
const packageOf = (name: string): string => name.split("/", name.startsWith("@") ? 2 : 1).join("/")

const loadProblem = (cause: unknown): string => {
  const { code, message } = cause as NodeJS.ErrnoException
  const why = cause instanceof Error ? message.split("\n", 1)[0]! : String(cause)
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" || code === "ERR_INVALID_TYPESCRIPT_SYNTAX")
    return `${why}. Node only strips types: without enum, namespace and parameter properties it can, or compile the file to JavaScript beside it`
  return why
}

// ─── packages ────────────────────────────────────────────────────────────────────────────────────────────────────

const scheme = "sxs-extern:"

/** Names a package as a source in that folder sees it. `import` alone would look for it from this file on, and `require.resolve`
 * does not know what a package has for `import` only. */
const packageAddress = (name: string, folder: string): string => {
  hook()
  return `${scheme}${encodeURIComponent(folder)}/${encodeURIComponent(name)}`
}

let isHooked = false

const hook = (): void => {
  if (isHooked) return
  isHooked = true
  registerHooks({
    resolve: (specifier, context, next) => {
      if (!specifier.startsWith(scheme)) return next(specifier, context)
      const [folder, name] = specifier.slice(scheme.length).split("/").map(decodeURIComponent) as [string, string]
      return next(name, { ...context, parentURL: pathToFileURL(join(folder, "program.sxs")).href })
    }
  })
}
