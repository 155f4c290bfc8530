import type { Source, Span } from "./source.ts"

/** A user's mistake as a value. Nobody throws one; only `render.ts` formats it. */
export interface Diagnostic {
  /** Stable, such as `SXS1003`. The first digit is the phase; see `catalog.ts`. */
  readonly code: string
  readonly severity: "error" | "warning"
  /** What `span` is in, when that is not the file that is compiled but one that it imports. */
  readonly source?: Source
  readonly span: Span
  readonly message: string
  /** One next step. */
  readonly hint?: string
  /** Further places that belong to it, such as the opening bracket; in the same source unless one is given. */
  readonly related?: ReadonlyArray<{ readonly span: Span; readonly message: string; readonly source?: Source }>
}

/** The diagnostic with the source that its places are in, where it does not say so itself. */
export const inSource = (diagnostic: Diagnostic, source: Source): Diagnostic =>
  diagnostic.source === undefined ? { ...diagnostic, source } : diagnostic

/** What a phase understood, and what was wrong. */
export interface Outcome<A> {
  readonly value: A
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

export interface DiagnosticKind<P> {
  readonly code: string
  readonly severity: "error" | "warning"
  readonly message: (params: P) => string
  readonly hint?: (params: P) => string | undefined
  /** Makes the diagnostic. */
  readonly at: (span: Span, params: P, related?: Diagnostic["related"]) => Diagnostic
}

/** Declares a kind of diagnostic; used in `catalog.ts` only, so that every code has one home. */
export const defineDiagnostic = <P>(
  code: string,
  kind: {
    readonly severity: "error" | "warning"
    readonly message: (params: P) => string
    readonly hint?: (params: P) => string | undefined
  }
): DiagnosticKind<P> => ({
  ...kind,
  code,
  at: (span, params, related) => {
    const hint = kind.hint?.(params)
    return {
      code,
      severity: kind.severity,
      span,
      message: shortened(kind.message(params)),
      ...(hint === undefined ? {} : { hint: shortened(hint) }),
      ...(related === undefined ? {} : { related })
    }
  }
})

/** UTF-16 units of a message. Only the user's own words can make one longer: a name may have a million letters. */
const messageLengthMax = 2000

const shortened = (text: string): string =>
  text.length <= messageLengthMax
    ? text
    : `${text.slice(0, messageLengthMax / 2)} … ${text.slice(-messageLengthMax / 2)}`

export const hasErrors = (diagnostics: ReadonlyArray<Diagnostic>): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === "error")

/** In source order; equal places keep the order of the phases. */
export const sortDiagnostics = (diagnostics: ReadonlyArray<Diagnostic>): ReadonlyArray<Diagnostic> =>
  diagnostics.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)

/** The known name nearest to `name`, when it is near enough to be meant: at most a third of its letters differ. Names of
 * one or two letters are near to everything, so they have none. */
export const nearestName = (name: string, known: Iterable<string>): string | undefined => {
  let best: string | undefined
  let bestDistance = Math.floor(name.length / 3) + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue
    const distance = editDistance(name, candidate, bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

// Optimal string alignment (Damerau-Levenshtein without repeated edits), cut off at `limit`.
const editDistance = (a: string, b: string, limit: number): number => {
  let beforeLast: Array<number> = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let smallest = i
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, beforeLast[j - 2]! + 1)
      row.push(value)
      smallest = Math.min(smallest, value)
    }
    if (smallest >= limit) return limit
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
