import type { Core, DeclaredType } from "../2-expand/core.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Source, Span } from "../source.ts"
import type { Type } from "./types.ts"

export interface RequiredCheck {
  readonly type: DeclaredType
  /** What the value is, for the message of the fault: "`n` of `add`". */
  readonly what: string
}

/**
 * What the checker has found out. Functions that call each other are looked at several times until nothing changes: what an
 * earlier time found is thrown away.
 */
export class Findings {
  readonly diagnostics: Array<Diagnostic> = []
  readonly checks = new Map<Core, RequiredCheck>()
  readonly needless = new Set<Core>()
  readonly #reports: Array<Diagnostic> = []
  /** The nodes whose type this time has found. */
  readonly #typed: Array<Core> = []
  readonly #checked: Array<readonly [Core, RequiredCheck]> = []
  readonly #fitting: Array<Core> = []

  report(diagnostic: Diagnostic): void {
    this.#reports.push(diagnostic)
  }

  isOfType(core: Core, type: Type): void {
    core.valueType = type
    this.#typed.push(core)
  }

  mustCheck(core: Core, check: RequiredCheck): void {
    this.#checked.push([core, check])
  }

  needsNoCheck(core: Core): void {
    this.#fitting.push(core)
  }

  discard(): void {
    for (const core of this.#typed) core.valueType = undefined
    this.#begin()
  }

  keep(): void {
    for (const diagnostic of this.#reports) this.diagnostics.push(diagnostic)
    for (const [core, check] of this.#checked) this.checks.set(core, check)
    for (const core of this.#fitting) this.needless.add(core)
    this.#begin()
  }

  #begin(): void {
    this.#reports.length = 0
    this.#typed.length = 0
    this.#checked.length = 0
    this.#fitting.length = 0
  }
}

/** The mistakes that earlier phases have reported, so that no consequence of one is reported again. */
export class Mistakes {
  readonly isEmpty: boolean
  readonly #starts = new Map<Source, Array<number>>()
  readonly #related = new Map<Source, Set<number>>()

  constructor(diagnostics: ReadonlyArray<Diagnostic>, entry: Source) {
    const errors = diagnostics.filter((each) => each.severity === "error")
    this.isEmpty = errors.length === 0
    for (const { related, source, span } of errors) {
      at(this.#starts, source ?? entry, () => []).push(span.start)
      for (const each of related ?? [])
        at(this.#related, each.source ?? source ?? entry, () => new Set()).add(each.span.start)
    }
    for (const starts of this.#starts.values()) starts.sort((a, b) => a - b)
  }

  /** Whether a mistake was made inside. */
  isIn(source: Source, span: Span): boolean {
    const starts = this.#starts.get(source)
    if (starts === undefined) return false
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (starts[middle]! < span.start) low = middle + 1
      else high = middle
    }
    return low < starts.length && starts[low]! < span.end
  }

  /** Whether a mistake has to do with what is defined there. */
  concerns(source: Source, span: Span): boolean {
    return this.#related.get(source)?.has(span.start) === true
  }
}

const at = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
