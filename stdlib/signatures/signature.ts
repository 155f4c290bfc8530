/**
 * What a library function is, as data. From these records come the arity check, effect inference, the linking of calls,
 * hover texts and the reference page; the compiler never sees an implementation.
 */
export interface Signature {
  /** Full name: `core/kv/get`, `core/list/map`, or an operator such as `+`. */
  readonly name: string
  /** Short names by which a script may call it as well: `list/map`, `str`. */
  readonly aliases?: ReadonlyArray<string>
  readonly params: ReadonlyArray<Param>
  /** Type of further arguments after `params`; absent: none are taken. */
  readonly rest?: Param
  readonly result: TypeName
  /** The result may be an error value (`@…`). */
  readonly mayError?: true
  readonly effect: Effect
  /** What people are told that a task waits in, for a function that no source can name. */
  readonly shownAs?: string
  /** Index of the parameter whose function becomes a task, with the arguments behind it; of a list, each of its functions
   * does, with none. */
  readonly starts?: number
  /** Where the code is. `library` (default): `stdlib/impl`. `prelude`: compiled from `stdlib/prelude`. `form`: expanded
   * by the compiler, as it takes a body or an operator that is emitted inline. */
  readonly from?: "library" | "prelude" | "form"
  /** One line, for hover and reference. */
  readonly doc: string
  /** An expression; with `yields`, a test evaluates it and compares the printed value. */
  readonly example: string
  readonly yields?: string
}

export interface Param {
  readonly name: string
  readonly type: TypeName
  /** Only trailing parameters may be left out; the implementation then receives `undefined`. */
  readonly optional?: true
  /** `key`: a bare symbol is the key itself (spec section 5). `channel`: a bare symbol is the channel itself. `body`: a `{…}`
   * sequence. `value` is the default. */
  readonly mode?: "value" | "key" | "channel" | "body"
}

export type TypeName =
  | ":none"
  | ":bool"
  | ":int"
  | ":real"
  | ":number"
  | ":str"
  | ":symbol"
  | ":list"
  | ":list-p"
  | ":list-b"
  | ":list-c"
  | ":map"
  | ":bytes"
  | ":error"
  | ":fn"
  | ":task"
  | ":any"

/** `pure`: depends on its arguments only. `store`: reads or writes within the segment. `suspends`: a suspension point.
 * `external`: leaves the process. */
export type Effect = "pure" | "store" | "suspends" | "external"
