/**
 * What compiled code calls. A bundle is an ES module with two exports:
 *
 *     export const manifest = { … }          // Manifest, as a JSON literal
 *     export function link($) { … return functions }
 *
 * `link` is called once for each bundle in a cell with that bundle's `Intrinsics`; it returns the functions in the order
 * of `manifest.functions`. `hot(...params)` starts a call; `resume(frame, value)` goes on with a saved frame, `value`
 * being what the call that it waits for has yielded. Both return the function's value, or `$.SUSPENDED` after having
 * saved their frame with `$.save`: innermost frames are saved first.
 *
 * Values are those of `runtime/value/value.ts`: none is `null`, booleans are booleans, an int is a number or (outside
 * ±(2^53-1)) a BigInt, a text is a string; all other kinds are the runtime's classes and are made by intrinsics only.
 */
export interface Intrinsics {
  /** Returned instead of a value when the caller must save its frame and return it too. */
  readonly SUSPENDED: unknown
  /** Returned by a loop function that has ended normally; the loop's variables are in the bundle's registers. */
  readonly NEXT: unknown
  /** Returned by a loop function in which the source function returned; its value is in register 0. */
  readonly RETURNED: unknown
  /** Shared by all bundles of a cell. `fuel` counts down at loop back-edges and entries of recursive functions; a
   * function that finds it below zero saves its frame. */
  readonly meter: { fuel: number }
  /** Saves a frame of this bundle's function `index` at suspension point `pc`; returns `SUSPENDED`. */
  readonly save: (index: number, pc: number, slots: ReadonlyArray<unknown>) => unknown
  /** Faults where no frame can be saved, inside an `atomic`. */
  readonly beforeSaving: () => void
  /** Implementation of a library function by its full name; throws when the runtime has none. Called when linking. */
  readonly library: (name: string) => (...args: Array<never>) => unknown
  /** A function of a JavaScript module by its id in the manifest. A call returns `SUSPENDED`, of a pure one its value. Called
   * when linking. */
  readonly extern: (id: string) => (...args: Array<never>) => unknown

  // Literals and constructors.
  readonly real: (value: number) => unknown
  readonly symbol: (name: string) => unknown
  readonly list: (bracket: "(" | "[" | "{", items: Array<unknown>) => unknown
  /** `place` is `line:column`, with the file before it when it is not the program's own. */
  readonly error: (content: unknown, place: string) => unknown
  readonly closure: (index: number, captured: Array<unknown>) => unknown

  /** Calls a value: faults unless it is a closure that takes this many arguments. May return `SUSPENDED`. */
  readonly call: (callee: unknown, args: Array<unknown>) => unknown
  /** The same with so many arguments. */
  readonly call0: (callee: unknown) => unknown
  readonly call1: (callee: unknown, a: unknown) => unknown
  readonly call2: (callee: unknown, a: unknown, b: unknown) => unknown

  /** The box of a real: compiled code holds reals of its own as doubles, and boxes what leaves it. */
  readonly Real: new (
    value: number
  ) => { readonly value: number }
  /** The classes of lists and maps, for tests of types. */
  readonly List: abstract new (
    ...args: Array<never>
  ) => unknown
  readonly Map: abstract new (...args: Array<never>) => unknown
  /** What is in the box; faults unless the value is a real. */
  readonly double: (value: unknown) => number
  /** A number of any kind as a double; faults, naming the operator, for any other value. */
  readonly amount: (operator: string, value: unknown) => number
  /** UTF-16 units of the longest text that compiled code joins itself; the library refuses a longer one. */
  readonly textUnitsMax: number
  /** Most items of a list that compiled code makes itself. */
  readonly listItemsMax: number
  /** The list with the items behind its own, of which the first `count` are taken; the array is the list's from then on. */
  readonly grown: (list: unknown, items: Array<unknown>, count?: number) => unknown
  /** `/` of two numbers. */
  readonly divide: (a: unknown, b: unknown) => { readonly value: number }

  // Generic arithmetic: the slow path when an operand is not a small int or a result leaves that range.
  readonly add: (a: unknown, b: unknown) => unknown
  readonly subtract: (a: unknown, b: unknown) => unknown
  readonly multiply: (a: unknown, b: unknown) => unknown
  /** `-` of one number; of the real 0.0 it is -0.0. */
  readonly negate: (a: unknown) => unknown
  /** -1, 0, 1, or NaN when a real NaN is involved. Faults on operands that have no order. */
  readonly compare: (a: unknown, b: unknown) => number
  /** `=` of the language: deep equality in which ints and reals compare by amount. */
  readonly same: (a: unknown, b: unknown) => boolean
  /** `eq` of the language as a boolean: deep equality, also of kinds. */
  readonly equal: (a: unknown, b: unknown) => boolean
  /** Whether the value is of the type, written as in the source: `:int`, `:list-p`, `:point` (a record of this bundle). */
  readonly is: (type: string, value: unknown) => boolean
  /** The value; faults unless it is of the type. `what` names it in the message: "`n` of `add`". */
  readonly check: (type: string, value: unknown, what: string) => unknown
  /** The items of a list that is spread over the arguments of a call; faults when it is none. */
  readonly spread: (value: unknown) => ReadonlyArray<unknown>
  /** Whether a region catches it: a fault, with `ends` also the task's cancellation, and nothing else. */
  readonly catches: (thrown: unknown, ends: boolean) => boolean
  /** What a region has caught, as the map that its handler sees; throws again what the region does not catch. */
  readonly caught: (thrown: unknown, ends: boolean) => unknown
  /** The value with which a frame goes on; throws when that is the end of the call it waited for. */
  readonly deliver: (value: unknown) => unknown

  /** What a `for` runs over: the list itself; faults when it is none. */
  readonly iterable: (value: unknown) => { readonly size: number; readonly items: ReadonlyArray<unknown> }
}

/** Frame as `resume` receives it. */
export interface SavedFrame {
  readonly pc: number
  readonly slots: ReadonlyArray<unknown>
}

export interface CompiledFunction {
  readonly hot: (...args: Array<never>) => unknown
  /** Null when the function cannot suspend. Compiled code gives more arguments to its own. */
  readonly resume: ((frame: SavedFrame, value: unknown) => unknown) | null
}

export type Link = (intrinsics: Intrinsics) => ReadonlyArray<CompiledFunction>
