import { stripTypeScriptTypes } from "node:module"
import { compile, read } from "../compiler/index.ts"
import { generateTwins, lineCount } from "./generate.ts"
import { compare, cpuOf, figuresOf, type Result, type Variant } from "./measure.ts"

const sizesMB = [0.1, 1, 3] as const

/**
 * Lines per second of CPU time, and CPU time per byte: flat, when the compiler has no part that grows faster than its input.
 * The first control only removes types; the second parses, prints anew and maps.
 */
export const run = async (report: (result: Result) => void): Promise<void> => {
  const growth = []
  for (const megabytes of sizesMB) {
    const { sxs, typescript } = generateTwins(megabytes * 1e6)
    const compileMs: Array<number> = []
    const rate =
      (text: string, work: () => unknown, times: Array<number> = []) =>
      async () => {
        const ms = await cpuOf(work)
        times.push(ms)
        return (lineCount(text) / ms) * 1000
      }
    const variants: ReadonlyArray<Variant> = [
      { name: "strip TypeScript types", run: rate(typescript, () => stripTypeScriptTypes(typescript)) },
      { name: "rewrite TypeScript, with map", run: rate(typescript, () => rewritten(typescript)) },
      { name: "sxs read", run: rate(sxs, () => read({ name: "generated.sxs", text: sxs })) },
      { name: "sxs compile", run: rate(sxs, () => compiled(sxs), compileMs) }
    ]
    report(await compare({ title: `compile ${megabytes} MB`, unit: "lines/s", variants }, { repeats, warmups }))
    const values = compileMs.slice(warmups).map((ms) => (ms / sxs.length) * 1e6)
    growth.push({ name: `${megabytes} MB`, values })
  }
  report({ title: "compile, growth", unit: "ns/byte", repeats, figures: figuresOf(growth) })
}

const repeats = 5
const warmups = 1

/** Throws when it does not compile: a refused source would be fast. */
const compiled = (text: string): string => {
  const { bundle, diagnostics } = compile({ name: "generated.sxs", text })
  if (bundle === undefined) {
    const messages = diagnostics.slice(0, 3).map(({ message }) => message)
    throw new Error(messages.join("; "))
  }
  return bundle.code
}

const rewritten = (text: string): string => stripTypeScriptTypes(text, { mode: "transform", sourceMap: true })
