import { danglingPrefix, mismatchedCloser, nestedTooDeep, strayCloser, unclosedBracket } from "../catalog.ts"
import type { Diagnostic } from "../diagnostic.ts"
import type { Span } from "../source.ts"
import type { Atom, Datum, PrefixDatum } from "./datum.ts"
import { suspectIn } from "./indentation.ts"
import { kindOf } from "./lexer.ts"
import { type Closer, closerOf, endOf, type Opener, type Prefix, spanOf, type Token } from "./token.ts"

/** Lists and prefixes around a datum, itself included. Later phases recurse on it; the reader does not. */
export const nestingDepthMax = 256

/** What a closing bracket that does not fit is taken for: brackets before it are missing, it is of the wrong kind, or it is one too many. */
export type Repair = "missing" | "wrong" | "extra"

export interface Tree {
  readonly forms: ReadonlyArray<Datum>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Brackets that had to be added, changed or left out. 0 means that the input was balanced. */
  readonly corrections: number
}

/** Tokens from `from` to `to`, the latter excluded. */
export interface Region {
  readonly from: number
  readonly to: number
}

export interface TreeInput {
  readonly tokens: ReadonlyArray<Token>
  /** Beside the tokens: what each stands for, if it is an atom. */
  readonly atoms: ReadonlyArray<Atom | undefined>
  readonly text: string
}

/** Builds the datums of one region. Iterative, linear, and always with a result. */
export const buildTree = (input: TreeInput, region: Region, repair: Repair): Tree => {
  const builder = new TreeBuilder(input, region, repair)
  for (let index = region.from; index < region.to; index++) builder.take(index)
  return builder.finish()
}

interface Frame {
  readonly token: Token
  /** Where its items begin among those that wait for their list. */
  readonly firstItem: number
  /** Too deep: read to find its end, and left out of the tree. */
  readonly isDropped: boolean
}

const relatedMax = 3
const missingMax = 20

class TreeBuilder {
  readonly #input: TreeInput
  readonly #region: Region
  readonly #repair: Repair
  /** The finished datums of all that is open, innermost last; those behind the count are left over. */
  readonly #items: Array<Datum> = []
  #itemCount = 0
  readonly #stack: Array<Frame> = []
  /** By the number of the bracket. */
  readonly #openCount = [0, 0, 0]
  readonly #diagnostics: Array<Diagnostic> = []
  #corrections = 0
  #previousEnd = 0
  /** Start of the last text that was never closed. It may have swallowed brackets, so those around it are not reported. */
  #brokenTextStart = -1
  #topLevelStart = 0
  #strays: (Span & { readonly closers: string }) | undefined

  constructor(input: TreeInput, region: Region, repair: Repair) {
    this.#input = input
    this.#region = region
    this.#repair = repair
  }

  take(index: number): void {
    const token = this.#input.tokens[index]!
    const kind = kindOf(token)
    if (this.#stack.length === 0 && kind !== "close") this.#topLevelStart = token.startOffset
    switch (kind) {
      case "open":
        this.#open(token)
        this.#openCount[bracketNumber(token.image)]!++
        break
      case "prefix":
        this.#takePrefix(token, this.#input.tokens[index + 1])
        break
      case "close":
        this.#close(token)
        break
      default:
        if (kind === "broken-text") this.#brokenTextStart = token.startOffset
        this.#add(this.#input.atoms[index]!, false)
    }
    this.#previousEnd = endOf(token)
  }

  finish(): Tree {
    this.#dropPrefixes()
    this.#reportUnclosed()
    while (this.#stack.length > 0) this.#pop(this.#previousEnd)
    this.#flushStrays()
    return {
      forms: this.#items.slice(0, this.#itemCount),
      diagnostics: this.#diagnostics,
      corrections: this.#corrections
    }
  }

  #open(token: Token): void {
    const isDropped = this.#stack.length === nestingDepthMax
    if (isDropped) this.#report(nestedTooDeep.at(spanOf(token), { opener: token.image, depthMax: nestingDepthMax }))
    this.#stack.push({ token, firstItem: this.#itemCount, isDropped })
  }

  // A directive is told from its next token, so that a misplaced `#` is one mistake and not a missing list.
  #takePrefix(token: Token, next: Token | undefined): void {
    if (token.image !== "#" || next === undefined || kindOf(next) === "close" || next.image === "(") this.#open(token)
  }

  /** Puts a finished datum in its place. Each prefix on top wraps it and is finished too. */
  #add(datum: Datum, isDropped: boolean): void {
    let item = datum
    let isLeftOut = isDropped
    for (let top = this.#stack.at(-1); top !== undefined && isPrefix(top); top = this.#stack.at(-1)) {
      this.#stack.pop()
      isLeftOut ||= top.isDropped
      item = {
        kind: prefixKinds[top.token.image as Prefix],
        item,
        span: { start: top.token.startOffset, end: item.span.end }
      }
    }
    if (!isLeftOut) this.#items[this.#itemCount++] = item
  }

  #pop(end: number): void {
    const frame = this.#stack.pop()!
    const bracket = frame.token.image as Opener
    this.#openCount[bracketNumber(bracket)]!--
    const items = this.#items.slice(frame.firstItem, this.#itemCount)
    this.#itemCount = frame.firstItem
    this.#add({ kind: "list", bracket, items, span: { start: frame.token.startOffset, end } }, frame.isDropped)
  }

  #close(token: Token): void {
    const closer = token.image as Closer
    this.#dropPrefixes()
    const top = this.#stack.at(-1)
    if (top === undefined) this.#leaveOut(token)
    else if (closerOf(top.token.image as Opener) === closer) this.#pop(endOf(token))
    else if (this.#repair === "wrong") this.#closeWith(token)
    else if (this.#repair === "missing" && this.#openCount[bracketNumber(closer)]! > 0) this.#closeInnerThen(token)
    else this.#leaveOut(token)
  }

  #closeWith(token: Token): void {
    const opener = this.#stack.at(-1)!.token
    this.#corrections++
    this.#reportMismatch(token, [opener], true)
    this.#pop(endOf(token))
  }

  /** Closes what is open inside the list that `token` closes, then that list. */
  #closeInnerThen(token: Token): void {
    const inner: Array<Token> = []
    for (let i = this.#stack.length - 1; ; i--) {
      const frame = this.#stack[i]!
      if (!isList(frame)) continue
      if (closerOf(frame.token.image as Opener) === token.image) break
      inner.push(frame.token)
    }
    this.#corrections += inner.length
    this.#reportMismatch(token, inner, false)
    for (let i = 0; i < inner.length; i++) this.#pop(this.#previousEnd)
    this.#pop(endOf(token))
  }

  #reportMismatch(token: Token, openers: ReadonlyArray<Token>, isReplaced: boolean): void {
    if (this.#isTextBroken()) return
    const params = { closer: token.image, opener: openers[0]!.image, expected: closersOf(openers), isReplaced }
    this.#report(mismatchedCloser.at(spanOf(token), params, openedHere(openers)))
  }

  /** Brackets that close nothing are one mistake when they stand side by side. */
  #leaveOut(token: Token): void {
    this.#corrections++
    if (this.#isTextBroken()) return
    if (this.#strays?.end !== token.startOffset) this.#flushStrays()
    const { closers, start } = this.#strays ?? { closers: "", start: token.startOffset }
    this.#strays = { start, end: endOf(token), closers: closers + token.image }
  }

  #flushStrays(): void {
    if (this.#strays === undefined) return
    const { closers, end, start } = this.#strays
    this.#strays = undefined
    this.#report(strayCloser.at({ start, end }, { closers }))
  }

  /** All brackets that are still open share their cure, so they get one message, at the innermost. */
  #reportUnclosed(): void {
    const openers = this.#stack
      .filter(isList)
      .map((frame) => frame.token)
      .reverse()
    this.#corrections += openers.length
    const [opener, ...others] = openers
    if (opener === undefined || this.#brokenTextStart > openers.at(-1)!.startOffset) return
    const suspect = suspectIn(this.#input.text, this.#input.tokens, { ...this.#region, after: opener })
    const related = [
      ...others.slice(0, relatedMax).map((other) => ({ span: spanOf(other), message: "and so is this one" })),
      ...(suspect === undefined
        ? []
        : [{ span: spanOf(suspect), message: "by the indentation, this one may be closed too late" }])
    ]
    const params = { opener: opener.image, missing: closersOf(openers) }
    this.#report(unclosedBracket.at(spanOf(opener), params, related.length === 0 ? undefined : related))
  }

  #dropPrefixes(): void {
    const dangling = this.#stack.at(-1)
    if (dangling === undefined || !isPrefix(dangling)) return
    this.#report(danglingPrefix.at(spanOf(dangling.token), { prefix: dangling.token.image }))
    for (let top = this.#stack.at(-1); top !== undefined && isPrefix(top); top = this.#stack.at(-1)) this.#stack.pop()
  }

  #isTextBroken(): boolean {
    return this.#brokenTextStart >= this.#topLevelStart
  }

  #report(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic)
  }
}

const prefixKinds: Record<Prefix, PrefixDatum["kind"]> = { "'": "quote", "@": "error", "#": "directive" }

/** The same for an opening bracket and the one that closes it. */
const bracketNumber = (bracket: string): 0 | 1 | 2 => {
  if (bracket === "(" || bracket === ")") return 0
  return bracket === "[" || bracket === "]" ? 1 : 2
}

const isList = (frame: Frame): boolean => kindOf(frame.token) === "open"

const isPrefix = (frame: Frame): boolean => kindOf(frame.token) === "prefix"

const closersOf = (openers: ReadonlyArray<Token>): string => {
  const closers = openers
    .slice(0, missingMax)
    .map((opener) => closerOf(opener.image as Opener))
    .join("")
  return openers.length > missingMax ? `${closers}…` : closers
}

const openedHere = (openers: ReadonlyArray<Token>): Diagnostic["related"] =>
  openers
    .slice(0, relatedMax)
    .map((opener) => ({ span: spanOf(opener), message: `this ${opener.image} was opened here` }))
