/** The start or end of a slice as an index from 0 to `size`: negative ones count from the end, what lies outside is moved in. */
export const clampIndex = (index: number | bigint, size: number): number => {
  if (typeof index === "bigint") return index < 0n ? 0 : size
  return index < 0 ? Math.max(0, size + index) : Math.min(index, size)
}
