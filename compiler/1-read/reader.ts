import { misplacedDirective, missingSpace } from "../catalog.ts"
import { type Diagnostic, type Outcome, sortDiagnostics } from "../diagnostic.ts"
import type { Source } from "../source.ts"
import { readAtom } from "./atom.ts"
import type { Atom, Comment, Datum, ReadFile } from "./datum.ts"
import { kindOf, tokenize, tokenizePiece } from "./lexer.ts"
import { endOf, lineEnd, spanOf, type Token, type TokenKind } from "./token.ts"
import { buildTree, type Region, type Tree, type TreeInput } from "./tree.ts"

/** UTF-16 units of a piece at least. Tokens of a piece are garbage before the next one is read, so the collector never copies them. */
export const pieceUnitsMin = 16_384

/**
 * Text to datums, with a span each. Linear, safe for any depth, and never fails: it gives what it understood and what
 * was wrong. Datums nest at most `nestingDepthMax` deep. The outcome is that of `readWhole` for pieces of any size.
 */
export const read = (source: Source, unitsMin = pieceUnitsMin): Outcome<ReadFile> => {
  const value = readInPieces(source.text, unitsMin)
  return value === undefined ? readWhole(source) : { value, diagnostics: [] }
}

/**
 * A source without a mistake, piece by piece; undefined when there is one, or when a piece is not whole. A piece ends where a
 * line begins with an opening bracket or a directive: nearly always that is the next top-level form.
 */
const readInPieces = (text: string, unitsMin: number): ReadFile | undefined => {
  const forms: Array<Datum> = []
  const comments: Array<Comment> = []
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start + unitsMin)
    const piece = readPiece(text.slice(start, end), start)
    if (piece === undefined) return undefined
    for (const form of piece.forms) forms.push(form)
    for (const comment of piece.comments) comments.push(comment)
    start = end
  }
  return { forms, comments }
}

const pieceEnd = (text: string, from: number): number => {
  if (from >= text.length) return text.length
  formStart.lastIndex = from
  const found = formStart.exec(text)
  return found === null ? text.length : found.index + 1
}

const formStart = /\n[([{#]/g

const readPiece = (text: string, start: number): ReadFile | undefined => {
  const { comments, tokens } = tokenizePiece(text, start)
  let hasMistakes = false
  const report = (): void => {
    hasMistakes = true
  }
  const atoms = readAtoms(tokens, report)
  if (hasMistakes) return undefined
  const { diagnostics, forms } = buildTree({ tokens, atoms, text }, { from: 0, to: tokens.length }, "missing")
  return diagnostics.length === 0 ? { forms, comments } : undefined
}

/** What each token stands for, if it is an atom; reports what is wrong with it or with what stands beside it. */
const readAtoms = (
  tokens: ReadonlyArray<Token>,
  report: (diagnostic: Diagnostic) => void
): ReadonlyArray<Atom | undefined> => {
  const atoms = new Array<Atom | undefined>(tokens.length)
  for (let i = 0; i < tokens.length; i++) atoms[i] = isAtom(tokens[i]!) ? readAtom(tokens[i]!, report) : undefined
  for (let i = 0; i < tokens.length; i++) reportNeighbours(tokens, i, report)
  return atoms
}

/** What `read` gives for a source that cannot be read in pieces. */
export const readWhole = (source: Source): Outcome<ReadFile> => {
  const { comments, tokens } = tokenize(source.text)
  const diagnostics: Array<Diagnostic> = []
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic)
  const atoms = readAtoms(tokens, report)
  const tree = readTree({ tokens, atoms, text: source.text })
  return {
    value: { forms: tree.forms, comments },
    diagnostics: sortDiagnostics(diagnostics.concat(tree.diagnostics))
  }
}

const isAtom = (token: Token): boolean => {
  const kind = kindOf(token)
  return kind === "atom" || kind === "text" || kind === "broken-text"
}

const reportNeighbours = (
  tokens: ReadonlyArray<Token>,
  index: number,
  report: (diagnostic: Diagnostic) => void
): void => {
  const token = tokens[index]!
  const next = tokens[index + 1]
  if (next === undefined) return
  if (isMisplaced(token, next)) {
    report(misplacedDirective.at(spanOf(token), { next: next.image }))
  } else if (lacksSpace(token, next) && !isExplained(tokens, index)) {
    const related =
      kindOf(token) === "text" && token.image.includes(lineEnd)
        ? [{ span: spanOf(token), message: "the text begins here" }]
        : undefined
    report(
      missingSpace.at(
        { start: next.startOffset, end: next.startOffset + 1 },
        { left: token.image, right: next.image },
        related
      )
    )
  }
}

const isMisplaced = (token: Token, next: Token): boolean =>
  token.image === "#" && kindOf(token) === "prefix" && next.image !== "(" && kindOf(next) !== "close"

const lacksSpace = (token: Token, next: Token): boolean =>
  next.startOffset === endOf(token) &&
  isWhole(kindOf(token)) &&
  kindOf(next) !== "close" &&
  // An unclosed text is reported as such.
  kindOf(next) !== "broken-text"

const isWhole = (kind: TokenKind): boolean => kind === "atom" || kind === "text"

/** Whether the mistake was reported one token earlier: `"a"b"c"` is one, and so is `#name(x)`. */
const isExplained = (tokens: ReadonlyArray<Token>, index: number): boolean => {
  const before = tokens[index - 1]
  const token = tokens[index]!
  return before !== undefined && (lacksSpace(before, token) || isMisplaced(before, token))
}

/**
 * The tree of the whole file if its brackets are balanced. If not, the reading with the fewest corrections: of the
 * whole, or of each part by itself where an opening bracket in column 1 begins the next part.
 */
const readTree = (input: TreeInput): Tree => {
  const whole = { from: 0, to: input.tokens.length }
  const tree = buildTree(input, whole, "missing")
  if (tree.corrections === 0) return tree
  const parts = join(partsOf(input).map((part) => readRegion(input, part)))
  return leastCorrected([parts, readRegion(input, whole)])
}

const readRegion = (input: TreeInput, region: Region): Tree =>
  leastCorrected([
    buildTree(input, region, "missing"),
    buildTree(input, region, "wrong"),
    buildTree(input, region, "extra")
  ])

/** Of equals, the first. */
const leastCorrected = (trees: ReadonlyArray<Tree>): Tree =>
  trees.reduce((best, tree) => (tree.corrections < best.corrections ? tree : best))

const join = (trees: ReadonlyArray<Tree>): Tree => ({
  forms: trees.flatMap((tree) => tree.forms),
  diagnostics: trees.flatMap((tree) => tree.diagnostics),
  corrections: trees.reduce((sum, tree) => sum + tree.corrections, 0)
})

const partsOf = ({ text, tokens }: TreeInput): ReadonlyArray<Region> => {
  const starts = tokens.flatMap((token, index) =>
    index === 0 || beginsPart(text, token, tokens[index - 1]!) ? [index] : []
  )
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? tokens.length }))
}

const beginsPart = (text: string, token: Token, previous: Token): boolean =>
  (kindOf(token) === "open" || token.image === "#") &&
  text[token.startOffset - 1] === lineEnd &&
  kindOf(previous) !== "prefix"
