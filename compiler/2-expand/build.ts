import { signatureOf } from "../../stdlib/signatures/index.ts"
import type { Datum } from "../1-read/datum.ts"
import type { Span } from "../source.ts"
import { type Binding, type Core, type Literal, none } from "./core.ts"

export const literal = (value: Literal, span: Span): Core => ({ kind: "literal", value, span })

export const reference = (binding: Binding, span: Span): Core => ({ kind: "reference", binding, span })

export const newBinding = (facts: Omit<Binding, "assigned" | "capturedAt">): Binding => ({
  ...facts,
  assigned: false,
  capturedAt: undefined
})

/** A call of a library function by its full name. */
export const libraryCall = (name: string, args: ReadonlyArray<Core>, span: Span): Core => ({
  kind: "library",
  signature: signatureOf(name)!,
  args,
  span
})

export const quoted = (datum: Datum): Literal => {
  switch (datum.kind) {
    case "int":
      return { type: "int", value: datum.value }
    case "real":
      return { type: "real", value: datum.value }
    case "string":
      return { type: "string", value: datum.value }
    case "symbol":
      if (datum.name === "true" || datum.name === "false") return { type: "bool", value: datum.name === "true" }
      return datum.name === "none" ? none : { type: "symbol", name: datum.name }
    case "quote":
      return { type: "list", bracket: "(", items: [{ type: "symbol", name: "quote" }, quoted(datum.item)] }
    case "error":
      return { type: "error", content: quoted(datum.item), span: datum.span }
    case "directive":
      return quoted(datum.item)
    case "list":
      return { type: "list", bracket: datum.bracket, items: datum.items.map(quoted) }
  }
}

export const counted = (count: number, noun = "argument"): string =>
  `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`
