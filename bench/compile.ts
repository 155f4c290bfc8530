import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { stripTypeScriptTypes } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { transform } from "esbuild"
import { compile, read } from "../compiler/index.ts"
import { phaseVariants } from "./compile-phases.ts"
import { processes } from "./compile-processes.ts"
import { generateTwins, lineCount, type Twins } from "./generate.ts"
import { generateFunctions } from "./generate-functions.ts"
import { compare, cpuOfProcess, figuresOf, type Result, type Variant, wallOf } from "./measure.ts"
import { NativeCompilers } from "./native-compilers.ts"

/**
 * Lines per second beside other compilers, by the clock and of the processor; where the time goes; CPU time per byte, flat
 * when the compiler has no part that grows faster than its input; peak memory; and one compile in a process of its own. CPU times are those of all threads, so
 * that a collector beside the compiler counts.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const squint = await loadSquint()
  for (const { generate, name } of programs) {
    const title = `compile 1 MB, ${name}`
    const sides = { ...generate(1e6), squint, small: generate(1e5).clojurescript }
    report(await beside(title, sides))
    report(await processor(title, sides))
    report(await phases(title, sides.sxs))
    report(await processes(`${title}, one process`, sides))
  }
  report(await growth())
  report(await peakMemory())
}

const programs = [
  { name: "small functions", generate: generateFunctions },
  { name: "order desk", generate: generateTwins }
] as const

interface Sides extends Twins {
  /** Undefined when it is not installed. */
  readonly squint: ((text: string) => string) | undefined
  /** A tenth of the program, for squint: it takes more time for a byte of a long text than for one of a short text. */
  readonly small: string
}

/**
 * A forced collection is none that a compiler at work meets: at it V8 throws away what it has learned of where objects live, and
 * all code that was compiled by that, which costs sxs half as much again. Without it, what a run leaves behind is collected in it
 * or in one of the next, whoever's they are.
 */
const warm = { repeats: 9, warmups: 7, collects: false } as const

/** For processes, and for what has been warmed up before. */
const once = { repeats: 5, warmups: 2, collects: false } as const

type Clock = (work: () => unknown) => Promise<number>

const linesPerSecond = (text: string, ms: number): number => (lineCount(text) / ms) * 1000

const inProcess = (name: string, clock: Clock, text: string, compile: (text: string) => unknown): Variant => ({
  name,
  run: async () => linesPerSecond(text, await clock(() => compile(text)))
})

const beside = async (title: string, { clojurescript, small, squint, sxs, typescript }: Sides): Promise<Result> => {
  const variants: ReadonlyArray<Variant> = [
    inProcess("esbuild", wallOf, typescript, (text) => transform(text, { loader: "ts" })),
    ...(squint === undefined
      ? []
      : [inProcess("squint", wallOf, clojurescript, squint), inProcess("squint, 100 KB", wallOf, small, squint)]),
    inProcess("sxs, reading only", wallOf, sxs, (text) => read({ name: "generated.sxs", text })),
    inProcess("sxs", wallOf, sxs, compiled)
  ]
  return await compare({ title, unit: "lines/s", variants }, warm)
}

const processor = async (title: string, { small, squint, sxs, typescript }: Sides): Promise<Result> => {
  using native = new NativeCompilers(typescript)
  const variants: ReadonlyArray<Variant> = [
    { name: "esbuild", run: () => linesPerSecond(typescript, native.esbuildMs()) },
    { name: "TypeScript 7, with check", run: () => linesPerSecond(typescript, native.typescriptMs()) },
    { name: "TypeScript 7, without check", run: () => linesPerSecond(typescript, native.typescriptMs("--noCheck")) },
    inProcess("Node removes TypeScript's types", cpuOfProcess, typescript, (text) => stripTypeScriptTypes(text)),
    ...(squint === undefined ? [] : [inProcess("squint, 100 KB", cpuOfProcess, small, squint)]),
    inProcess("sxs", cpuOfProcess, sxs, compiled)
  ]
  return await compare({ title: `${title}, processor`, unit: "lines/s", variants }, once)
}

const phases = async (title: string, sxs: string): Promise<Result> => {
  const variants: ReadonlyArray<Variant> = [
    { name: "all", run: () => wallOf(() => compiled(sxs)) },
    ...phaseVariants(sxs)
  ]
  return await compare({ title: `${title}, phases`, unit: "ms", variants }, warm)
}

/** Its ClojureScript dialect to JavaScript; undefined when the package is not installed. */
const loadSquint = async (): Promise<((text: string) => string) | undefined> => {
  // A name in a variable: types are checked also where the package is missing.
  const name: string = "squint-cljs"
  try {
    return ((await import(name)) as { readonly compileString: (text: string) => string }).compileString
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error
    console.log("squint: not installed\n")
    return undefined
  }
}

const sizes = [
  { name: "10 KB", bytes: 1e4, times: 20 },
  { name: "100 KB", bytes: 1e5, times: 3 },
  { name: "1 MB", bytes: 1e6, times: 1 }
] as const

const large = { name: "10 MB", bytes: 1e7, repeats: 3 } as const

const growth = async (): Promise<Result> => {
  const nsPerByte = async (text: string, times: number): Promise<number> => {
    const ms = await cpuOfProcess(() => {
      for (let time = 0; time < times; time++) compiled(text)
    })
    return (ms / times / text.length) * 1e6
  }
  const variants = sizes.map(({ bytes, name, times }): Variant => {
    const { sxs } = generateTwins(bytes)
    return { name, run: () => nsPerByte(sxs, times) }
  })
  const title = "compile, growth"
  const small = await compare({ title, unit: "ns/byte", variants }, once)
  const { sxs } = generateTwins(large.bytes)
  const values: Array<number> = []
  for (let repeat = 0; repeat < large.repeats; repeat++) {
    values.push(await nsPerByte(sxs, 1))
  }
  const [figure] = figuresOf([{ name: `${large.name}, ${large.repeats} times`, values }])
  const one = small.figures[0]!.median
  return { ...small, figures: [...small.figures, { ...figure!, ratio: figure!.median / one }] }
}

const peakMemory = async (): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-bench-"))
  const variants = [...sizes, large].map(({ bytes, name }): Variant => {
    const file = join(folder, `${bytes}.sxs`)
    writeFileSync(file, generateTwins(bytes).sxs)
    return { name, run: () => peakMiB(file) }
  })
  try {
    return await compare({ title: "compile, peak memory", unit: "MiB", variants }, { repeats: 3, warmups: 0 })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of a process of its own with the heap that Node gives it, which compiles the file once. */
const peakMiB = (file: string): number => {
  const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, "compile-once.ts"), file]
  return Number(execFileSync(process.execPath, args, { encoding: "utf8" })) / 1024
}

/** Throws when it does not compile: a refused source would be fast. */
const compiled = (text: string): string => {
  const { bundle, diagnostics } = compile({ name: "generated.sxs", text })
  if (bundle !== undefined && diagnostics.length === 0) return bundle.code
  throw new Error(
    diagnostics
      .slice(0, 3)
      .map(({ message }) => message)
      .join("; ")
  )
}
