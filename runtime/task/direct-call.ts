import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"
import type { LinkedBundle } from "../bundle/registry.ts"
import { hasType, type RecordTypes } from "../value/types.ts"
import { Closure, List, Real, SxsMap, type Value } from "../value/value.ts"

type Hot = (...args: Array<Value>) => unknown

/** What a call through a value must look at, found once for each function. */
interface Target {
  readonly hot: Hot
  /** How many arguments it takes, those for a rest parameter left out; -1: another way of calling must be taken. */
  readonly count: number
  readonly first: string
  readonly second: string
}

/** Calls of closures of one bundle, with few arguments. They share this code, so that there is no array for the arguments. */
export class DirectCalls {
  readonly #hash: string
  readonly #linked: () => LinkedBundle | undefined
  readonly #records: RecordTypes
  readonly #general: (callee: Value, args: Array<Value>) => unknown
  readonly #targets: Array<Target | undefined> = []

  /** `general` takes all other calls, and raises all faults. */
  constructor(options: {
    readonly hash: string
    readonly linked: () => LinkedBundle | undefined
    readonly records: RecordTypes
    readonly general: (callee: Value, args: Array<Value>) => unknown
  }) {
    this.#hash = options.hash
    this.#linked = options.linked
    this.#records = options.records
    this.#general = options.general
  }

  readonly call0 = (callee: Value): unknown => {
    const target = this.#target(callee, 0)
    if (target === undefined) return this.#general(callee, [])
    const { captured } = callee as Closure
    return captured.length === 0 ? target.hot() : target.hot(...captured)
  }

  readonly call1 = (callee: Value, a: Value): unknown => {
    const target = this.#target(callee, 1)
    if (target === undefined || !this.#fits(a, target.first)) return this.#general(callee, [a])
    const { captured } = callee as Closure
    if (captured.length === 0) return target.hot(a)
    return captured.length === 1 ? target.hot(captured[0]!, a) : target.hot(...captured, a)
  }

  readonly call2 = (callee: Value, a: Value, b: Value): unknown => {
    const target = this.#target(callee, 2)
    if (target === undefined || !this.#fits(a, target.first) || !this.#fits(b, target.second))
      return this.#general(callee, [a, b])
    const { captured } = callee as Closure
    if (captured.length === 0) return target.hot(a, b)
    return captured.length === 1 ? target.hot(captured[0]!, a, b) : target.hot(...captured, a, b)
  }

  #target(callee: Value, count: number): Target | undefined {
    if (!(callee instanceof Closure) || callee.bundle !== this.#hash) return undefined
    const target = this.#targets[callee.index] ?? this.#find(callee.index)
    return target?.count === count ? target : undefined
  }

  #find(index: number): Target | undefined {
    const linked = this.#linked()
    const facts = linked?.manifest.functions[index]
    const code = linked?.functions[index]
    if (facts === undefined || code === undefined) return undefined
    const params = facts.params.slice(facts.captured)
    const target: Target = {
      hot: code.hot as Hot,
      count: countOf(facts),
      first: params[0]?.type ?? ":any",
      second: params[1]?.type ?? ":any"
    }
    this.#targets[index] = target
    return target
  }

  #fits(value: Value, type: string): boolean {
    switch (type) {
      case ":any":
        return true
      case ":int":
        return typeof value === "number" || typeof value === "bigint"
      case ":real":
        return value instanceof Real
      case ":str":
        return typeof value === "string"
      case ":map":
        return value instanceof SxsMap
      case ":list":
        return value instanceof List
      default:
        return hasType(value, type, this.#records)
    }
  }
}

const countOf = ({ captured, params, rest }: FunctionFacts): number => (rest === true ? -1 : params.length - captured)
