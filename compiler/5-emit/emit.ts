import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import type { Lowered, Machine } from "../4-lower/machine.ts"
import { outlineNames } from "../4-lower/outline.ts"
import { sha256Hex } from "../sha256.ts"
import { writeHot, writeLoop } from "./hot.ts"
import { functionFacts, makeManifest } from "./manifest.ts"
import { ModuleNames } from "./module.ts"
import { loopsWithFunction, writeResume } from "./resume.ts"
import { Writer } from "./writer.ts"

/** Machines to a bundle: one ES module, its manifest, its source map, all under the hash of the module's text. */
export const emit = (program: Lowered): Bundle => {
  const module = new ModuleNames(program)
  const machineName = outlineNames(program.knownAs)
  const functions: Array<FunctionFacts> = []
  const out = new Writer(1)
  const start = out.place()
  for (const machine of program.machines) {
    writeFunction(out, machine, module)
    functions.push(functionFacts(machine, machineName))
  }
  writeFoot(out, functions, module)
  const manifest = makeManifest(program, functions, module.libraryNames())
  out.insert(start, headOf(asciiJson(manifest), module))
  let map: string | undefined
  return {
    hash: sha256Hex(out.bytes()),
    code: out.text(),
    manifest,
    // Made when it is asked for: to compile is often to check, and the map takes a tenth of the time.
    get map() {
      map ??= out.sourceMap(`${program.name}.js`)
      return map
    }
  }
}

const headOf = (manifest: string, module: ModuleNames): string =>
  [
    `// Compiled by sxs ${compilerVersion}. A function whose name ends in $resume goes on with a saved frame.`,
    `export const manifest = ${manifest}`,
    "export function link($) {",
    "  const $SUSPENDED = $.SUSPENDED, $NEXT = $.NEXT, $RETURNED = $.RETURNED, $meter = $.meter, $Real = $.Real",
    "  const $List = $.List, $Map = $.Map, $textUnitsMax = $.textUnitsMax, $listItemsMax = $.listItemsMax",
    ...module.declarations().map((declaration) => `  ${declaration}`),
    ""
  ].join("\n")

const writeFoot = (out: Writer, functions: ReadonlyArray<FunctionFacts>, module: ModuleNames): void => {
  out.write("return [\n")
  for (const [index, { suspends }] of functions.entries()) {
    out.write("{ hot: ", module.hot(index), ", resume: ")
    out.write(suspends ? module.resume(index) : "null", index < functions.length - 1 ? " },\n" : " }\n")
  }
  out.write("]\n}\n")
}

const writeFunction = (out: Writer, machine: Machine, module: ModuleNames): void => {
  if (machine.isConstant) return writeConstant(out, machine, module)
  writeHot(out, machine, module)
  if (!machine.suspends) return
  for (const loop of loopsWithFunction(machine)) writeLoop(out, machine, loop, module)
  writeResume(out, machine, module)
}

/** Evaluated at its first use, so that a fault in it has a place, and kept. */
const writeConstant = (out: Writer, machine: Machine, module: ModuleNames): void => {
  const name = module.hot(machine.index)
  const kept = `${name}$kept`
  const compute = `${name}$compute`
  out.write(`let ${kept}\n`)
  out.write(`function ${name}() {\nif (${kept} === undefined) ${kept} = ${compute}()\nreturn ${kept}\n}\n`)
  writeHot(out, machine, module, compute)
}

// Only texts hold other characters than ASCII, and there an escape means the same.
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
