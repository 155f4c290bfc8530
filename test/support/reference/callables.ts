import type { Datum, ListDatum } from "../../../compiler/1-read/datum.ts"
import { Fault } from "../../../runtime/errors.ts"
import type { Value } from "../../../runtime/value/value.ts"
import { Returned, type Run } from "./scope.ts"

/** A function of the program: what it is called with, and what then runs. */
export interface Callable {
  /** As prints show it: its name, or the place of a closure. */
  readonly name: string
  readonly params: ReadonlyArray<Param>
  /** The last parameter is a list of all further arguments. */
  readonly hasRest: boolean
  readonly result: string
  readonly run: (args: ReadonlyArray<Value>) => Value
}

export interface Param {
  readonly name: string
  readonly type: string
}

/** A function as it is written: `(a :int b & more) :int body…`. */
export const written = (
  name: string,
  [list, type, ...more]: ReadonlyArray<Datum>,
  run: (args: ReadonlyArray<Value>, params: ReadonlyArray<Param>, body: ReadonlyArray<Datum>) => Value
): Callable => {
  const names = (list as ListDatum).items.map(symbolName)
  const params = names.flatMap((param, index) => {
    if (param === "&" || param.startsWith(":")) return []
    const next = names[index + 1] ?? ""
    return [{ name: param, type: next.startsWith(":") ? next : ":any" }]
  })
  const isTyped = symbolName(type).startsWith(":") && more.length > 0
  const body = type === undefined ? [] : isTyped ? more : [type, ...more]
  return {
    name,
    params,
    hasRest: names.includes("&"),
    result: isTyped ? symbolName(type) : ":any",
    run: (args) => run(args, params, body)
  }
}

/** The value of a call: `return` ends here, and what was deferred runs whatever the end is. */
export const finish = (run: Run, body: () => Value): Value => {
  let outcome: { readonly value: Value } | { readonly thrown: unknown }
  try {
    outcome = { value: body() }
  } catch (thrown) {
    outcome = thrown instanceof Returned ? { value: thrown.value } : { thrown }
  }
  for (let next = run.deferred.pop(); next !== undefined; next = run.deferred.pop()) {
    try {
      next()
    } catch (thrown) {
      outcome = { thrown: "thrown" in outcome ? firstOf(outcome.thrown, thrown) : thrown }
    }
  }
  if ("thrown" in outcome) throw outcome.thrown
  return outcome.value
}

/** The first of two faults is what ends a function; its message tells of the later one, in a deferred body, too. */
const firstOf = (first: unknown, later: unknown): unknown =>
  first instanceof Fault && later instanceof Fault
    ? new Fault(first.code, `${first.message} (and then, in a \`defer\`: ${later.message})`, first.data)
    : first

export const checkCount = (caller: string, { name, params, hasRest }: Callable, count: number): void => {
  if (hasRest ? count >= params.length - 1 : count === params.length) return
  const names = params.map((param) => `\`${param.name}\``).join(", ") + (hasRest ? "…" : "")
  const least = hasRest ? `${params.length - 1} or more` : params.length
  throw new Fault("SXS6201", `${caller}: \`${name}\` takes ${least} (${names || "no arguments"}), got ${count}`)
}

export const symbolName = (datum: Datum | undefined): string => (datum?.kind === "symbol" ? datum.name : "")

export const isHeaded = (datum: Datum, name: string): datum is ListDatum =>
  datum.kind === "list" && datum.bracket === "(" && symbolName(datum.items[0]) === name
