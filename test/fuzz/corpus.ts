import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import { compile } from "../../compiler/compile.ts"
import { hasErrors } from "../../compiler/diagnostic.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const folders = ["examples", "test/language", "test/golden", "test/differential"]

/** All sources of the repository, in the order of their names. Short ones only: a failure is to be read by people. */
export interface Corpus {
  /** Those that compile. */
  readonly right: ReadonlyArray<Uint8Array>
  readonly wrong: ReadonlyArray<Uint8Array>
}

export const readCorpus = (): Corpus => {
  const all = folders
    .flatMap((folder) => globSync(`${folder}/**/*.sxs`, { cwd: root }))
    .toSorted()
    .map((path) => readFileSync(`${root}/${path}`))
    .filter((bytes) => bytes.length < 4000)
  const { right = [], wrong = [] } = Object.groupBy(all, (bytes) => (isRight(bytes) ? "right" : "wrong"))
  return { right, wrong }
}

const isRight = (bytes: Uint8Array): boolean => {
  const { diagnostics, value } = decodeSource("corpus.sxs", bytes)
  return !hasErrors(diagnostics) && compile(value).bundle !== undefined
}
