import { read } from "../1-read/reader.ts"
import { hasErrors, type Outcome } from "../diagnostic.ts"
import type { Source } from "../source.ts"
import { printTree } from "./print.ts"
import { buildTree } from "./tree.ts"

/**
 * The source in the one format: the same datums and the same comments, in other white space. Undefined when the source
 * cannot be read, which the diagnostics say: what was guessed is not written back. Formatting the result changes nothing.
 */
export const format = (source: Source): Outcome<string | undefined> => {
  const { diagnostics, value } = read(source)
  return { value: hasErrors(diagnostics) ? undefined : printTree(buildTree(source.text, value)), diagnostics }
}
