import { fromPlain } from "../../runtime/value/plain.ts"
import { type RecordTypes, recordTypes } from "../../runtime/value/types.ts"
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

/** What a call from outside must know of an exported function, found once for each. */
interface Callee {
  readonly facts: FunctionFacts
  readonly params: FunctionFacts["params"]
  /** Arguments before a rest parameter. */
  readonly count: number
  readonly records: RecordTypes
}

const callees = new WeakMap<Manifest, Map<string, Callee>>()

const calleeOf = (manifest: Manifest, name: string): Callee => {
  const known = callees.get(manifest)?.get(name)
  if (known !== undefined) return known
  const facts = manifest.functions[manifest.exports.find((each) => each.name === name)?.function ?? -1]
  if (facts === undefined) throw new SxsArgumentError(`the program ${manifest.program} exports no function \`${name}\``)
  const params = facts.params.slice(facts.captured)
  const callee = { facts, params, count: params.length - (facts.rest ? 1 : 0), records: recordTypes(manifest.records) }
  const ofManifest = callees.get(manifest) ?? new Map<string, Callee>()
  callees.set(manifest, ofManifest.set(name, callee))
  return callee
}

/** The arguments as values, each of the type that the function declares. Throws `TypeError`, ours or that of a value, that names the argument. */
export const argumentsOf = (manifest: Manifest, name: string, args: ReadonlyArray<unknown>): ReadonlyArray<Value> => {
  const { count, facts, params, records } = calleeOf(manifest, name)
  checkCount(name, facts, count, args)
  const values: Array<Value> = []
  for (let index = 0; index < args.length; index++) {
    const param = params[Math.min(index, params.length - 1)]
    const type = index < count ? (param?.type ?? ":any") : ":any"
    const what = () => `argument ${index + 1} (\`${param?.name}\`) of \`${name}\``
    values.push(fromPlain(args[index], { type, records, what }))
  }
  return values
}

const checkCount = (name: string, { rest }: FunctionFacts, count: number, args: ReadonlyArray<unknown>): void => {
  if (!Array.isArray(args)) throw new SxsArgumentError(`the arguments of \`${name}\` come as an array`)
  if (rest ? args.length >= count : args.length === count) return
  throw new SxsArgumentError(`\`${name}\` takes ${rest ? "at least " : ""}${count} arguments, got ${args.length}`)
}
