import type { FunctionFacts, Manifest, ParamFacts } from "../../stdlib/abi/manifest.ts"
import { camelCase, type ExportedFunction, exportedFunctions, pascalCase, UniqueNames } from "./export-names.ts"
import { printText } from "./literals.ts"

/** The `.d.ts` of a bundle's module: what a TypeScript program that imports it may see. */
export const declarations = (manifest: Manifest): string => {
  const types = new TypeTexts(manifest)
  const exported = exportedFunctions(manifest)
  const body = [
    ...manifest.records.map((record) => types.record(record)),
    ...exported.flatMap((each) => declarationOf(each, types)),
    "/** The exported functions by their names in the source. */",
    `export declare const functions: {${block(exported.map((each) => entryOf(each, types)))}}`,
    "/** Functions, suspension points and live sets, as data. */",
    "export declare const manifest: Manifest",
    "/** Called by the runtime, once for each process. */",
    "export declare const link: Link"
  ]
  const imported = ["Link", "Manifest", ...types.used].sort()
  return [
    `// The compiled program ${printText(manifest.program)}.`,
    `import type { ${imported.join(", ")} } from "sxs"`,
    "",
    ...body,
    ""
  ].join("\n")
}

const declarationOf = (each: ExportedFunction, types: TypeTexts): ReadonlyArray<string> => {
  if (each.identifier === undefined) return []
  return [commentOf(each), `export declare const ${each.identifier}: ${types.signature(each.facts)}`]
}

const entryOf = (each: ExportedFunction, types: TypeTexts): string => {
  const type = each.identifier === undefined ? types.signature(each.facts) : `typeof ${each.identifier}`
  return `readonly ${keyText(each.name)}: ${type}`
}

const commentOf = ({ facts, name }: ExportedFunction): string => {
  const { line, column } = facts.position
  return `/** \`${commentText(name)}\` at ${commentText(facts.source)}:${line}:${column} */`
}

const keyText = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : printText(name))

/** The text in a comment, which nothing in it can end. */
const commentText = (text: string): string => printText(text).slice(1, -1).replaceAll("*/", "*\\/")

const block = (lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? "" : `\n${lines.map((line) => `  ${line}\n`).join("")}`

/** How the types of the source are written in TypeScript. Remembers which of them come from `sxs`. */
class TypeTexts {
  readonly used = new Set<string>()
  /** What records are called, by the type in the source. */
  readonly #records: ReadonlyMap<string, string>

  constructor(manifest: Manifest) {
    const names = new UniqueNames(reservedTypes)
    this.#records = new Map(
      manifest.records.map(({ name }) => [`:${name}`, names.take(pascalCase(name) || "Record")] as const)
    )
  }

  // Not an interface: a value of such a type is to be accepted where any map is.
  record({ fields, name }: Manifest["records"][number]): string {
    const lines = fields.map((field) => `readonly ${keyText(field.name)}: ${this.#of(field.type, "out")}`)
    return `/** The record \`:${commentText(name)}\`. */\nexport type ${this.#records.get(`:${name}`)} = {${block(lines)}}`
  }

  signature(facts: FunctionFacts): string {
    const result = this.#of(facts.result, "out")
    return `${this.#use("SxsFunction")}<[${this.#params(facts)}], ${result}>`
  }

  #params({ captured, params, rest }: FunctionFacts): string {
    const declared = params.slice(captured)
    return declared
      .map((param, index) =>
        rest && index === declared.length - 1
          ? `...${labelOf(param, index)}: ReadonlyArray<${this.#of(":any", "in")}>`
          : `${labelOf(param, index)}: ${this.#of(param.type, "in")}`
      )
      .join(", ")
  }

  #of(type: string, direction: "in" | "out"): string {
    const plain = plainTypes.get(type)
    if (plain !== undefined) return plain
    const imported = importedTypes.get(type)
    if (imported !== undefined) return this.#use(imported)
    const record = generalTypes.has(type) ? undefined : this.#records.get(type)
    if (record !== undefined) return record
    const any = this.#use(direction === "in" ? "SxsInput" : "SxsValue")
    if (type.startsWith(":list") && generalTypes.has(type)) return `ReadonlyArray<${any}>`
    if (type !== ":map") return any
    return direction === "in" ? this.#use("SxsMapInput") : `{ readonly [key: string]: ${any} }`
  }

  #use(name: string): string {
    this.used.add(name)
    return name
  }
}

// Labels of a tuple may be words of the language.
const labelOf = ({ name }: ParamFacts, index: number): string => camelCase(name) || `arg${index + 1}`

const plainTypes: ReadonlyMap<string, string> = new Map([
  [":number", "number | bigint"],
  [":none", "null"],
  [":bool", "boolean"],
  [":real", "number"],
  [":str", "string"],
  [":bytes", "Uint8Array"]
])

/** Those that hold anything. */
const generalTypes: ReadonlySet<string> = new Set([":any", ":map", ":list", ":list-p", ":list-b", ":list-c"])

const importedTypes: ReadonlyMap<string, string> = new Map([
  [":int", "Int"],
  [":error", "SxsError"],
  [":symbol", "SxsSymbol"],
  [":fn", "SxsClosure"],
  [":task", "SxsTaskRef"]
])

/** What a declaration names besides records. */
const reservedTypes = (
  "Link Manifest Int SxsFunction SxsError SxsSymbol SxsClosure SxsTaskRef SxsInput SxsMapInput SxsValue ReadonlyArray Uint8Array " +
  "any unknown never number bigint boolean string symbol void object undefined"
).split(" ")
