import { limits } from "../../runtime/limits.ts"
import { refuseLargerThan } from "./define.ts"

/** Longest text that a library function makes, in UTF-16 units. */
export const { textUnitsMax } = limits

/** Most items of a list that a library function makes. */
export const { listItemsMax } = limits

/** Longest byte string that a library function makes (16 MiB). */
export const bytesMax = 2 ** 24

/** Most entries of a map that a library function makes. */
export const mapEntriesMax = 2 ** 20

// Each is called before the large thing is made.

export const refuseLongText = (units: number): void =>
  refuseLargerThan(textUnitsMax, units, { what: "text", unit: "characters" })

export const refuseLongList = (items: number | bigint): void =>
  refuseLargerThan(listItemsMax, items, { what: "list", unit: "items" })

export const refuseLargeMap = (entries: number): void =>
  refuseLargerThan(mapEntriesMax, entries, { what: "map", unit: "entries" })

export const refuseLongBytes = (size: number): void =>
  refuseLargerThan(bytesMax, size, { what: "byte string", unit: "bytes" })
