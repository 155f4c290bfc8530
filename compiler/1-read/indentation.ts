import { kindOf } from "./lexer.ts"
import { lineEnd, type Token } from "./token.ts"

/**
 * The bracket that was probably meant to be closed earlier: a later line begins with an opening bracket that stands no
 * deeper, though the first one is still open. Looked for behind the opener `after`, among the tokens of one region.
 * Linear; used for broken input only.
 */
export const suspectIn = (
  text: string,
  tokens: ReadonlyArray<Token>,
  range: { readonly from: number; readonly to: number; readonly after: Token }
): Token | undefined => {
  const open: Array<{ readonly token: Token; readonly indent: number | undefined }> = []
  for (let i = range.from; i < range.to; i++) {
    const token = tokens[i]!
    if (token.startOffset <= range.after.startOffset) continue
    const kind = kindOf(token)
    if (kind === "close") open.pop()
    if (kind !== "open") continue
    const indent = indentOf(text, token)
    const top = open.at(-1)
    if (indent !== undefined && top?.indent !== undefined && top.indent >= indent) return top.token
    open.push({ token, indent })
  }
  return undefined
}

/** Characters before the token on its line, when they are blanks only. */
const indentOf = (text: string, token: Token): number | undefined => {
  let at = token.startOffset
  while (text[at - 1] === " " || text[at - 1] === "\t") at--
  return at === 0 || text[at - 1] === lineEnd ? token.startOffset - at : undefined
}
