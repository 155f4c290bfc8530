import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import type { Machine, MachineProgram } from "../4-lower/machine.ts"
import { writeHot, writeLoop } from "./hot.ts"
import { makeManifest } from "./manifest.ts"
import { ModuleNames } from "./module.ts"
import { loopsWithFunction, writeResume } from "./resume.ts"
import { Writer } from "./writer.ts"

/** Machines to a bundle: one ES module, its manifest, its source map, all under the hash of the module's text. */
export const emit = (program: MachineProgram): Bundle => {
  const module = new ModuleNames(program)
  const functions = new Writer()
  for (const machine of program.machines) writeFunction(functions, machine, module)
  const manifest = makeManifest(program, module.libraryNames())
  const link = new Writer()
  link.write("export function link($) {\n")
  link.write("const $SUSPENDED = $.SUSPENDED, $NEXT = $.NEXT, $RETURNED = $.RETURNED, $meter = $.meter\n")
  for (const declaration of module.declarations()) link.write(declaration, "\n")
  link.append(functions)
  link.write("return [\n", program.machines.map((machine) => functionEntry(machine, module)).join(",\n"), "\n]\n}\n")
  const text = new Writer()
  text.write(
    `// Compiled by sxs ${compilerVersion}. A function whose name ends in $resume goes on with a saved frame.\n`
  )
  text.write(`export const manifest = ${asciiJson(manifest)}\n`)
  text.append(link.indented())
  const code = text.text()
  const hash = bytesToHex(sha256(utf8ToBytes(code)))
  return { hash, code, manifest, map: text.sourceMap(`${program.name}.js`) }
}

const writeFunction = (out: Writer, machine: Machine, module: ModuleNames): void => {
  if (machine.isConstant) return writeConstant(out, machine, module)
  out.append(writeHot(machine, module))
  if (!machine.suspends) return
  for (const loop of loopsWithFunction(machine)) out.append(writeLoop(machine, loop, module))
  out.append(writeResume(machine, module))
}

/** Evaluated at its first use, so that a fault in it has a place, and kept. */
const writeConstant = (out: Writer, machine: Machine, module: ModuleNames): void => {
  const name = module.hot(machine.index)
  const kept = `${name}$kept`
  const compute = `${name}$compute`
  out.write(`let ${kept}\n`)
  out.write(`function ${name}() {\nif (${kept} === undefined) ${kept} = ${compute}()\nreturn ${kept}\n}\n`)
  out.append(writeHot(machine, module, compute))
}

const functionEntry = (machine: Machine, module: ModuleNames): string =>
  `{ hot: ${module.hot(machine.index)}, resume: ${machine.suspends ? module.resume(machine.index) : "null"} }`

// Only texts hold other characters than ASCII, and there an escape means the same.
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
