import { Bytes, ErrorValue, isInt, List, Real, SxsMap, type Value } from "../../runtime/value/value.ts"

/** The time furthest from 1970, in ms: some 250,000 years, so that a zone's clock is still in JavaScript's calendar. */
export const timeMax = 8e15

/** What an argument must be; an argument that was left out is `undefined`. */
export interface Kind<A extends Value | undefined> {
  /** In words, after "expected": `a list`. */
  readonly what: string
  readonly accepts: (value: Value | undefined) => value is A
}

export const any: Kind<Value> = {
  what: "a value",
  accepts: (value): value is Value => value !== undefined
}

export const int: Kind<number | bigint> = {
  what: "an int",
  accepts: (value) => value !== undefined && isInt(value)
}

/** A number that counts or measures; those beyond 2^53 - 1 are refused, as nothing can have so many. */
export const count: Kind<number> = {
  what: "a count (an int from 0 to 9007199254740991)",
  accepts: (value): value is number => typeof value === "number" && value >= 0
}

/** A size of which there is at least one. */
export const size: Kind<number> = {
  what: "a size (an int from 1 to 9007199254740991)",
  accepts: (value): value is number => typeof value === "number" && value >= 1
}

export const step: Kind<number | bigint> = {
  what: "an int other than 0",
  accepts: (value): value is number | bigint => value !== 0 && int.accepts(value)
}

export const number: Kind<number | bigint | Real> = {
  what: "a number",
  accepts: (value): value is number | bigint | Real => value instanceof Real || int.accepts(value)
}

export const text: Kind<string> = {
  what: "a text",
  accepts: (value) => typeof value === "string"
}

export const someText: Kind<string> = {
  what: "a text that is not empty",
  accepts: (value): value is string => typeof value === "string" && value !== ""
}

export const bytes: Kind<Bytes> = {
  what: "a byte string",
  accepts: (value) => value instanceof Bytes
}

/** What has bytes: a text has those of its UTF-8. */
export const textOrBytes: Kind<string | Bytes> = {
  what: "a text or bytes",
  accepts: (value): value is string | Bytes => typeof value === "string" || value instanceof Bytes
}

/** Milliseconds since 1970, as far as a calendar goes. */
export const time: Kind<number> = {
  what: "a time (an int of ms since 1970, at most 8000000000000000 from it)",
  accepts: (value): value is number => typeof value === "number" && Math.abs(value) <= timeMax
}

export const list: Kind<List> = {
  what: "a list",
  accepts: (value) => value instanceof List
}

export const map: Kind<SxsMap> = {
  what: "a map",
  accepts: (value) => value instanceof SxsMap
}

export const error: Kind<ErrorValue> = {
  what: "an error value",
  accepts: (value) => value instanceof ErrorValue
}

export const listOrText: Kind<List | string> = {
  what: "a list or a text",
  accepts: (value): value is List | string => value instanceof List || typeof value === "string"
}

/** What has places with an index. */
export const indexed: Kind<List | string | Bytes> = {
  what: "a list, a text or bytes",
  accepts: (value): value is List | string | Bytes => listOrText.accepts(value) || value instanceof Bytes
}

export const sized: Kind<List | string | Bytes | SxsMap> = {
  what: "a list, a map, a text or bytes",
  accepts: (value): value is List | string | Bytes | SxsMap => indexed.accepts(value) || value instanceof SxsMap
}

export const optional = <A extends Value | undefined>(kind: Kind<A>): Kind<A | undefined> => ({
  what: kind.what,
  accepts: (value): value is A | undefined => value === undefined || kind.accepts(value)
})
