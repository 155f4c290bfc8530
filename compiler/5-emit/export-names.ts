import type { FunctionFacts, Manifest } from "../../stdlib/abi/manifest.ts"

/** An exported function as JavaScript sees it. */
export interface ExportedFunction {
  /** The source name, under which it stands in `functions`. */
  readonly name: string
  /** What the module exports it as; undefined when nothing of the name can stand in one. */
  readonly identifier: string | undefined
  readonly facts: FunctionFacts
}

/**
 * The exported functions with their JavaScript names: `add-item` is `addItem`. A name that is taken or reserved gets a
 * number, and those that are identifiers already come first, so that they keep theirs.
 */
export const exportedFunctions = (manifest: Manifest): ReadonlyArray<ExportedFunction> => {
  const exported = manifest.exports.flatMap(({ name, function: index }) => {
    const facts = manifest.functions[index]
    return facts === undefined ? [] : [{ name, facts }]
  })
  const names = new UniqueNames(reservedNames)
  const kept = new Map(exported.flatMap(({ name }) => (camelCase(name) === name ? [[name, names.take(name)]] : [])))
  return exported.map(({ facts, name }) => {
    const wanted = camelCase(name)
    return { name, facts, identifier: kept.get(name) ?? (wanted === "" ? undefined : names.take(wanted)) }
  })
}

/** `add-item` as `addItem`: letters, digits, `_` and `$` of ASCII only; empty when there are none. */
export const camelCase = (name: string): string => {
  const [first = "", ...others] = wordsOf(name)
  const text = [first, ...others.map(capital)].join("")
  return /^[0-9]/.test(text) ? `_${text}` : text
}

/** `line-item` as `LineItem`. */
export const pascalCase = (name: string): string => {
  const text = wordsOf(name).map(capital).join("")
  return /^[0-9]/.test(text) ? `_${text}` : text
}

const wordsOf = (name: string): ReadonlyArray<string> => name.split(/[^A-Za-z0-9_$]+/).filter((word) => word !== "")

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** Gives each name once. */
export class UniqueNames {
  readonly #taken: Set<string>

  constructor(reserved: Iterable<string>) {
    this.#taken = new Set(reserved)
  }

  /** The name, or the first of `name2`, `name3`, … that is free. */
  take(name: string): string {
    let free = name
    for (let number = 2; this.#taken.has(free); number++) free = `${name}${number}`
    this.#taken.add(free)
    return free
  }
}

// Words of the languages, what the module exports besides, `then`, by which an imported module would pass for a promise, and
// the names of the tail.
const reservedNames = (
  "abstract any arguments as async await bigint boolean break case catch class const constructor continue debugger declare default " +
  "delete do else enum eval export extends false finally for from function get if implements import in infer instanceof " +
  "interface is keyof let module namespace never new null number object of package private protected public readonly require " +
  "return set static string super switch symbol this throw true try type typeof undefined unique unknown using var void while " +
  "with yield NaN Infinity globalThis __proto__ then manifest link functions SxsError SxsSymbol SxsClosure SxsTaskRef"
).split(" ")
