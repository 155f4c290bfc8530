import { specialForms } from "../../compiler/2-expand/forms/table.ts"
import { library } from "../../stdlib/signatures/index.ts"

/** Candidates that are shown. */
export const candidatesMax = 100

/** The word at the end of the line: what completion replaces. */
export const wordOf = (line: string): string => /[^\s()[\]{}";'@]*$/.exec(line)![0]

const known: ReadonlyArray<string> = [
  ...specialForms.keys(),
  ...library.flatMap(({ aliases = [], name }) => [name, ...aliases])
]

/** Names that begin with the word, each once: what the session has defined, then special forms and the library. */
export const namesFor = (word: string, defined: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (word === "") return []
  const isDynamic = word.startsWith("$")
  const names = isDynamic ? defined.map((name) => `$${name}`) : [...defined, ...known]
  return [...new Set(names.filter((name) => name.startsWith(word)))].slice(0, candidatesMax)
}
