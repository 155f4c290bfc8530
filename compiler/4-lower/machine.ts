import type { CoreProgram, Literal } from "../2-expand/core.ts"
import type { Source, Span } from "../source.ts"

/**
 * A function ready to be emitted: statements in which everything that may suspend is a statement of its own, with all
 * intermediates that a suspension would lose in slots.
 */
export interface Machine {
  readonly name: string
  readonly index: number
  readonly source: Source
  readonly span: Span
  /** As declared. */
  readonly result: string
  /** The last parameter is a list of all further arguments. */
  readonly hasRest: boolean
  /** Captured values first, then the declared parameters. */
  readonly params: ReadonlyArray<Slot>
  readonly captured: number
  /** The parameters first. */
  readonly slots: ReadonlyArray<Slot>
  readonly body: ReadonlyArray<Statement>
  readonly suspends: boolean
  /** The texts of the closures that it was lowered for; empty for a function of the program. */
  readonly givenText: string
  /** A constant of the module: evaluated at its first use and kept. */
  readonly isConstant: boolean
  /** Suspension points in source order; the pc is the index. */
  readonly points: ReadonlyArray<Point>
  /** Whether it counts fuel when entered; then point 0 is the entry. */
  readonly entry: Point | undefined
  /** The body as blocks, in order; empty for a machine that cannot suspend. */
  readonly blocks: ReadonlyArray<Block>
  readonly loops: ReadonlyArray<LoopFacts>
  /** Regions that catch what ends their body, outer ones before those inside them. */
  readonly regions: ReadonlyArray<Region>
  readonly loopOf: ReadonlyMap<Statement, LoopFacts>
}

/** Straight code with one end. */
export interface Block {
  readonly ordinal: number
  readonly statements: Array<Statement & { kind: "assign" | "evaluate" }>
  end: BlockEnd
  /** The slots whose values are needed from here on; set by the liveness analysis. */
  live: ReadonlySet<Slot>
  /** The innermost region that it stands in. */
  region: Region | undefined
}

/** The blocks of a guard's body. What ends one of them goes on at the handler, which is outside. */
export interface Region {
  readonly ordinal: number
  readonly parent: Region | undefined
  /** Catches the task's cancellation too, not only faults. */
  readonly ends: boolean
  /** A cancellation that comes while the task stands in it waits until it has left it. */
  readonly shields: boolean
  readonly caught: Slot
  readonly handler: Block
}

export type BlockEnd =
  | { readonly kind: "jump"; readonly to: Block }
  | {
      readonly kind: "branch"
      readonly test: Expression
      readonly whenTrue: Block
      readonly whenFalse: Block
      readonly span: Span
    }
  | { readonly kind: "suspendable"; readonly statement: Statement & { kind: "suspendable" }; readonly next: Block }
  /** The back-edge of a loop: counts fuel, then goes to its head. */
  | { readonly kind: "again"; readonly loop: LoopFacts }
  | { readonly kind: "return"; readonly value: Expression; readonly span: Span }

export interface LoopFacts {
  /** Its place among the loops of the machine, in source order. */
  readonly ordinal: number
  readonly statement: Statement & { kind: "loop" }
  readonly head: Block
  readonly exit: Block
  /** 1 for an outermost loop. */
  readonly depth: number
  /** Some statement in it may suspend. */
  suspends: boolean
}

/** A place for a value of one call: a parameter, a local or an intermediate. */
export interface Slot {
  /** Its place among the slots of the machine. */
  readonly ordinal: number
  readonly name: string
  readonly kind: "arg" | "local" | "temp"
  readonly type: string
  readonly form: Form
}

/** How a JavaScript variable holds it: as a value; a certain real as a double, which is put into its box where it leaves the
 * function; the place in a list, a number for certain. */
export type Form = "value" | "double" | "index"

/** What is certain of a value by its type. */
export type Known = "int" | "real" | "bool" | "str" | "list"

export interface Point {
  readonly kind: "entry" | "loop" | "call"
  readonly callee: string
  readonly span: Span
  /** The innermost region that it stands in; set when the blocks are cut. */
  region: Region | undefined
  /** Set by numbering, in source order. */
  pc: number
  /** `function/kind/ordinal`. */
  id: string
  /** Set by the liveness analysis, in slot order. */
  live: ReadonlyArray<Slot>
}

export type Statement =
  | { readonly kind: "assign"; readonly slot: Slot; readonly value: Expression; readonly span: Span }
  | { readonly kind: "evaluate"; readonly value: Expression; readonly span: Span }
  /** May return `SUSPENDED`; the value goes to `slot` when there is one. */
  | {
      readonly kind: "suspendable"
      readonly slot: Slot | undefined
      readonly call: Expression
      readonly point: Point
      readonly span: Span
    }
  | {
      readonly kind: "if"
      readonly test: Expression
      readonly whenTrue: ReadonlyArray<Statement>
      readonly whenFalse: ReadonlyArray<Statement>
      readonly span: Span
    }
  /** Statements that `exit` leaves. */
  | { readonly kind: "block"; readonly label: Label; readonly body: ReadonlyArray<Statement> }
  | {
      readonly kind: "loop"
      readonly label: Label
      readonly body: ReadonlyArray<Statement>
      readonly point: Point
      readonly span: Span
    }
  /** Runs the body; what ends it early goes to `caught`, and the handler runs. */
  | {
      readonly kind: "guard"
      readonly body: ReadonlyArray<Statement>
      readonly ends: boolean
      readonly shields: boolean
      readonly caught: Slot
      readonly handler: ReadonlyArray<Statement>
      readonly span: Span
    }
  /** Leaves the block or loop of that label. */
  | { readonly kind: "exit"; readonly label: Label }
  /** A tail call may return `SUSPENDED`: then the callee's frames are saved, and this call leaves none. */
  | { readonly kind: "return"; readonly value: Expression; readonly isTailCall?: true; readonly span: Span }

export interface Label {
  readonly ordinal: number
}

/** Never suspends; may fault, read and write the store. */
export type Expression = Operation & { readonly known?: Known | undefined }

export type Operation =
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "slot"; readonly slot: Slot }
  | { readonly kind: "constant"; readonly index: number }
  | { readonly kind: "call"; readonly index: number; readonly args: ReadonlyArray<Expression>; readonly span: Span }
  | {
      readonly kind: "apply"
      readonly callee: Expression
      readonly args: ReadonlyArray<Expression>
      /** The last argument is a list: its items are the arguments from there on. */
      readonly spreads: boolean
      readonly span: Span
    }
  | {
      readonly kind: "library"
      readonly name: string
      readonly isBoolean: boolean
      readonly args: ReadonlyArray<Expression>
      readonly spreads: boolean
      readonly span: Span
    }
  | { readonly kind: "closure"; readonly index: number; readonly captured: ReadonlyArray<Expression> }
  | { readonly kind: "is"; readonly type: string; readonly value: Expression; readonly span: Span }
  /** The value, or a fault unless it is of the type; `what` names it in the message. */
  | {
      readonly kind: "check"
      readonly type: string
      readonly value: Expression
      readonly what: string
      readonly span: Span
    }
  | {
      readonly kind: "walk"
      readonly step: "iterable" | "size" | "item"
      readonly args: ReadonlyArray<Expression>
      readonly span: Span
    }

/** A program that is being lowered. The first machine is the main task; constants of the module come last. */
export interface Lowered {
  readonly name: string
  readonly source: Source
  /** Can be gone through once. Each is made when it is its turn: together they are the largest thing in memory. */
  readonly machines: Iterable<Machine>
  /** What the machine of that index is called, also before it is made. */
  readonly nameOf: (index: number) => string
  /** What it is called in the outlines of others: for a function that is given closures, with the texts of these. */
  readonly knownAs: (index: number) => string
  /** Whether a call of the machine of that index has no effects and cannot suspend. */
  readonly isPure: (index: number) => boolean
  readonly records: CoreProgram["records"]
  readonly exports: CoreProgram["exports"]
  readonly externs: CoreProgram["externs"]
}

/** The same with all of them at once. */
export interface MachineProgram extends Lowered {
  readonly machines: ReadonlyArray<Machine>
}
