/*
 * Texts are UTF-16 inside, and the library counts code points. A text without surrogates, by far the most, has as many units
 * as code points, and is answered without walking over it.
 */

const hasSurrogates = (text: string): boolean => /[\ud800-\udfff]/.test(text)

export const countCodePoints = (text: string): number => {
  if (!hasSurrogates(text)) return text.length
  let count = 0
  for (let unit = 0; unit < text.length; unit = nextUnit(text, unit)) count++
  return count
}

/** Where the code point with this index begins, in units; the text's end when there is none. */
export const unitOffset = (text: string, index: number): number => {
  if (!hasSurrogates(text)) return Math.min(index, text.length)
  let unit = 0
  for (let left = index; left > 0 && unit < text.length; left--) unit = nextUnit(text, unit)
  return unit
}

/** Code points in reverse order; a lone surrogate stays as it is. */
export const reverseCodePoints = (text: string): string => {
  const reversed = new Uint16Array(text.length)
  let end = text.length
  for (let unit = 0; unit < text.length; ) {
    const next = nextUnit(text, unit)
    end -= next - unit
    for (let i = unit; i < next; i++) reversed[end + i - unit] = text.charCodeAt(i)
    unit = next
  }
  return Buffer.from(reversed.buffer).toString("utf16le")
}

/** The byte at `index` of the text as UTF-8; undefined outside. A lone surrogate is encoded as U+FFFD. */
export const utf8ByteAt = (text: string, index: number): number | undefined => {
  let left = index
  for (let unit = 0; unit < text.length; ) {
    const next = nextUnit(text, unit)
    const size = utf8Size(text.codePointAt(unit)!)
    if (left < size) return Buffer.from(text.slice(unit, next))[left]
    left -= size
    unit = next
  }
  return undefined
}

const utf8Size = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4

const nextUnit = (text: string, unit: number): number => (text.codePointAt(unit)! > 0xffff ? unit + 2 : unit + 1)
