import type { ExternFacts } from "../../stdlib/abi/manifest.ts"
import type { Datum } from "../1-read/datum.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Source, Span } from "../source.ts"
import type {
  Binding,
  Core,
  DeclaredType,
  ExternSignature,
  FunctionDefinition,
  Global,
  Loop,
  RecordDefinition,
  TestDefinition
} from "./core.ts"
import type { Named, Scope } from "./scope.ts"

/** What the expander of a form may ask of the expansion that it is part of. */
export interface Expansion {
  readonly main: FunctionDefinition
  /** The program's own file, whichever is being expanded. */
  readonly programSource: Source
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
  /** The constant of an imported file that `name` means, such as `pay/rate`. */
  readonly importedGlobal: (name: string) => Global | undefined
  /** Reports why a name with an import before it means nothing; false when it is of no import. */
  readonly reportImported: (name: string, span: Span) => boolean
  /** The names that the file exports, with their places. */
  readonly exports: Map<string, Span>
  /** The name of a function or record of this file that no other file of the program has. */
  readonly qualified: (name: string) => string
  readonly isSpecialForm: (name: string) => boolean
  readonly newFunction: (options: {
    readonly name: string
    readonly span: Span
    readonly result: DeclaredType
    readonly ofRecord?: RecordDefinition
  }) => FunctionDefinition
  /** Makes a function of the file known everywhere in it. */
  readonly declareTopLevel: (name: string, named: Named) => void
  /** Makes known that a function of that name stands inside the function `around`. */
  readonly declareNested: (name: string, nested: NestedFunction) => void
  /** A definition that has been reported: its name, and those in it when it is a list, are reported no more. */
  readonly misdefine: (written: Datum | undefined) => void
  /** Whether a definition of the name has been reported, so that nothing more is said of its uses. */
  readonly isMisdefined: (name: string) => boolean
  /** The place of the file's `#(program …)`, once it has been seen. */
  programSpan: Span | undefined
  readonly newLocal: (name: string, scope: Scope, span: Span) => Binding
  /** A local that no source can name. */
  readonly hidden: (name: string, scope: Scope, span: Span) => Binding
  /** Makes the name of a record type known, before its fields and any body are looked at. */
  readonly declareRecord: (record: Pick<RecordDefinition, "name" | "span">) => RecordDefinition
  /** A function of a JavaScript module: it has no body, and a call of it is one of the library. */
  readonly newExtern: (facts: ExternFacts, extern: ExternSignature["extern"], span: Span) => FunctionDefinition
  /** Whether the form stands in its file by itself, in no other form. */
  readonly isTopLevel: (form: Datum) => boolean
  /** Runs `expand` when everything that goes into the bundle is expanded: what it makes is checked, and then left out. */
  readonly afterBundle: (expand: () => void) => void
  readonly tests: Array<TestDefinition>
  /** The top-level forms of the file, or of the one that the import of that name brings. */
  readonly mainOf: (imported: string | undefined) => FunctionDefinition | undefined
  /** The record type of that name, without the colon. */
  readonly recordNamed: (name: string) => RecordDefinition | undefined
  /** A record type that an import brings, with the import's name before it, for one that is named without. */
  readonly importedType: (name: string) => string | undefined
  readonly recordNames: () => ReadonlyArray<string>
  /** The next number, from 1, of what is counted under the name. */
  readonly nextOrdinal: (name: string) => number
  readonly surroundings: (owner: FunctionDefinition) => Surroundings
}

export interface NestedFunction {
  readonly target: FunctionDefinition
  readonly around: FunctionDefinition
}

/** What is open around the form that is being expanded. */
export interface Surroundings {
  /** Innermost last; a `core/kv/scope` that is entered records how to leave it, an `atomic` has to be ended. */
  readonly open: Array<
    /** `yields`: its value is that of the `done` which ends it; that of other loops is none. */
    | { readonly kind: "loop"; readonly loop: Loop; readonly yields: boolean }
    | { readonly kind: "scope"; readonly previous: Binding }
    | { readonly kind: "atomic" }
    /** A `core/task/limit` is left by its name, which is in the binding. */
    | { readonly kind: "limit"; readonly limit: Binding }
    /** An await whose body is running. */
    | { readonly kind: "await"; readonly consumer: Binding }
  >
}
