/**
 * Packs what `tsc` has checked into a few files in `dist/packed/`, as loading hundreds of modules takes longer than most commands
 * do: the second half of `npm run build`.
 *
 *     node scripts/pack.ts
 *
 * There are two kinds of entries. The command line has all in it that it needs, Effect too. What other programs import takes
 * Effect from outside, so that its services and errors are those of the program. A module that reaches Effect is therefore packed
 * once for each kind. All others are there once, the values of programs among them, as a process may load both kinds: `sxs run`
 * loads the TypeScript modules that a program calls, and those may import `sxs` (decision 0036).
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { isBuiltin } from "node:module"
import { dirname, join, resolve } from "node:path"
import { type ChunkingContext, type Plugin, type RolldownOutput, rolldown } from "rolldown"
import { fromRoot, type Graph, packageName, readGraph } from "./check-imports.ts"
import { compileWhatStarts } from "./eager.ts"

const root = resolve(import.meta.dirname, "..")

/** All files stand in one folder, so that what looks for a file beside itself finds it from whatever file it is packed into. */
const folder = join(root, "dist/packed")

/** Behind the path of a module that is packed for the library. */
const library = "?library"

/** File names without `.js`. Of the command line: what `bin/` starts, and what it loads by its name. */
const entries = {
  command: "cli/main.ts",
  "bundle-main": "cli/bundle-main.ts",
  evaluation: "cli/evaluation.ts",
  sxs: `cli/embed/index.ts${library}`,
  compiler: "compiler/index.ts",
  runtime: `runtime/index.ts${library}`,
  stdlib: `stdlib/index.ts${library}`,
  testing: `cli/testing/index.ts${library}`
}

/** What is loaded together, and from where: modules that the same of these reach are one file. What none reaches is loaded when a
 * command asks for it, and is divided as the packer finds best. */
const loads = {
  // The last ones are so small that a file of their own would take longer than they do, and what they are used with much longer.
  start: ["cli/main.ts", "cli/bundle-main.ts", "cli/duration.ts", "cli/json.ts", "cli/symbol-hint.ts"],
  run: ["cli/commands/run.ts", "cli/commands/run-bundle.ts", "runtime/store/level.ts"],
  compile: ["cli/evaluation.ts", "cli/compile-and-show.ts"],
  library: [`cli/embed/index.ts${library}`, `runtime/store/level.ts${library}`]
}

const pack = async (): Promise<RolldownOutput> => {
  const reaching = reachingEffect(readGraph(root))
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, idOf(file, reaching)])),
    platform: "node",
    preserveEntrySignatures: "allow-extension",
    treeshake: { propertyReadSideEffects: false },
    plugins: [twoKinds(reaching), builtins, nativeBinding],
    checks: { ineffectiveDynamicImport: false }
  })
  return bundle.write({
    dir: folder,
    cleanDir: true,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    // The sources are part of the package.
    sourcemap: true,
    sourcemapExcludeSources: true,
    sourcemapPathTransform: (path) => path.replace(library, ""),
    comments: false,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: "loaded together", name: loadedTogether(reaching) }]
    }
  })
}

/** Names the file of a module after those of `loads` that reach it. */
const loadedTogether = (reaching: ReadonlySet<string>) => {
  let names: ReadonlyMap<string, ReadonlyArray<string>> | undefined
  return (id: string, context: ChunkingContext): string | null => {
    names ??= reachedFrom(reaching, (id) => context.getModuleInfo(id)?.importedIds ?? [])
    const found = names.get(id)
    // Whatever a process starts with is there already.
    return found?.includes("start") ? "start" : (found?.join("-") ?? null)
  }
}

const reachedFrom = (reaching: ReadonlySet<string>, importsOf: (id: string) => ReadonlyArray<string>) => {
  const found = new Map<string, Array<string>>()
  for (const [name, files] of Object.entries(loads)) {
    const seen = new Set(files.map((file) => idOf(file, reaching)))
    // A set yields what is added to it meanwhile.
    for (const id of seen) for (const imported of importsOf(id)) seen.add(imported)
    for (const id of seen) found.set(id, [...(found.get(id) ?? []), name])
  }
  return found
}

// ─── two kinds of modules ────────────────────────────────────────────────────────────────────────────────────────────

const isEffect = (target: string): boolean => target === "effect" || target.startsWith("@effect/")

/** Our modules, named from the root, that import Effect or one that does. */
const reachingEffect = (graph: Graph): ReadonlySet<string> => {
  const found = new Set<string>()
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const [file, imports] of graph) {
      if (imports.some(({ isType, target }) => !isType && (isEffect(target) || found.has(target)))) found.add(file)
    }
  }
  return found
}

/** Of a file that is named from the root, perhaps for the library. */
const idOf = (file: string, reaching: ReadonlySet<string>): string => {
  const path = file.replace(library, "")
  return join(root, reaching.has(path) ? file : path)
}

/** What a module for the library imports is for the library too. */
const twoKinds = (reaching: ReadonlySet<string>): Plugin => ({
  name: "two kinds",
  resolveId: (source, importer) => {
    if (importer === undefined) return { id: source }
    if (!importer.endsWith(library)) return undefined
    if (isEffect(packageName(source))) return { id: source, external: true }
    if (defaultIsWhole.has(source)) return { id: whole + source }
    if (!source.startsWith(".")) return undefined
    const id = idOf(fromRoot(root, resolve(dirname(importer), source)) + library, reaching)
    return id.endsWith(library) ? { id } : undefined
  },
  load: async (id) => {
    if (id.endsWith(library)) return { code: await readFile(id.replace(library, ""), "utf8"), moduleType: "ts" }
    if (!id.startsWith(whole)) return undefined
    return `import * as whole from "${id.slice(whole.length)}"\nexport default whole`
  }
})

/** CommonJS packages of which we import `default`, which is all that they export, as in Node. The packer sees it so in a file below a
 * `package.json` that says `module`, and does not know where a module stands that it has from here. */
const defaultIsWhole: ReadonlySet<string> = new Set(["sorted-btree"])

const whole = "\0whole:"

// ─── what is not packed ──────────────────────────────────────────────────────────────────────────────────────────────

const builtin = "\0builtin:"

/**
 * Node's own modules. An `import` of `node:fs` gets all that it exports, and so loads the streams, promises and line readers
 * that it exports lazily; this takes what is used.
 */
const builtins: Plugin = {
  name: "builtins",
  // The packer itself imports node:module.
  resolveId: (source, _, { kind }) =>
    kind === "import-statement" && source.startsWith("node:") && source !== "node:module"
      ? { id: builtin + source }
      : undefined,
  load: (id) => {
    if (!id.startsWith(builtin)) return undefined
    const name = id.slice(builtin.length)
    if (!isBuiltin(name)) throw new Error(`Node has no ${name}`)
    const exported = Object.keys(process.getBuiltinModule(name) as object).filter((each) => each !== "default")
    const lines = exported.map((each) => `export const ${each} = all.${each}`)
    return [`const all = process.getBuiltinModule("${name}")`, "export default all", ...lines].join("\n")
  }
}

/**
 * The binary of the store stays where it was installed. The search for it loads modules of Node that nothing else needs, so it is
 * taken from the place that `node-gyp-build` names for a binary that a package brings. The search is left to what was built
 * here, to variables that ask for another binary, to musl and to other processors.
 */
const nativeBinding: Plugin = {
  name: "native binding",
  load: (id) =>
    /classic-level[\\/]binding\.js$/.test(id)
      ? `import { createRequire } from "node:module"
import { existsSync } from "node:fs"
const require = createRequire(import.meta.url)
const load = () => {
  const { arch, env, platform } = process
  const isAsked = ["CLASSIC_LEVEL_PREBUILD", "LIBC", "npm_config_arch", "npm_config_platform"].some((name) => env[name])
  if (isAsked || existsSync("/etc/alpine-release")) return undefined
  const main = require.resolve("classic-level")
  if (existsSync(main.replace(/index\\.js$/, "build"))) return undefined
  const folder = platform === "darwin" ? "darwin-x64+arm64" : \`\${platform}-\${arch}\`
  const name = platform === "linux" && arch === "arm64" ? "classic-level.armv8" : "classic-level"
  try {
    return require(\`classic-level/prebuilds/\${folder}/\${name}.node\`)
  } catch {
    return undefined
  }
}
const binding = load() ?? require("classic-level/binding.js")
export { binding as "module.exports" }`
      : undefined
}

// ─── licences ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The licences of the packages that are in the packed files, as most of them ask for. */
const writeLicences = ({ output }: RolldownOutput): void => {
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []))
  const packages = new Set(modules.flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []))
  writeFileSync(
    join(folder, "LICENSES.txt"),
    [...packages]
      .toSorted()
      .map(licenceOf)
      .join(`\n${"-".repeat(80)}\n\n`)
  )
}

const licenceOf = (path: string): string => {
  const read = (name: string): string => readFileSync(join(path, name), "utf8")
  const { license, name, version } = JSON.parse(read("package.json")) as Readonly<Record<string, string>>
  const file = readdirSync(path).find((each) => /^licen[cs]e(?:\.\w+)?$/i.test(each))
  return `${name} ${version}\n\n${file === undefined ? `${license}\n` : read(file)}`
}

writeLicences(await pack())
compileWhatStarts(root, folder)
