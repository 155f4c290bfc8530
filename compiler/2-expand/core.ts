import type { ExternFacts } from "../../stdlib/abi/manifest.ts"
import type { Signature, TypeName } from "../../stdlib/signatures/signature.ts"
import type { Cell } from "../3-check/cells.ts"
import type { Type } from "../3-check/types.ts"
import type { Source, Span } from "../source.ts"

/** The few forms that are left when special forms and names are resolved. Every node yields a value. */
export type Core = CoreForm & {
  /** Filled in by the checker, where more is known than that there is a value; that of a literal is in itself. It stands at the
   * node, as a table of all nodes beside the tree would be larger than the tree, and slower than all other work on it. */
  valueType?: Type | undefined
}

type CoreForm =
  | { readonly kind: "literal"; readonly value: Literal; readonly span: Span }
  | { readonly kind: "reference"; readonly binding: Binding; readonly span: Span }
  /** A top-level local that is named inside a function: it must turn out to be a constant of the module. */
  | { readonly kind: "constant"; readonly global: Global; readonly span: Span }
  /** Yields none; the binding is fresh each time it runs. */
  | { readonly kind: "define"; readonly binding: Binding; readonly value: Core; readonly span: Span }
  | { readonly kind: "assign"; readonly binding: Binding; readonly value: Core; readonly span: Span }
  /** Value of the last item; none when empty. */
  | { readonly kind: "sequence"; readonly items: ReadonlyArray<Core>; readonly span: Span }
  /** The first clause whose test is true; else `otherwise`. `if` is one with a single clause. */
  | { readonly kind: "branch"; readonly clauses: ReadonlyArray<Clause>; readonly otherwise: Core; readonly span: Span }
  /** `and`: the first item that is false, else the last; `or`: the first that is true, else the last. */
  | {
      readonly kind: "junction"
      readonly until: "false" | "true"
      readonly items: ReadonlyArray<Core>
      readonly span: Span
    }
  /** Runs its body for ever; only `leave` and `return` end it. Its value is that of the `leave`. */
  | { readonly kind: "loop"; readonly loop: Loop; readonly body: Core; readonly span: Span }
  | { readonly kind: "leave"; readonly loop: Loop; readonly value: Core; readonly span: Span }
  | { readonly kind: "return"; readonly value: Core; readonly span: Span }
  /** A function of this module, with its captured bindings before the arguments. */
  | {
      readonly kind: "call"
      readonly target: FunctionDefinition
      readonly args: ReadonlyArray<Core>
      readonly span: Span
    }
  /** A value that should be a closure. */
  | {
      readonly kind: "apply"
      readonly callee: Core
      readonly args: ReadonlyArray<Core>
      /** The last argument is a list: its items are the arguments from there on. */
      readonly spreads?: true
      readonly span: Span
    }
  | {
      readonly kind: "library"
      readonly signature: Signature
      readonly args: ReadonlyArray<Core>
      /** As in `apply`. */
      readonly spreads?: true
      readonly span: Span
    }
  | { readonly kind: "closure"; readonly target: FunctionDefinition; readonly span: Span }
  /** Whether the value is of that type; yields a bool. */
  | { readonly kind: "is"; readonly type: DeclaredType; readonly value: Core; readonly span: Span }
  /** The value, which must be of that type: anything else is a fault. What the source says, such as `(cast :any x)` or a field. */
  | { readonly kind: "ascribe"; readonly type: DeclaredType; readonly value: Core; readonly span: Span }
  /**
   * The value of `body`; when it ends by a fault, that of `handler`, with `caught` bound to the fault as a map. With
   * `catches: "ends"` also when the task is cancelled while it stands in the body: `defer` and `atomic` need that.
   */
  | {
      readonly kind: "guard"
      readonly catches: "faults" | "ends"
      readonly body: Core
      readonly caught: Binding
      readonly handler: Core
      /** A cancellation that comes while the task stands in the body waits until it has left it. */
      readonly shields?: true
      /** The body of an `atomic`: nothing in it may wait. */
      readonly isAtomic?: true
      readonly span: Span
    }
  /** Runs its body once; `leave` may end it early. With `catchesReturn` a `return` inside is a `leave` of it. */
  | {
      readonly kind: "block"
      readonly loop: Loop
      readonly catchesReturn: boolean
      readonly body: Core
      readonly span: Span
    }
  /** What `for` and patterns need of a list; never written by users. */
  | {
      readonly kind: "walk"
      readonly step: "iterable" | "size" | "item"
      readonly args: ReadonlyArray<Core>
      readonly span: Span
    }

/** How a function of a JavaScript module is called. Its name begins with `externMark`, which no source can write. */
export interface ExternSignature extends Signature {
  /** With record types, which a signature cannot say. */
  readonly extern: { readonly params: ReadonlyArray<DeclaredType>; readonly result: DeclaredType }
}

export const externMark = "extern "

export const isExtern = (signature: Signature): signature is ExternSignature => "extern" in signature

/** A type as a source declares it. */
export type DeclaredType = TypeName | RecordDefinition

/** `#(form point {x :int y :int})`. */
export interface RecordDefinition {
  /** As in the manifest; unique in the program. */
  readonly name: string
  readonly source: Source
  readonly span: Span
  /** Filled in before any body is expanded, as a field may be of a record type that is declared later. */
  readonly fields: Array<{ readonly name: string; readonly type: DeclaredType; readonly span: Span }>
}

export const isRecord = (type: DeclaredType): type is RecordDefinition => typeof type !== "string"

/** How a type is written: `:int`, `:point`. */
export const typeText = (type: DeclaredType): string => (isRecord(type) ? `:${type.name}` : type)

export interface Clause {
  readonly test: Core
  readonly value: Core
}

/** A constant value as data. */
export type Literal =
  | { readonly type: "none" }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "int"; readonly value: number | bigint }
  | { readonly type: "real"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "symbol"; readonly name: string }
  | { readonly type: "list"; readonly bracket: "(" | "[" | "{"; readonly items: ReadonlyArray<Literal> }
  | { readonly type: "error"; readonly content: Literal; readonly span: Span }

export const none: Literal = { type: "none" }

/** What a name means in one scope. The expander fills in `assigned` and `captured` while it walks. */
export interface Binding {
  readonly name: string
  readonly kind: "param" | "local" | "captured"
  readonly span: Span
  readonly owner: FunctionDefinition
  /** As declared; `:any` when nothing is. */
  readonly type: DeclaredType
  /** What has the same name in a scope around, and cannot be named where this can. */
  readonly hides: { readonly what: string; readonly span: Span } | undefined
  /** Some `set` assigns it. */
  assigned: boolean
  /** Some closure captures it, at this place first. */
  capturedAt: Span | undefined
  /** What the checker knows of it. */
  cell: Cell | undefined
  /** The checker has found a node that names it. */
  isReferred: boolean
  /** The checker has found a node that defines it. */
  isDefined: boolean
}

/** A top-level `def`, as functions see it. */
export interface Global {
  readonly name: string
  readonly source: Source
  readonly span: Span
  /** Set when its `def` was expanded. */
  binding: Binding | undefined
  value: Core | undefined
}

/** A local of the compiler's own: no source can name it, and no message does. */
export const isHidden = ({ name }: Binding): boolean => name.startsWith("%")

export interface Loop {
  /** Number within its function, in source order; for names and messages. */
  readonly ordinal: number
}

export interface FunctionDefinition {
  /** As written; `main` for the top-level forms, `fn` for a closure. */
  readonly name: string
  /** With the file's name before it in an imported file, so that no two files share a name: `pay/charge`. */
  readonly qualifiedName: string
  /** Its place among the functions of the program; final when all files are expanded. */
  index: number
  /** Where `span` and the spans of the body are: the program's file, or one of the prelude. */
  readonly source: Source
  readonly span: Span
  /** The declared parameters; filled in before the body is expanded. */
  readonly params: Array<Binding>
  /** What it captures of the functions around it, by value; each becomes a parameter before the declared ones. `root` is
   * the local that was captured, also when it is handed on through other functions. */
  readonly captured: Array<{ readonly inner: Binding; readonly root: Binding }>
  /** The functions that it calls or makes closures of. */
  uses: ReadonlySet<FunctionDefinition>
  /** The top-level locals that it names as constants. */
  constants: ReadonlySet<Global>
  /** As declared; `:any` when nothing is. */
  readonly result: DeclaredType
  /** Set when no source spells the function out: it makes a record of this type, or gives one of its fields. */
  readonly ofRecord?: RecordDefinition
  /** The last parameter is a list of all further arguments: `(a & more)`. */
  hasRest: boolean
  /** Where a `defer` in it keeps the closures that are to run when it ends. */
  deferred: Binding | undefined
  body: Core
  loops: number
}

/** A file and those that it imports after expansion. `functions[0]` is the main task. */
export interface CoreProgram {
  readonly name: string
  readonly source: Source
  readonly functions: ReadonlyArray<FunctionDefinition>
  /** How many of `functions` go into the bundle. The others, behind them, are checked like all, and left out: those of
   * tests, the top-level forms of imported files, and what nothing reaches of these. */
  readonly bundledCount: number
  readonly tests: ReadonlyArray<TestDefinition>
  /** Functions of JavaScript modules that the program declares. */
  readonly externs: ReadonlyArray<ExternFacts>
  readonly globals: ReadonlyArray<Global>
  readonly records: ReadonlyArray<RecordDefinition>
  /** What `#(export …)` of the program's own file names, as it stands there. */
  readonly exports: ReadonlyArray<{ readonly name: string; readonly target: FunctionDefinition }>
  /** What is called from elsewhere: the top-level forms of all files, and the functions that they export. */
  readonly entryPoints: ReadonlySet<FunctionDefinition>
  /** Locals that some file exports: each must turn out to be a constant. */
  readonly exportedGlobals: ReadonlyArray<{ readonly global: Global; readonly span: Span }>
}

/** `(deftest "what holds" …)`. */
export interface TestDefinition {
  readonly name: string
  readonly span: Span
  readonly target: FunctionDefinition
}
