import type { ExternFacts } from "../../stdlib/abi/manifest.ts"
import type { Span } from "../source.ts"
import { newBinding, reference } from "./build.ts"
import { type ExternSignature, externMark, type FunctionDefinition, isRecord } from "./core.ts"

/** What the manifest says of a function that a file of that prefix declares: its module as seen from the program's own file. */
export const externIn = (prefix: string, written: ExternFacts): ExternFacts => ({
  ...written,
  module: modulePath(prefix, written.module),
  ...(prefix !== "" && { id: prefix + written.name })
})

const modulePath = (prefix: string, module: string): string => {
  const folder = prefix.split("/").slice(0, -2)
  if (!/^\.\.?\//.test(module) || folder.length === 0) return module
  const parts = [...folder]
  for (const part of module.split("/")) {
    if (part === "" || part === ".") continue
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop()
    else parts.push(part)
  }
  return parts[0] === ".." ? parts.join("/") : `./${parts.join("/")}`
}

/** How calls of it are checked: a wait that leaves the process, or a plain call when it is pure. */
export const externSignature = (facts: ExternFacts, extern: ExternSignature["extern"]): ExternSignature => ({
  name: externMark + (facts.id ?? facts.name),
  params: facts.params.map(({ name }, index) => {
    const type = extern.params[index] ?? ":any"
    return { name, type: isRecord(type) ? ":map" : type }
  }),
  result: isRecord(extern.result) ? ":map" : extern.result,
  // A pure one still is no constant of the program: its module may change between two starts.
  effect: facts.options.pure === true ? "store" : "external",
  ...(facts.options.pure !== true && { mayError: true as const }),
  doc: "",
  example: "",
  extern
})

/** Makes `target` a function that calls the extern, so that it can be passed on. */
export const wrapExtern = (target: FunctionDefinition, signature: ExternSignature, span: Span): void => {
  const params = signature.params.map(({ name }, index) =>
    newBinding({ name, kind: "param", span, owner: target, type: signature.extern.params[index] ?? ":any" })
  )
  target.params.push(...params)
  target.body = { kind: "library", signature, args: params.map((each) => reference(each, span)), span }
}
