import { fromPlain } from "../../runtime/value/plain.ts"
import { recordTypes } from "../../runtime/value/types.ts"
import type { Value } from "../../runtime/value/value.ts"
import type { FunctionFacts, Manifest } from "../../stdlib/abi/manifest.ts"
import { SxsArgumentError } from "./errors.ts"
import type { SxsFunction } from "./types.ts"

type AnyFunction = Pick<SxsFunction<ReadonlyArray<unknown>, unknown>, "name" | "program">

/** The same; throws `SxsArgumentError` when it is no exported function of a compiled program, as may come from JavaScript. */
export const checkFunction = (callee: AnyFunction): AnyFunction => {
  const { name, program } = (callee ?? {}) as Partial<AnyFunction>
  if (typeof name === "string" && typeof program?.url === "string" && typeof program.manifest === "object") {
    return { name, program }
  }
  throw new SxsArgumentError("what is called must be a function that a compiled sxs program exports")
}

/** The arguments as values, each of the type that the function declares. Throws `TypeError`, ours or that of a value, that names the argument. */
export const argumentsOf = (manifest: Manifest, name: string, args: ReadonlyArray<unknown>): ReadonlyArray<Value> => {
  const facts = manifest.functions[manifest.exports.find((each) => each.name === name)?.function ?? -1]
  if (facts === undefined) throw new SxsArgumentError(`the program ${manifest.program} exports no function \`${name}\``)
  const params = facts.params.slice(facts.captured)
  checkCount(name, facts, args)
  const records = recordTypes(manifest.records)
  const restFrom = facts.rest ? params.length - 1 : params.length
  return Array.from(args, (arg, index) => {
    const param = params[Math.min(index, params.length - 1)]
    const type = index < restFrom ? (param?.type ?? ":any") : ":any"
    return fromPlain(arg, { type, records, what: `argument ${index + 1} (\`${param?.name}\`) of \`${name}\`` })
  })
}

const checkCount = (name: string, { captured, params, rest }: FunctionFacts, args: ReadonlyArray<unknown>): void => {
  if (!Array.isArray(args)) throw new SxsArgumentError(`the arguments of \`${name}\` come as an array`)
  const count = params.length - captured - (rest ? 1 : 0)
  if (rest ? args.length >= count : args.length === count) return
  throw new SxsArgumentError(`\`${name}\` takes ${rest ? "at least " : ""}${count} arguments, got ${args.length}`)
}
