import type { Datum } from "../../compiler/1-read/datum.ts"
import { tokenize } from "../../compiler/1-read/lexer.ts"
import { read } from "../../compiler/1-read/reader.ts"
import { endOf } from "../../compiler/1-read/token.ts"
import type { Random } from "../support/random.ts"
import type { Corpus } from "./corpus.ts"
import { names } from "./grammar.ts"

const nasty = [
  ..."( ) [ ] { } ' @ # ; \" \\ \" #( '( @( & _ 1x 1e999 ..".split(" "),
  ...names,
  "\n",
  "\r\n",
  "\u2028",
  "\ufeff",
  "\0",
  '"\\u{110000}"',
  '"\\u{d800}"',
  "; c\n",
  "(defn f (x) (f x))",
  "(return 1)",
  "(done)"
] as const

/** One to four changes to a source of the corpus: of bytes, of tokens, of whole datums, or two sources made one. */
export const mutant = (corpus: Corpus, random: Random): Uint8Array => {
  let bytes = pick(random.chance(0.8) ? corpus.right : corpus.wrong, random)
  const count = random.chance(0.5) ? 1 : 1 + below(4, random)
  for (let i = 0; i < count; i++)
    bytes = random.chance(0.15) ? changeByte(bytes, random) : changeText(bytes, corpus, random)
  return bytes
}

const changeText = (bytes: Uint8Array, corpus: Corpus, random: Random): Uint8Array => {
  const text = new TextDecoder().decode(bytes)
  const other = new TextDecoder().decode(pick(random.chance(0.8) ? corpus.right : corpus.wrong, random))
  const change = pick([changeToken, changeToken, replaceDatum, replaceDatum, replaceDatum, splice], random)
  return new TextEncoder().encode(change(text, other, random))
}

const changeByte = (bytes: Uint8Array, random: Random): Uint8Array => {
  const at = below(bytes.length + 1, random)
  const byte = random.chance(0.5) ? below(256, random) : pick([..."()[]{}\"';@#\\ \n"], random).charCodeAt(0)
  const end = random.chance(0.5) ? at : at + 1
  return Buffer.concat([bytes.subarray(0, at), random.chance(0.8) ? Buffer.of(byte) : Buffer.of(), bytes.subarray(end)])
}

type Change = (text: string, other: string, random: Random) => string

/** Leaves a token out, doubles it, or puts another one in its place. */
const changeToken: Change = (text, other, random) => {
  const { tokens } = tokenize(text)
  if (tokens.length === 0) return pick(nasty, random)
  const token = pick(tokens, random)
  const { image, startOffset: start } = token
  const foreign = tokenize(other).tokens
  const images = [
    "",
    `${image} ${image}`,
    pick(nasty, random),
    ` ${pick(nasty, random)} `,
    foreign.length === 0 ? "" : pick(foreign, random).image
  ]
  return text.slice(0, start) + pick(images, random) + text.slice(endOf(token))
}

/** Puts a datum where another one stood, from the same source or another. */
const replaceDatum: Change = (text, other, random) => {
  const source = random.chance(0.5) ? text : other
  const [places, parts] = [spansOf(text), spansOf(source)]
  if (places.length === 0 || parts.length === 0) return text
  const place = pick(places, random)
  const part = pick(parts, random)
  return text.slice(0, place.start) + source.slice(part.start, part.end) + text.slice(place.end)
}

/** The beginning of one and the end of the other. */
const splice: Change = (text, other, random) => {
  const head = tokenize(text).tokens
  const tail = tokenize(other).tokens
  if (head.length === 0 || tail.length === 0) return text
  return `${text.slice(0, pick(head, random).startOffset)} ${other.slice(pick(tail, random).startOffset)}`
}

const spansOf = (text: string): ReadonlyArray<Datum["span"]> => {
  const spans: Array<Datum["span"]> = []
  const rest = [...read({ name: "mutant.sxs", text }).value.forms]
  for (let datum = rest.pop(); datum !== undefined; datum = rest.pop()) {
    spans.push(datum.span)
    if (datum.kind === "list") rest.push(...datum.items)
    else if ("item" in datum) rest.push(datum.item)
  }
  return spans
}

const below = (bound: number, random: Random): number => Math.floor(random.below(bound))

const pick = <A>(choices: ReadonlyArray<A>, random: Random): A => choices[below(choices.length, random)]!
