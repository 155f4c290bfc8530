import type { Intrinsics } from "../../stdlib/abi/intrinsics.ts"
import type { Manifest } from "../../stdlib/abi/manifest.ts"
import { noExterns, type PureExterns } from "../bundle/extern-modules.ts"
import type { BundleRegistry } from "../bundle/registry.ts"
import { Fault } from "../errors.ts"
import { limits } from "../limits.ts"
import { add, amount, divide, multiply, negate, subtract } from "../value/arithmetic.ts"
import { compare, equal, same } from "../value/equal.ts"
import { print } from "../value/print.ts"
import { hasType, misfit, recordTypes } from "../value/types.ts"
import { type Bracket, Closure, ErrorValue, List, Real, SxsMap, Sym, type Value } from "../value/value.ts"
import { containerBytes, itemBytes, spend } from "../value/work.ts"
import { bindArguments } from "./arguments.ts"
import { DirectCalls } from "./direct-call.ts"
import { externFunctions } from "./extern-function.ts"
import { cancellation, faultValue, limitValue } from "./fault-value.ts"
import { endsAll, fault, LimitExceeded, NotLinked, Thrown } from "./faults.ts"
import { type Frame, pcStart } from "./frame.ts"
import { functionNameOf, type Segment, SUSPENDED } from "./segment.ts"

/** A library function. A missing optional argument is `undefined`; it may return `SUSPENDED` only if its signature says so. */
export type LibraryFunction = (...args: Array<never>) => unknown

/** What scripts may call: `pure` functions of their arguments, and those that work on the running segment. */
export interface Library {
  readonly pure: ReadonlyMap<string, LibraryFunction>
  readonly contextual: (segment: Segment) => ReadonlyMap<string, LibraryFunction>
}

/** Parts that all bundles of a namespace share. */
export interface Cell {
  readonly segment: Segment
  readonly meter: { fuel: number }
  readonly functions: ReadonlyMap<string, LibraryFunction>
  readonly registry: () => BundleRegistry
}

const NEXT = Symbol("NEXT")
const RETURNED = Symbol("RETURNED")

/** What the bundle named `hash` is linked with. */
export const makeIntrinsics = (
  cell: Cell,
  hash: string,
  manifest: Manifest,
  pure: PureExterns = noExterns
): Intrinsics => {
  const records = recordTypes(manifest.records)
  const { segment } = cell
  const shown = (value: Value): string =>
    print(value, ({ bundle, index }) => functionNameOf(cell.registry().facts(bundle, index)))
  const call = (callee: Value, args: Array<Value>): unknown => {
    if (!(callee instanceof Closure)) throw fault("not callable", `a call needs a function, got ${shown(callee)}`)
    const facts = cell.registry().facts(callee.bundle, callee.index)
    const bound =
      facts === undefined ? args : bindArguments("call", facts, cell.registry().records(callee.bundle), args)
    const slots = [...callee.captured, ...bound]
    const linked = cell.registry().linked(callee.bundle)
    if (linked !== undefined) return linked.functions[callee.index]!.hot(...(slots as Array<never>))
    if (segment.isInAtomic) throw new NotLinked(callee.bundle)
    segment.save({ bundle: callee.bundle, function: callee.index, pc: pcStart, slots })
    return segment.suspend({ kind: "load", bundle: callee.bundle })
  }
  const direct = new DirectCalls({ hash, linked: () => cell.registry().linked(hash), records, general: call })
  const catches = (thrown: unknown, ends: boolean): boolean => segment.isCatchable(thrown) && (ends || !endsAll(thrown))
  const intrinsics = {
    SUSPENDED,
    NEXT,
    RETURNED,
    meter: cell.meter,
    save: (index: number, pc: number, slots: Frame["slots"]) =>
      segment.save({ bundle: hash, function: index, pc, slots }),
    beforeSaving: () => segment.refuseToSave(),
    library: (name: string): LibraryFunction => {
      const found = cell.functions.get(name)
      if (found === undefined) throw new Error(`this runtime has no ${name}`)
      return found
    },
    extern: externFunctions(segment, hash, manifest, pure),
    real: (value: number) => new Real(value),
    symbol: (name: string) => Sym.of(name),
    list: (bracket: Bracket, items: Array<Value>) => {
      spend(containerBytes + items.length * itemBytes)
      return new List(bracket, items)
    },
    error: (content: Value, place: string) => new ErrorValue(content, place),
    closure: (index: number, captured: Array<Value>) => new Closure(hash, index, captured),
    call,
    call0: direct.call0,
    call1: direct.call1,
    call2: direct.call2,
    Real,
    List,
    Map: SxsMap,
    double: (value: Value): number => {
      if (value instanceof Real) return value.value
      throw fault("declared type", misfit(value, ":real", records, shown))
    },
    amount,
    divide,
    textUnitsMax: limits.textUnitsMax,
    listItemsMax: limits.listItemsMax,
    grown: (list: List, items: Array<Value>, count?: number): List => {
      if (count !== undefined) items.length = count
      spend(containerBytes + items.length * itemBytes)
      return list.appendAll(items)
    },
    add,
    subtract,
    multiply,
    negate,
    compare,
    same,
    equal,
    is: (type: string, value: Value) => hasType(value, type, records),
    check: (type: string, value: Value, what: string): Value => {
      // What is checked most; V8 compiles this into the caller.
      if (type === ":int" && typeof value === "number") return value
      if (hasType(value, type, records)) return value
      throw fault("declared type", `${what === "" ? "" : `${what}: `}${misfit(value, type, records, shown)}`)
    },
    spread: (value: Value): ReadonlyArray<Value> => {
      if (value instanceof List) {
        if (value.size <= limits.argumentsMax) return value.toArray()
        throw fault("arity", `\`apply\` takes at most ${limits.argumentsMax} arguments, got ${value.size}`)
      }
      throw fault("wrong type", `\`apply\` takes the arguments as a list, got ${shown(value)}`)
    },
    catches,
    caught: (thrown: unknown, ends: boolean): Value => {
      if (!catches(thrown, ends)) throw thrown
      // Loops that count their fuel in a local have not given it back, and one has as many turns as there was fuel.
      cell.meter.fuel -= Math.max(1, cell.meter.fuel >> 10)
      if (!(thrown instanceof Fault)) return cancellation
      const error = segment.trace(thrown)
      return thrown instanceof LimitExceeded ? limitValue(error, thrown.limit) : faultValue(error)
    },
    deliver: (value: Value | Thrown): Value => {
      if (value instanceof Thrown) throw value.cause
      return value
    },
    iterable: (value: Value): List => {
      if (value instanceof List) return value
      throw fault("wrong type", `\`for\` runs over a list, got ${shown(value)}`)
    }
  }
  // Compiled code passes nothing but values; the contract cannot say so, as it imports nothing.
  return intrinsics as unknown as Intrinsics
}
