import type { TypeName } from "../../../stdlib/signatures/signature.ts"
import { type DeclaredType, isRecord, type Literal } from "../core.ts"
import { printLiteral } from "../print.ts"

/** What a clause takes: values of `type`; all of them when `isWhole`, or only `value`, or some. */
export interface Taken {
  readonly type: DeclaredType
  readonly isWhole: boolean
  readonly value?: Literal
}

/** The types that are part of others. */
const parts: ReadonlyMap<TypeName, ReadonlyArray<TypeName>> = new Map<TypeName, ReadonlyArray<TypeName>>([
  [":number", [":int", ":real"]],
  [":list", [":list-p", ":list-b", ":list-c"]]
])

/** Whether all values of one type are of the other. */
export const isWithin = (part: DeclaredType, whole: DeclaredType): boolean =>
  part === whole || (!isRecord(part) && !isRecord(whole) && parts.get(whole)?.includes(part) === true)

/** What the clauses so far take, to tell of one that takes nothing more. */
export class Coverage {
  readonly #types = new Set<DeclaredType>()
  readonly #values = new Set<string>()

  /** Adds what the next clause takes; false when earlier ones take all of it. */
  add({ isWhole, type, value }: Taken): boolean {
    if (this.#has(type)) return false
    if (isWhole) {
      this.#types.add(type)
      for (const part of isRecord(type) ? [] : (parts.get(type) ?? [])) this.#types.add(part)
      for (const [whole, each] of parts) if (each.every((part) => this.#types.has(part))) this.#types.add(whole)
    }
    if (value === undefined) return true
    const text = printLiteral(value)
    if (this.#values.has(text)) return false
    this.#values.add(text)
    return true
  }

  #has(type: DeclaredType): boolean {
    return this.#types.has(":any") || this.#types.has(type) || (isRecord(type) && this.#types.has(":map"))
  }
}

/** The type of a literal. */
export const typeOfLiteral = (value: Literal): TypeName => {
  switch (value.type) {
    case "string":
      return ":str"
    case "list":
      return value.bracket === "(" ? ":list-p" : value.bracket === "[" ? ":list-b" : ":list-c"
    default:
      return `:${value.type}`
  }
}
