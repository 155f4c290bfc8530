import type { Datum } from "../1-read/datum.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import type { Binding, Core, DeclaredType, FunctionDefinition, Global, Loop, RecordDefinition } from "./core.ts"
import type { Named, Scope } from "./scope.ts"

/** What the expander of a form may ask of the expansion that it is part of. */
export interface Expansion {
  readonly main: FunctionDefinition
  /** Top-level locals by name. */
  readonly globals: ReadonlyMap<string, Global>
  programName: string
  readonly report: (diagnostic: Diagnostic) => void
  readonly expand: (datum: Datum, scope: Scope) => Core
  /** Several forms, run in order; the value of the last. */
  readonly sequence: (datums: ReadonlyArray<Datum>, scope: Scope, span: Span) => Core
  /** A body argument: the forms of a `{…}` (or of any other bracket but parens), or one single form. */
  readonly body: (datum: Datum, scope: Scope) => Core
  /** What `name` means here. Crossing into a closure captures the binding. */
  readonly lookup: (name: string, scope: Scope) => Named | undefined
  readonly isSpecialForm: (name: string) => boolean
  readonly newFunction: (options: {
    readonly name: string
    readonly span: Span
    readonly result: DeclaredType
  }) => FunctionDefinition
  /** Makes a function of the file known everywhere in it. */
  readonly declareTopLevel: (name: string, named: Named) => void
  readonly newLocal: (name: string, scope: Scope, span: Span) => Binding
  /** A local that no source can name. */
  readonly hidden: (name: string, scope: Scope, span: Span) => Binding
  /** The record type of that name, without the colon. */
  readonly recordNamed: (name: string) => RecordDefinition | undefined
  readonly recordNames: () => ReadonlyArray<string>
  readonly surroundings: (owner: FunctionDefinition) => Surroundings
}

/** What is open around the form that is being expanded. */
export interface Surroundings {
  /** Innermost last; a `core/kv/scope` that is entered records how to leave it. */
  readonly open: Array<
    { readonly kind: "loop"; readonly loop: Loop } | { readonly kind: "scope"; readonly previous: Binding }
  >
}
