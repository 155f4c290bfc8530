/**
 * Decompresses a block in the raw Snappy format, as LevelDB stores them: the length as a varint, then literals and copies of
 * what came before. Throws `RangeError` on bytes that are no such block.
 */
export const decompress = (input: Buffer): Buffer => {
  const { value: length, next } = readVarint(input, 0)
  // A byte of input stands for 64 bytes of output at most.
  if (length > input.length * 64) throw new RangeError("a length that these bytes cannot have")
  const output = Buffer.alloc(length)
  let from = next
  let to = 0
  while (from < input.length) {
    const element = readElement(input, from)
    from = element.next
    if (to + element.length > length) throw new RangeError("more bytes than were announced")
    if (element.offset === undefined) {
      if (from + element.length > input.length) throw new RangeError("a literal is cut off")
      input.copy(output, to, from, from + element.length)
      from += element.length
    } else {
      if (element.offset === 0 || element.offset > to) throw new RangeError("a copy of what is not there")
      // Byte by byte: a copy may overlap what it makes.
      for (let i = 0; i < element.length; i++) output[to + i] = output[to + i - element.offset]!
    }
    to += element.length
  }
  if (to !== length) throw new RangeError("fewer bytes than were announced")
  return output
}

interface Element {
  readonly length: number
  /** How far back a copy begins; undefined for a literal, whose bytes stand at `next`. */
  readonly offset: number | undefined
  readonly next: number
}

const readElement = (input: Buffer, at: number): Element => {
  const tag = input[at]!
  const high = tag >> 2
  switch (tag & 3) {
    case 0: {
      if (high < 60) return { length: high + 1, offset: undefined, next: at + 1 }
      const size = high - 59
      return { length: input.readUIntLE(at + 1, size) + 1, offset: undefined, next: at + 1 + size }
    }
    case 1:
      return { length: (high & 7) + 4, offset: ((tag >> 5) << 8) | input.readUInt8(at + 1), next: at + 2 }
    case 2:
      return { length: high + 1, offset: input.readUInt16LE(at + 1), next: at + 3 }
    default:
      return { length: high + 1, offset: input.readUInt32LE(at + 1), next: at + 5 }
  }
}

/** A number below 2^53 in groups of 7 bits, lowest first. Throws `RangeError` where there is none. */
export const readVarint = (bytes: Buffer, at: number): { readonly value: number; readonly next: number } => {
  let value = 0
  for (let index = 0; index < 8; index++) {
    const byte = bytes.readUInt8(at + index)
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: at + index + 1 }
  }
  throw new RangeError("a number that is too long")
}
