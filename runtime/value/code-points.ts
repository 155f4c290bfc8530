/**
 * Order of texts by code points, which is also the order of their UTF-8 bytes and so that of the store's keys. JavaScript
 * compares UTF-16 units, and there U+1F600 (units D83D DE00) comes before U+FFFF. A lone surrogate orders above U+FFFF.
 */
export const compareCodePoints = (a: string, b: string): -1 | 0 | 1 => {
  if (a === b) return 0
  const size = Math.min(a.length, b.length)
  for (let i = 0; i < size; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) < rank(y) ? -1 : 1
  }
  return a.length < b.length ? -1 : 1
}

// Surrogates, the units of all code points from U+10000 on, go behind the units E000 to FFFF.
const rank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800)
