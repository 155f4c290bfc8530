import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./transcript.ts"

/** A fenced block of a document. */
export interface Block {
  /** Which of the document's blocks it is, from 0. */
  readonly index: number
  /** What follows the opening fence: `sxs`, `output`, `console` … */
  readonly language: string
  readonly text: string
  /** The file that it is, for the other programs of the document: `file=pay.sxs` behind the language. */
  readonly file: string | undefined
  /** Line of its first line of text, from 1. */
  readonly line: number
  /** The block that follows with nothing but blank lines between. */
  readonly next: Block | undefined
}

/** The documents whose examples are run, from the root; those of `docs/errors` have a test of their own. */
export const documents: ReadonlyArray<string> = globSync(
  ["README.md", "docs/*.md", "docs/decisions/*.md", "examples/*/README.md"],
  { cwd: root }
).toSorted()

export const readDocument = (path: string): string => readFileSync(join(root, path), "utf8")

const fence = /^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm

/** The fenced blocks of a document, in order. */
export const blocksOf = (markdown: string): ReadonlyArray<Block> => {
  const found = [...markdown.matchAll(fence)]
  const blocks: Array<Block> = []
  for (let index = found.length - 1; index >= 0; index--) {
    const match = found[index]!
    const between = markdown.slice(match.index + match[0].length, found[index + 1]?.index)
    blocks[index] = {
      index,
      language: match[1]!,
      text: match[3]!,
      file: match[2],
      line: markdown.slice(0, match.index).split("\n").length + 1,
      next: between.trim() === "" ? blocks[index + 1] : undefined
    }
  }
  return blocks
}

/** The document with the text of the block at that index replaced. */
export const withText = (markdown: string, index: number, text: string): string => {
  const block = blocksOf(markdown)[index]!
  const lines = markdown.split("\n")
  lines.splice(block.line - 1, linesOf(block.text).length, ...linesOf(text))
  return lines.join("\n")
}

const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").slice(0, -1)

/** Targets of the links to files, without their anchors. */
export const fileLinks = (markdown: string): ReadonlyArray<string> =>
  [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => found[1]!.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target))
