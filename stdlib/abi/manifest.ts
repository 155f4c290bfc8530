/**
 * The facts about a bundle that the runtime must know, as plain data. The compiler writes them, the runtime and the
 * command line read them; nobody looks into the code itself.
 */
export interface Manifest {
  readonly abi: number
  readonly compiler: string
  /** Name of the program: `#(program "orders")`, else the file's base name. Runs are found again by it. */
  readonly program: string
  /** Source file as it was named to the compiler, for messages. Its text is `sourcesContent` of the source map. */
  readonly source: string
  /** By index: a frame names its function by this index. Index 0 is the main task, the top-level forms. */
  readonly functions: ReadonlyArray<FunctionFacts>
  /** Library functions that the code links against, so that an old runtime can refuse before it runs. */
  readonly library: ReadonlyArray<string>
  /** Record types by name, for checks at run time and for declarations. */
  readonly records: ReadonlyArray<RecordFacts>
  /** What `#(export …)` names: functions that other modules and TypeScript may call. */
  readonly exports: ReadonlyArray<{ readonly name: string; readonly function: number }>
  /** Functions of JavaScript modules that the program declares. */
  readonly externs: ReadonlyArray<ExternFacts>
}

/** `#(form name {field type …})`. A type is written as in the source: `:int`, `:point`. */
export interface RecordFacts {
  readonly name: string
  readonly fields: ReadonlyArray<ParamFacts>
}

/** A function of `#(extern "./module.ts" …)`. Times in ms. */
export interface ExternFacts {
  /** A path from the program's source on, `./payments.ts`, or a package. */
  readonly module: string
  /** As the module exports it. */
  readonly name: string
  /** What the program calls it, where that is another: `lib/pay/charge` of an imported file. No two externs share one. */
  readonly id?: string
  readonly params: ReadonlyArray<ParamFacts>
  readonly result: string
  readonly options: {
    readonly retry?: number
    readonly backoff?: number
    readonly timeout?: number
    readonly key?: string
    readonly pure?: true
  }
}

export interface FunctionFacts {
  /** Source name, `main` for index 0, `fn` for a closure. Functions of the prelude have their full name. */
  readonly name: string
  /** Captured names first (closures only), then the declared parameters. */
  readonly params: ReadonlyArray<ParamFacts>
  /** How many of `params` are captured values. */
  readonly captured: number
  /** The last parameter is a list of all further arguments. */
  readonly rest?: true
  /** Declared type of the result, `:any` without one. */
  readonly result: string
  /** False: emitted once, plain; it never returns `SUSPENDED` and has no points. */
  readonly suspends: boolean
  /** The source that `position` and the points are in: the program's own, or `sxs:…` for a function of the prelude. */
  readonly source: string
  readonly position: Position
  readonly points: ReadonlyArray<PointFacts>
  /** Hash of what the function does. Equal: the same code, with the same points. Absent when it cannot suspend. */
  readonly code?: string
  /**
   * Its statements in their order, by which a saved frame finds its place in another version of the function:
   *
   *     outline = step { " " step }
   *     step    = [ "!" ] hash [ ":" pc ] [ "=" slot ]      a statement; of a suspension point, with its pc
   *             | "(" hash ":" pc                           a loop, up to its ")"; the pc is that of its back-edge
   *             | "{" region hash [ "=" slot ]              a region; its handler begins at "|" and ends at ")"
   *     region  = "f" | "e" | "s"                           catches faults; also cancellation; and shields from it
   *     hash    = 12 hex digits: of what is done there, in names; of a loop or region, of all that is inside
   *
   * `!` marks what others can see. `= slot` says which slot is assigned, when slots are told apart by that (see `SlotFacts`).
   */
  readonly outline?: string
  /** Of a library function that was compiled for certain closures: a hash of their texts. */
  readonly given?: string
}

export interface ParamFacts {
  readonly name: string
  readonly type: string
}

/** 1-based line and column in the source, both of the first character; `endLine` and `endColumn` are exclusive. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** A suspension point: a place where a frame can be saved. `pc` is its index in `points`. */
export interface PointFacts {
  /** `entry`: out of fuel at the function's start. `loop`: out of fuel at a back-edge. `call`: something that may wait. */
  readonly kind: "entry" | "loop" | "call"
  /** Survives recompiling: function, kind and ordinal, such as `work/call/2`. */
  readonly id: string
  /** What is called, in the source's words (`core/task/pause`, `add-slowly`); empty for entry and loop. */
  readonly callee: string
  readonly position: Position
  /** Set when the point stands in a region that catches what ends it: faults, or also the task's cancellation. */
  readonly catches?: "faults" | "ends"
  /** Set when the task must not be cancelled here, but once it has left the region. */
  readonly shields?: true
  /** The live set: what `slots` of a frame saved here holds, in this order. */
  readonly slots: ReadonlyArray<SlotFacts>
}

export interface SlotFacts {
  /** The source name; names starting with `%` are the compiler's own intermediates. */
  readonly name: string
  readonly kind: "arg" | "local" | "temp"
  /** As declared, for arguments and locals; absent: `:any`. */
  readonly type?: string
  /** The number under which `outline` says where it is assigned: present when its name alone does not tell which it is. */
  readonly id?: number
}
