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
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { builtinModules } from "node:module"
import { join, resolve } from "node:path"
import { build, type Metafile, type Plugin } from "esbuild"
import { fromRoot, type Graph, packageName, readGraph } from "./check-imports.ts"

const root = resolve(import.meta.dirname, "..")

/** All files stand in one folder, so that what looks for a file beside itself finds it from whatever file it is packed into. */
const folder = join(root, "dist/packed")

/** What `bin/` starts. */
const commandEntries = { command: "cli/main.ts", "bundle-main": "cli/bundle-main.ts" }

/** What package.json exports. */
const libraryEntries = {
  sxs: "cli/embed/index.ts",
  compiler: "compiler/index.ts",
  runtime: "runtime/index.ts",
  stdlib: "stdlib/index.ts",
  testing: "cli/testing/index.ts"
}

const pack = async (): Promise<Metafile> => {
  const reaching = reachingEffect(readGraph(root))
  const points = [
    ...Object.entries(commandEntries).map(([out, file]) => ({ in: file, out })),
    ...Object.entries(libraryEntries).map(([out, file]) => ({ in: reaching.has(file) ? file + library : file, out }))
  ]
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: points,
    outdir: folder,
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The sources are part of the package.
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    plugins: [twoKinds(reaching), commonJs]
  })
  return metafile
}

// ─── two kinds of modules ────────────────────────────────────────────────────────────────────────────────────────────

/** Behind the path of a module that is packed for the library. */
const library = "?library"

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

/** `pluginData` of a module says that it is packed for the library, and so are those that it imports. */
const twoKinds = (reaching: ReadonlySet<string>): Plugin => ({
  name: "two kinds",
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^\.|\?library$/ }, ({ path, pluginData, resolveDir }) => {
      if (pluginData !== library && !path.endsWith(library)) return undefined
      const file = resolve(resolveDir, path.replace(library, ""))
      return reaching.has(fromRoot(root, file)) ? { path: file, suffix: library } : undefined
    })
    onLoad({ filter: /\.ts$/ }, async ({ path, suffix }) =>
      suffix === library ? { contents: await readFile(path, "utf8"), loader: "ts", pluginData: library } : undefined
    )
    onResolve({ filter: /^[^.]/ }, ({ path, pluginData }) => {
      if (pluginData !== library) return undefined
      if (isEffect(packageName(path))) return { path, external: true }
      return defaultIsWhole.has(path) ? { path, namespace: whole } : undefined
    })
    onLoad({ filter: /./, namespace: whole }, ({ path }) => ({
      contents: `import * as whole from ${JSON.stringify(path)}\nexport default whole`,
      resolveDir: root
    }))
  }
})

/** CommonJS packages of which we import `default`, which is all that they export, as in Node. esbuild sees it so in a file below a
 * `package.json` that says `module`, and does not know where a module stands that it has from a plugin. */
const defaultIsWhole: ReadonlySet<string> = new Set(["sorted-btree"])

const whole = "whole"

// ─── CommonJS packages ───────────────────────────────────────────────────────────────────────────────────────────────

const builtins: ReadonlySet<string> = new Set(builtinModules)

const nativeBinding = "native binding"

/** There is no `require` in an ES module. */
const commonJs: Plugin = {
  name: "CommonJS",
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === "require-call" && builtins.has(path.replace(/^node:/, "")) ? { path, namespace: "builtin" } : undefined
    )
    onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`
    }))
    // The binary of the store stays where it was installed.
    onLoad({ filter: /classic-level[\\/]binding\.js$/ }, () => ({
      contents: `module.exports = require(${JSON.stringify(nativeBinding)}).default`
    }))
    onResolve({ filter: new RegExp(`^${nativeBinding}$`) }, ({ path }) => ({ path, namespace: nativeBinding }))
    onLoad({ filter: /./, namespace: nativeBinding }, () => ({
      contents: `import { createRequire } from "node:module"
export default createRequire(import.meta.url)("classic-level/binding.js")`
    }))
  }
}

// ─── the folder ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Removes what an earlier build has left. */
const sweep = (metafile: Metafile): void => {
  const made = new Set(Object.keys(metafile.outputs).map((path) => join(root, path)))
  for (const name of readdirSync(folder)) if (!made.has(join(folder, name))) rmSync(join(folder, name))
}

/** The licences of the packages that are in the packed files, as most of them ask for. */
const writeLicences = (metafile: Metafile): void => {
  const packages = new Set(Object.keys(metafile.inputs).flatMap((path) => packageOf(path) ?? []))
  writeFileSync(
    join(folder, "LICENSES.txt"),
    [...packages]
      .toSorted()
      .map(licenceOf)
      .join(`\n${"-".repeat(80)}\n\n`)
  )
}

const packageOf = (path: string): string | undefined => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]

const licenceOf = (path: string): string => {
  const read = (name: string): string => readFileSync(join(root, path, name), "utf8")
  const { license, name, version } = JSON.parse(read("package.json")) as Readonly<Record<string, string>>
  const file = readdirSync(join(root, path)).find((each) => /^licen[cs]e(?:\.\w+)?$/i.test(each))
  return `${name} ${version}\n\n${file === undefined ? `${license}\n` : read(file)}`
}

const metafile = await pack()
sweep(metafile)
writeLicences(metafile)
