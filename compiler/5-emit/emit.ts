import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import type { Lowered, Machine } from "../4-lower/machine.ts"
import { outlineNames } from "../4-lower/outline.ts"
import { sha256Hex } from "../sha256.ts"
import { writeHot, writeLoop } from "./hot.ts"
import { writeFunctionFacts, writeManifest } from "./manifest.ts"
import { ModuleNames } from "./module.ts"
import { loopsWithFunction, writeResume } from "./resume.ts"
import { Writer } from "./writer.ts"

/** Machines to a bundle: one ES module, its manifest, its source map, all under the hash of the module's text. */
export const emit = (program: Lowered): Bundle => {
  const module = new ModuleNames(program)
  const machineName = outlineNames(program.knownAs)
  const out = new Writer(1, bytesOfSourceUnit * program.source.text.length)
  const start = out.place()
  const functions = new Writer()
  const suspends: Array<boolean> = []
  for (const machine of program.machines) {
    writeFunction(out, machine, module)
    if (suspends.length > 0) functions.write(",")
    writeFunctionFacts(functions, machine, machineName)
    suspends.push(machine.suspends)
  }
  writeFoot(out, suspends, module)
  const head = new Writer().write(firstLines)
  const manifestStart = head.length
  writeManifest(head, program, { functions, library: module.libraryNames() })
  const manifestEnd = head.length
  out.insertBytes(start, head.write(linkHead(module)))
  const code = out.text()
  let manifest: Manifest | undefined
  let map: string | undefined
  return {
    hash: sha256Hex(out.bytes()),
    code,
    // These two are made when they are asked for: to compile is often to check, and together they take a tenth of the time.
    get manifest() {
      manifest ??= JSON.parse(code.slice(manifestStart, manifestEnd)) as Manifest
      return manifest
    },
    get map() {
      map ??= out.sourceMap(`${program.name}.js`)
      return map
    }
  }
}

/** Bytes of a module for each unit of its source, at most by experience: then the room for it need not grow. */
const bytesOfSourceUnit = 12

const firstLines = `// Compiled by sxs ${compilerVersion}. A function whose name ends in $resume goes on with a saved frame.
export const manifest = `

const linkHead = (module: ModuleNames): string =>
  [
    "",
    "export function link($) {",
    "  const $SUSPENDED = $.SUSPENDED, $NEXT = $.NEXT, $RETURNED = $.RETURNED, $meter = $.meter, $Real = $.Real",
    "  const $List = $.List, $Map = $.Map, $textUnitsMax = $.textUnitsMax, $listItemsMax = $.listItemsMax",
    ...module.declarations().map((declaration) => `  ${declaration}`),
    ""
  ].join("\n")

const writeFoot = (out: Writer, suspends: ReadonlyArray<boolean>, module: ModuleNames): void => {
  out.write("return [\n")
  for (let index = 0; index < suspends.length; index++) {
    out.write("{ hot: ", module.hot(index), ", resume: ")
    out.write(suspends[index] ? module.resume(index) : "null", index < suspends.length - 1 ? " },\n" : " }\n")
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
