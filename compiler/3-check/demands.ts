import { rootOf } from "../2-expand/captures.ts"
import { type Binding, type Core, isHidden } from "../2-expand/core.ts"
import * as catalog from "../catalog.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import { looksLikeList, wayTo } from "./advice.ts"
import { isWrittenCall, originOf } from "./blame.ts"
import type { CheckContext } from "./context.ts"
import type { RequiredCheck } from "./findings.ts"
import { truthOf } from "./narrowing.ts"
import {
  areDisjoint,
  describeType,
  dynamic,
  intType,
  isNever,
  isSubtype,
  kind,
  mayError,
  numberType,
  type Type,
  without
} from "./types.ts"

/** How to say that the value is certainly wrong, and what to check at run time when it may be. */
export interface Demand {
  /** `meant` is what stands at the span, or what a local there was given when that tells more. */
  readonly wrong: (span: Span, actual: string, meant: Core) => Diagnostic
  readonly check?: RequiredCheck
}

/** What a place asks of the value there: reports what is certainly wrong, and notes what must be checked at run time. */
export class Demands {
  readonly #context: CheckContext
  /** Locals whose value was reported in this function: nothing more is said of them. */
  readonly #blamed = new Set<Binding>()
  readonly #isDefined: (binding: Binding) => boolean

  /** `isDefined` says whether every way to the place where the checker stands has defined the local. */
  constructor(context: CheckContext, isDefined: (binding: Binding) => boolean) {
    this.#context = context
    this.#isDefined = isDefined
  }

  begin(): void {
    if (this.#blamed.size > 0) this.#blamed.clear()
  }

  /** What a local was given last, to say where its value comes from. */
  remember(binding: Binding, value: Core): void {
    this.#context.cells.ofLocal(binding).given = value
  }

  /** Whether there is nothing to ask of a value of that type: nearly always, so it is asked before a demand is made up. */
  isMet(type: Type, wanted: Type): boolean {
    return !this.#context.flow.isLive || isNever(type) || wanted.isDynamic || isSubtype(type, wanted)
  }

  /** Yields whether the value is certainly wrong. */
  need(core: Core, type: Type, wanted: Type, { check, wrong }: Demand): boolean {
    if (this.isMet(type, wanted)) return false
    // Also where it is reported: a program that is run all the same must not go on with a wrong value.
    if (check !== undefined) this.#context.findings.mustCheck(core, check)
    if (!type.isDynamic) {
      const plain = mayError(wanted) ? type : without(type, kind.error)
      if (isNever(plain) || areDisjoint(plain, wanted)) {
        this.#blame(core, (shown) => wrong(shown.span, describeType(type), this.#meant(shown)))
        return true
      }
    }
    if (!type.isDynamic && (type.kinds & ~wanted.kinds & kind.none) !== 0) this.#maybeUndefined(core)
    if (mayError(type) && !mayError(wanted)) this.#blame(core, (shown) => this.#unhandled(shown))
    return false
  }

  /** The test of a branch or a loop, or an item of `and` and `or`. */
  condition(core: Core, type: Type): void {
    const isOurs = core.kind === "reference" && isHidden(core.binding)
    if (isOurs || isNever(type) || this.#context.isMistaken(core)) return
    const always = truthOf(type)
    if (always !== undefined)
      this.#blame(core, ({ span }) => catalog.constantCondition.at(span, { actual: describeType(type), always }))
    else if (mayError(type)) this.#blame(core, (shown) => this.#unhandled(shown))
  }

  /** The bounds of a counting loop, which the loop keeps in locals of its own. */
  bound(binding: Binding, value: Core, type: Type): Type {
    if (binding.name !== "%index" && binding.name !== "%end") return type
    const param = binding.name === "%index" ? "from" : "to"
    this.need(value, type, numberType, {
      wrong: (span, actual, meant) =>
        catalog.wrongArgument.at(span, {
          name: "for",
          param,
          expected: ":int",
          actual,
          way: wayTo(intType, type, meant, this.#context.source)
        })
    })
    return isSubtype(type, numberType) ? type : dynamic
  }

  #unhandled(core: Core): Diagnostic {
    const origin = originOf(core, this.#context.source, (at) => this.#givenTo(at))
    const isElsewhere = origin.span.start !== core.span.start || origin.span.end !== core.span.end
    const related = [...(isElsewhere ? [{ span: origin.span, message: "it comes from here" }] : []), ...origin.related]
    return catalog.unhandledError.at(
      core.span,
      { from: origin.from, way: origin.way },
      related.length === 0 ? undefined : related
    )
  }

  /** A local that only some way here has defined. */
  #maybeUndefined(core: Core): void {
    if (core.kind !== "reference" || this.#isDefined(core.binding)) return
    const { binding } = core
    const related = [{ span: binding.span, message: "defined in this branch only" }]
    this.#blame(core, ({ span }) => catalog.maybeUndefined.at(span, { name: binding.name }, related))
  }

  /** What the local was given, when it looks like a list and is none. */
  #meant(core: Core): Core {
    const given = this.#givenTo(core)
    return given !== undefined && looksLikeList(given, this.#context.source) ? given : core
  }

  #givenTo(core: Core): Core | undefined {
    return core.kind === "reference" ? rootOf(core.binding).cell?.given : undefined
  }

  #blame(core: Core, make: (shown: Core) => Diagnostic): void {
    const shown = this.#written(core)
    if (this.#context.isQuiet || shown === undefined || this.#context.isMistaken(shown)) return
    if (shown.kind === "reference") {
      if (this.#blamed.has(shown.binding)) return
      this.#blamed.add(shown.binding)
    }
    this.#context.reportAnyhow(make(shown))
  }

  /** What stands in the source for the node: a local of the compiler's stands for what it was given. */
  #written(core: Core): Core | undefined {
    const seen = new Set<Core>()
    for (let at: Core | undefined = core; at !== undefined && !seen.has(at); ) {
      seen.add(at)
      if (looksLikeList(at, this.#context.source)) return at
      if (at.kind === "sequence" && at.items.length > 0) at = at.items.at(-1)
      else if (at.kind === "reference" && isHidden(at.binding)) at = at.binding.cell?.given
      else return at.kind === "library" && !isWrittenCall(at, this.#context.source) ? undefined : at
    }
    return undefined
  }
}
