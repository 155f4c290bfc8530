import type { Span } from "../source.ts"

/** A value that was read, with its span. */
export type Datum = Atom | ListDatum | PrefixDatum

export type Atom =
  /** Always normalised: a number when it is a safe integer, else a BigInt. */
  | { readonly kind: "int"; readonly value: number | bigint; readonly span: Span }
  | { readonly kind: "real"; readonly value: number; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  /** Any other atom, also `true`, `none`, `:int` and `$name`. */
  | { readonly kind: "symbol"; readonly name: string; readonly span: Span }

export interface ListDatum {
  readonly kind: "list"
  readonly bracket: "(" | "[" | "{"
  readonly items: ReadonlyArray<Datum>
  readonly span: Span
}

export interface PrefixDatum {
  /** `'x`, `@x`, `#(…)`; the item of a directive is always a paren list. */
  readonly kind: "quote" | "error" | "directive"
  readonly item: Datum
  readonly span: Span
}

export interface Comment {
  readonly text: string
  readonly span: Span
}

/** A whole file: its forms in order, and the comments for the formatter. */
export interface ReadFile {
  readonly forms: ReadonlyArray<Datum>
  readonly comments: ReadonlyArray<Comment>
}
