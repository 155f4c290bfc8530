import { createToken, type IToken, Lexer, type TokenType } from "chevrotain"
import type { Comment } from "./datum.ts"
import { type Belief, TextEnds } from "./text-end.ts"
import { closers, endOf, openers, prefixes, separators, symbolEndClass, type Token, type TokenKind } from "./token.ts"

export interface Lexed {
  readonly tokens: ReadonlyArray<Token>
  readonly comments: ReadonlyArray<Comment>
}

/**
 * Text to tokens in linear time; never fails, since every character begins some token.
 *
 * One forgotten quote turns all later texts inside out. So a source with an unclosed text, or with a text that runs
 * into the next datum, is read once more with less belief in texts that span lines, and the reading that explains the
 * source with fewer mistakes is taken.
 */
export const tokenize = (source: string): Lexed => {
  const trusted = scan(source, "trusted")
  const broken = count(trusted.tokens, isBroken)
  const glued = count(trusted.tokens, isGlued)
  if (broken + glued === 0) return trusted
  const doubted = scan(source, broken > 0 ? "spacing" : "columns")
  // A text that was closed by the opening quote of the next one counts double: it hides two unclosed texts.
  return count(doubted.tokens, isBroken) <= broken + 2 * glued ? doubted : trusted
}

/**
 * The same for a piece of a source that begins at `start`, as long as its texts can be trusted: a broken one ends the piece,
 * so whoever finds one has to read the source as a whole.
 */
export const tokenizePiece = (piece: string, start: number): Lexed => scan(piece, "trusted", start)

const isBroken = (token: Token): boolean => kindOf(token) === "broken-text"
const isGlued = (token: Token, next: Token | undefined): boolean =>
  kindOf(token) === "text" && next !== undefined && next.startOffset === endOf(token) && kindOf(next) !== "close"

const count = (tokens: ReadonlyArray<Token>, matches: (token: Token, next: Token | undefined) => boolean): number => {
  let total = 0
  for (let i = 0; i < tokens.length; i++) if (matches(tokens[i]!, tokens[i + 1])) total++
  return total
}

// The token patterns are functions without a place for state, and making a Lexer takes 10 ms, so the one lexer asks
// this variable. It is set for the length of one synchronous `scan`.
let textEnds = new TextEnds("", "trusted")

const scan = (source: string, belief: Belief, start = 0): Lexed => {
  textEnds = new TextEnds(source, belief)
  const { groups, tokens } = lexer.tokenize(source)
  const { comments = [] } = groups
  textEnds = new TextEnds("", "trusted")
  if (start > 0) for (const token of tokens) token.startOffset += start
  return { tokens, comments: comments.map((token) => toComment(token, start + token.startOffset)) }
}

export const kindOf = ({ tokenTypeIdx }: Token): TokenKind => kinds[tokenTypeIdx]!

const toComment = ({ image }: IToken, start: number): Comment => {
  const text = image.endsWith("\r") ? image.slice(0, -1) : image
  return { text, span: { start, end: start + text.length } }
}

/** By the number that the lexer gives each type of token. */
const kinds: Array<TokenKind> = []

const ofKind = (kind: TokenKind, type: TokenType): TokenType => {
  kinds[type.tokenTypeIdx!] = kind
  return type
}

// A pattern of one character is compared, where a class of several would be a regular expression that is run for each.
const oneOf = (kind: TokenKind, characters: ReadonlyArray<string>): ReadonlyArray<TokenType> =>
  characters.map((pattern) => ofKind(kind, createToken({ name: `${kind} ${pattern}`, pattern })))

const matchText = (source: string, at: number): [string] | null => {
  if (source[at] !== '"') return null
  const end = textEnds.closed(at)
  return end === undefined ? null : [source.slice(at, end)]
}

const matchBrokenText = (source: string, at: number): [string] | null =>
  source[at] === '"' ? [source.slice(at, textEnds.repaired(at))] : null

const textToken = (kind: TokenKind, pattern: typeof matchText): TokenType =>
  ofKind(kind, createToken({ name: kind, pattern, start_chars_hint: ['"'], line_breaks: true }))

// Chevrotain indexes tokens by their first character and cannot see through a complement class, so it is told: each
// character below 256, then one per bucket of 255 (its way to cut the rest).
const ended = new Set<string>([...openers, ...closers, ...prefixes, ...separators, '"', ";"])
const atomStarts = [
  ...Array.from({ length: 256 }, (_, code) => code).filter((code) => !ended.has(String.fromCharCode(code))),
  ...Array.from({ length: 256 }, (_, bucket) => 256 + bucket * 255),
  65_535
]

// The order decides: a broken text is what is no text, an atom what is nothing else.
const lexer = new Lexer(
  [
    // Chevrotain finds the end of a class of ASCII characters by a table; the others are rare.
    createToken({ name: "space", pattern: /[ \t\n\r\v\f]+/, group: Lexer.SKIPPED, line_breaks: true }),
    createToken({
      name: "other space",
      pattern: /[\u00a0\u2028\u2029\ufeff]+/,
      group: Lexer.SKIPPED,
      line_breaks: true
    }),
    createToken({ name: "comment", pattern: /;[^\n]*/, group: "comments" }),
    ...oneOf("open", openers),
    ...oneOf("close", closers),
    ...oneOf("prefix", prefixes),
    textToken("text", matchText),
    textToken("broken-text", matchBrokenText),
    ofKind(
      "atom",
      createToken({ name: "atom", pattern: new RegExp(`[^${symbolEndClass}]+`), start_chars_hint: atomStarts })
    )
  ],
  { positionTracking: "onlyOffset", ensureOptimizations: true }
)
