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
  // Each is indented and flat before the next begins: small pieces of text for a whole program at once take many times its memory.
  const functions = program.machines.map((machine) => writeFunction(machine, module).indented(1))
  const manifest = makeManifest(program, module.libraryNames())
  const out = new Writer()
  out.write(
    `// Compiled by sxs ${compilerVersion}. A function whose name ends in $resume goes on with a saved frame.\n`
  )
  out.write(`export const manifest = ${asciiJson(manifest)}\n`)
  out.write("export function link($) {\n")
  out.write(
    "  const $SUSPENDED = $.SUSPENDED, $NEXT = $.NEXT, $RETURNED = $.RETURNED, $meter = $.meter, $Real = $.Real\n"
  )
  out.write("  const $textUnitsMax = $.textUnitsMax\n")
  for (const declaration of module.declarations()) out.write("  ", declaration, "\n")
  for (const text of functions) out.append(text)
  out.append(writeFoot(program, module).indented(1))
  const code = out.text()
  const hash = bytesToHex(sha256(utf8ToBytes(code)))
  return { hash, code, manifest, map: out.sourceMap(`${program.name}.js`) }
}

const writeFoot = (program: MachineProgram, module: ModuleNames): Writer =>
  new Writer().write(
    "return [\n",
    program.machines.map((machine) => functionEntry(machine, module)).join(",\n"),
    "\n]\n}\n"
  )

const writeFunction = (machine: Machine, module: ModuleNames): Writer => {
  if (machine.isConstant) return writeConstant(machine, module)
  const out = writeHot(machine, module)
  if (!machine.suspends) return out
  for (const loop of loopsWithFunction(machine)) out.append(writeLoop(machine, loop, module))
  return out.append(writeResume(machine, module))
}

/** Evaluated at its first use, so that a fault in it has a place, and kept. */
const writeConstant = (machine: Machine, module: ModuleNames): Writer => {
  const name = module.hot(machine.index)
  const kept = `${name}$kept`
  const compute = `${name}$compute`
  const out = new Writer()
  out.write(`let ${kept}\n`)
  out.write(`function ${name}() {\nif (${kept} === undefined) ${kept} = ${compute}()\nreturn ${kept}\n}\n`)
  return out.append(writeHot(machine, module, compute))
}

const functionEntry = (machine: Machine, module: ModuleNames): string =>
  `{ hot: ${module.hot(machine.index)}, resume: ${machine.suspends ? module.resume(machine.index) : "null"} }`

// Only texts hold other characters than ASCII, and there an escape means the same.
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)
