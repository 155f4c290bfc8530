import { type Core, isHidden } from "../2-expand/core.ts"
import * as catalog from "../catalog.ts"
import { bracketWay, briefly, isBareValue, looksLikeList, unusedWay } from "./advice.ts"
import { headWord, isWrittenCall } from "./blame.ts"
import type { CheckContext } from "./context.ts"
import { isCompilersOwn } from "./library-types.ts"
import { describeType, isNever, mayError, never, type Type } from "./types.ts"

/** What is no error and yet not meant: values that nobody takes, code that is never reached, handlers of nothing. */
export class Remarks {
  readonly #context: CheckContext
  readonly #typeOf: (core: Core & { kind: "define" }) => Type

  /** `typeOf` gives what is known of a local that has just been defined. */
  constructor(context: CheckContext, typeOf: (core: Core & { kind: "define" }) => Type) {
    this.#context = context
    this.#typeOf = typeOf
  }

  /** A value that stands where nobody takes it. Yields whether nothing more is to be said of its sequence. */
  unusedItem(core: Core & { kind: "sequence" }, item: Core): boolean {
    const { source } = this.#context
    if (!isBareValue(item, source) || this.#context.isMistaken(item)) return false
    const isList = looksLikeList(core, source)
    const words = this.#context.textAt(item.span)
    const way = isList ? bracketWay(core, source) : unusedWay(item, source)
    this.#context.report(catalog.unusedValue.at(item.span, { words, isCall: false, way }))
    return isList
  }

  /** What a `try` looks at, and what can never be an error value. */
  uselessTry(item: Core): boolean {
    if (item.kind !== "define" || item.binding.name !== "%tried") return false
    if (this.#context.isQuiet || this.#context.isMistaken(item)) return false
    const { value } = item
    const type = this.#context.flow.isLive ? this.#typeOf(item) : never
    const isInsist = value.kind === "library" && value.signature.name === "core/util/insist"
    if (!isInsist && (type.isDynamic || mayError(type))) return false
    const actual = isInsist ? "what `insist` lets through" : isNever(type) ? undefined : describeType(type)
    this.#context.reportAnyhow(catalog.uselessTry.at(value.span, { actual }))
    return true
  }

  /** The first item behind a way out that somebody wrote. */
  unreached(items: ReadonlyArray<Core>): void {
    const first = items.find((item) => isWritten(item))
    if (first !== undefined && !this.#context.isMistaken(first))
      this.#context.reportAnyhow(catalog.neverReached.at(first.span, {}))
  }

  /** The body of a `recover` that gives an error value, and has nothing in it that is there to fault. */
  uselessRecover(body: Core, type: Type): void {
    if (body.kind !== "library" || body.signature.mayError !== true || !mayError(type)) return
    if (body.signature.effect === "suspends" || body.signature.name === "core/expr/eval") return
    if (!isWrittenCall(body, this.#context.source) || this.#context.isMistaken(body)) return
    if (body.args.some((arg) => !["literal", "reference", "constant"].includes(arg.kind))) return
    const name = headWord(this.#context.source, body.span)!
    const words = briefly(this.#context.textAt(body.span))
    this.#context.report(catalog.uselessRecover.at(body.span, { name, words }))
  }
}

/** Whether the node stands for something in the source, and not for what a form adds at its end. */
const isWritten = (core: Core): boolean => {
  switch (core.kind) {
    case "literal":
      return core.value.type !== "none"
    case "reference":
    case "define":
    case "assign":
      return !isHidden(core.binding)
    case "library":
      return !isCompilersOwn(core.signature)
    case "sequence":
      return core.items.some(isWritten)
    case "is":
      return isWritten(core.value)
    case "branch":
      return core.clauses.some(({ test, value }) => isWritten(test) || isWritten(value)) || isWritten(core.otherwise)
    default:
      return true
  }
}
