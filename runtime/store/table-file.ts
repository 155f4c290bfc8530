import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { databaseFiles, databaseOf } from "./identity.ts"
import { decompress, readVarint } from "./snappy.ts"

/**
 * LevelDB has a checksum in each block of a table and looks at few of them, so that a damaged table may hide keys without an
 * error. Here all are checked, on a closed store:
 *
 *     table   = block { block } footer         without gaps
 *     block   = contents type checksum         type: 0 as it is, 1 compressed; checksum: CRC-32C of both, masked
 *     footer  = handle of the index of other blocks, handle of the index of data blocks, filled up to 40 bytes, magic
 *     handle  = offset size                    varints
 */
const footerBytes = 48
const magic = 0xdb4775248b80fb57n
const trailerBytes = 5

interface Handle {
  readonly offset: number
  readonly size: number
}

/** The names of all table files of the store. */
export const tablesOf = (directory: string): ReadonlyArray<string> =>
  databaseFiles(directory).filter((name) => /\.(?:ldb|sst)$/.test(name))

/** What is wrong with a table; undefined when nothing is, or when it is not there any more. */
export const checkTableFile = (directory: string, name: string): string | undefined => {
  const path = join(databaseOf(directory), name)
  return existsSync(path) ? checkTable(readFileSync(path)) : undefined
}

export const checkTable = (table: Buffer): string | undefined => {
  try {
    const end = table.length - footerBytes
    if (end < 0 || table.readBigUInt64LE(table.length - 8) !== magic) return "its end is missing"
    const others = readHandle(table, end)
    const data = readHandle(table, others.next)
    const all = [...handlesIn(table, data.handle), ...handlesIn(table, others.handle), data.handle, others.handle]
    return all.map((handle) => checkBlock(table, handle)).find((wrong) => wrong !== undefined) ?? checkGaps(all, end)
  } catch (cause) {
    if (cause instanceof RangeError) return `it cannot be read: ${cause.message}`
    throw cause
  }
}

const readHandle = (bytes: Buffer, at: number): { readonly handle: Handle; readonly next: number } => {
  const offset = readVarint(bytes, at)
  const size = readVarint(bytes, offset.next)
  return { handle: { offset: offset.value, size: size.value }, next: size.next }
}

/** The handles that an index holds as its values. Keys share their beginning with the one before. */
const handlesIn = (table: Buffer, index: Handle): ReadonlyArray<Handle> => {
  const block = contentsOf(table, index)
  const restarts = block.readUInt32LE(block.length - 4)
  const end = block.length - 4 - 4 * restarts
  const handles: Array<Handle> = []
  for (let at = 0; at < end; ) {
    const shared = readVarint(block, at)
    const unshared = readVarint(block, shared.next)
    const value = readVarint(block, unshared.next)
    const start = value.next + unshared.value
    handles.push(readHandle(block, start).handle)
    at = start + value.value
  }
  return handles
}

const contentsOf = (table: Buffer, { offset, size }: Handle): Buffer => {
  const contents = table.subarray(offset, offset + size)
  return table.readUInt8(offset + size) === 1 ? decompress(contents) : contents
}

const checkBlock = (table: Buffer, { offset, size }: Handle): string | undefined => {
  const stored = table.readUInt32LE(offset + size + 1)
  return stored === masked(crc32c(table.subarray(offset, offset + size + 1)))
    ? undefined
    : `the checksum of its block at ${offset} is wrong`
}

const checkGaps = (handles: ReadonlyArray<Handle>, end: number): string | undefined => {
  let at = 0
  for (const { offset, size } of handles.toSorted((a, b) => a.offset - b.offset)) {
    if (offset !== at) return `what stands at ${at} belongs to no block`
    at = offset + size + trailerBytes
  }
  return at === end ? undefined : `what stands at ${at} belongs to no block`
}

/** Node has CRC-32 only, of another polynomial. */
const crc32c = (bytes: Buffer): number => {
  let crc = -1
  for (let i = 0; i < bytes.length; i++) crc = crcTable[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

/** LevelDB's way of storing a checksum among data that is itself checked. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
