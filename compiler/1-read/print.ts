import { printReal, printText } from "../../stdlib/abi/literals.ts"
import type { Atom, Datum, PrefixDatum } from "./datum.ts"
import { closerOf } from "./token.ts"

/**
 * The datum on one line, without its comments. Reading it gives the same datum again, spans aside, for every datum that
 * the reader can make. Safe for any depth.
 */
export const print = (datum: Datum): string => {
  const parts: Array<string> = []
  // What is left to print, the next on top: datums, and the characters between them.
  const rest: Array<Datum | string> = [datum]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === "string") parts.push(next)
    else if (next.kind === "list") {
      parts.push(next.bracket)
      rest.push(closerOf(next.bracket))
      for (let i = next.items.length - 1; i >= 0; i--) {
        rest.push(next.items[i]!)
        if (i > 0) rest.push(" ")
      }
    } else if ("item" in next) {
      parts.push(prefixes[next.kind])
      rest.push(next.item)
    } else parts.push(printAtom(next))
  }
  return parts.join("")
}

const prefixes: Record<PrefixDatum["kind"], string> = { quote: "'", error: "@", directive: "#" }

const printAtom = (atom: Atom): string => {
  switch (atom.kind) {
    case "int":
      return String(atom.value)
    case "real":
      return printReal(atom.value)
    case "string":
      return printText(atom.value)
    case "symbol":
      return atom.name
  }
}

export { printReal, printText }
