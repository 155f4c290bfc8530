import type { Span } from "../source.ts"

// The characters of the language: which ones separate, which ones have a meaning of their own.
// Everything else may stand in a symbol.

/** A lexical unit with its place, as Chevrotain makes it: there are so many that none is copied. White space and comments are
 * not tokens. */
export interface Token {
  /** The characters as written; a text still has its quotes and escapes. */
  readonly image: string
  readonly startOffset: number
  /** The number of its type in the lexer, which says of what kind it is. */
  readonly tokenTypeIdx: number
}

export const spanOf = (token: Token): Span => ({ start: token.startOffset, end: endOf(token) })

export const endOf = ({ image, startOffset }: Token): number => startOffset + image.length

export type TokenKind =
  | "open"
  | "close"
  /** `'`, `@` or `#` where a datum may begin; inside a symbol they are ordinary characters. */
  | "prefix"
  | "text"
  /** A text without its closing quote; it was ended at its line's end. */
  | "broken-text"
  /** Symbol or number. */
  | "atom"

export const openers = ["(", "[", "{"] as const
export const closers = [")", "]", "}"] as const
export const prefixes = ["'", "@", "#"] as const

export type Opener = (typeof openers)[number]
export type Closer = (typeof closers)[number]
export type Prefix = (typeof prefixes)[number]

const closerByOpener: Record<Opener, Closer> = { "(": ")", "[": "]", "{": "}" }
export const closerOf = (opener: Opener): Closer => closerByOpener[opener]

/**
 * What separates: ASCII white space, the no-break space (it comes with text copied from web pages), the two Unicode
 * line separators and the byte order mark. Other Unicode spaces are ordinary characters, like any other letter.
 */
export const separators = " \t\n\r\v\f\u00a0\u2028\u2029\ufeff"

/** The body of a character class (no brackets around it) with all that ends a symbol. */
export const symbolEndClass = `${String.raw`()[\]{}";`}${String.raw` \t\n\r\v\f\u00a0\u2028\u2029\ufeff`}`

/** Line feed only: every line and column of a message counts by it. */
export const lineEnd = "\n"
