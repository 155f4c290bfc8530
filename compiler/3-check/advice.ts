import { type Core, isHidden } from "../2-expand/core.ts"
import { quoted } from "../catalog.ts"
import type { Source, Span } from "../source.ts"
import { areDisjoint, isNever, isSubtype, kind, listKinds, numberKinds, type Type, without } from "./types.ts"

// The next step that a message offers. Each must help where it is offered: no way at all is better than a wrong one.

export const textAt = ({ text }: Source, { end, start }: Span): string => text.slice(start, end)

/** UTF-16 units of source that a hint repeats. */
const repeatedMax = 40

/** The user's own words when they are short, else `…`. */
export const briefly = (words: string): string => (words.length > repeatedMax || words.includes("\n") ? "…" : words)

/** Whether the node is a value that somebody wrote and that does nothing when nobody takes it; `none` may say just that. */
export const isBareValue = (core: Core, source: Source): boolean => {
  switch (core.kind) {
    case "literal": {
      if (core.value.type === "none") return false
      const words = textAt(source, core.span)
      return !words.startsWith("(") || /^\(\s*\)$/.test(words)
    }
    case "reference":
      return !isHidden(core.binding)
    case "constant":
    case "closure":
      return true
    default:
      return false
  }
}

/** Whether it looks like a list in the brackets of other languages: `[1 2 3]`. */
export const looksLikeList = (core: Core, source: Source): boolean =>
  core.kind === "sequence" &&
  core.items.length > 1 &&
  source.text[core.span.start] === "[" &&
  isBareValue(core.items[0]!, source)

/** What to write instead of brackets that look like a list. */
export const bracketWay = (core: Core, source: Source): string => {
  const inside = briefly(source.text.slice(core.span.start + 1, core.span.end - 1).trim())
  const first = core.kind === "sequence" ? core.items[0] : undefined
  const isCall = first?.kind === "closure" && source.text[first.span.start] !== "("
  return `\`[ … ]\` runs forms in order; ${isCall ? `a call is \`(${inside})\`` : `a list is \`(list ${inside})\``}`
}

/** What to do about a value that nobody takes. */
export const unusedWay = (core: Core, source: Source): string | undefined => {
  const words = textAt(source, core.span)
  if (core.kind === "closure")
    return words.startsWith("(")
      ? "the function is made and never called; `(defn name …)` gives it a name"
      : `${quoted(`(${words} …)`)} calls it`
  if (core.kind === "literal" && core.value.type === "string")
    return "remove it, or use its value; a comment begins with `;`"
  return undefined
}

/** The types of which a `cast` makes one of the type, whatever the value, or whenever it is well-formed. */
const castable: ReadonlyMap<number, { readonly name: string; readonly from: number }> = new Map([
  [kind.int, { name: ":int", from: kind.real | kind.str | kind.true | kind.false }],
  [kind.real, { name: ":real", from: kind.int | kind.str }],
  [kind.str, { name: ":str", from: numberKinds | kind.true | kind.false | kind.symbol | kind.bytes }],
  [kind.symbol, { name: ":symbol", from: kind.str }],
  [kind.bytes, { name: ":bytes", from: kind.str | listKinds }],
  [listKinds, { name: ":list", from: kind.map | kind.bytes }],
  [kind.map, { name: ":map", from: listKinds }]
])

/** A way from a value to the type that is wanted of it. */
export const wayTo = (wanted: Type, type: Type, core: Core, source: Source): string | undefined => {
  if ((wanted.kinds & listKinds) !== 0 && looksLikeList(core, source)) return bracketWay(core, source)
  if (core.kind === "literal") return wayOfLiteral(wanted, core)
  if (core.kind === "library" && core.signature.name === "/" && wanted.kinds === kind.int)
    return "`div` divides ints: `(div a b)`"
  const cast = wanted.record === undefined ? castable.get(wanted.kinds) : undefined
  return cast === undefined || type.isDynamic || (type.kinds & ~(cast.from | wanted.kinds)) !== 0
    ? undefined
    : `\`(cast ${cast.name} …)\` converts what can be converted`
}

const wayOfLiteral = (wanted: Type, { value }: Core & { kind: "literal" }): string | undefined => {
  if (value.type === "int") {
    if (wanted.kinds === kind.real) return `write \`${value.value}.0\``
    return wanted.kinds === kind.str ? `write the text \`"${value.value}"\`` : undefined
  }
  if (value.type !== "string") return undefined
  if ((wanted.kinds & kind.int) !== 0 && wanted.kinds !== kind.str) {
    if (/^[0-9]+ ?(?:ms|s|m|h|d)$/.test(value.value))
      return `\`(insist (time/duration ${JSON.stringify(value.value)}))\` is that in milliseconds`
    if (/^[+-]?[0-9]+$/.test(value.value)) return `write \`${value.value}\`, without quotes`
  }
  return wanted.kinds === kind.symbol && /^[^\s()[\]{}";]+$/.test(value.value) ? `write \`'${value.value}\`` : undefined
}

/** Two of the first `count` arguments, of which each is wrong where it stands and right where the other one does. */
export const swapped = (
  types: ReadonlyArray<Type>,
  count: number,
  wanted: (index: number) => Type
): readonly [number, number] | undefined => {
  let first = -1
  let second = -1
  for (let index = 0; index < count; index++) {
    if (!isWrong(types[index]!, wanted(index))) continue
    if (first < 0) first = index
    else if (second < 0) second = index
    else return undefined
  }
  if (second < 0) return undefined
  const fits = isSubtype(types[first]!, wanted(second)) && isSubtype(types[second]!, wanted(first))
  return fits ? [first, second] : undefined
}

const isWrong = (type: Type, wanted: Type): boolean => {
  if (type.isDynamic || wanted.isDynamic || isNever(type)) return false
  const plain = without(type, kind.error)
  return !isNever(plain) && areDisjoint(plain, wanted)
}

/** The call as it was meant, with the two arguments in the other order. */
export const swappedShape = (
  name: string,
  args: ReadonlyArray<Core>,
  [first, second]: readonly [number, number],
  source: Source
): string => {
  const order = args.map((_, index) => (index === first ? second : index === second ? first : index))
  return `\`(${[name, ...order.map((index) => briefly(textAt(source, args[index]!.span)))].join(" ")})\``
}
