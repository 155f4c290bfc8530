/**
 * Every bound of the runtime, with its unit and reason. What happens at a bound is said by the one who enforces it.
 */
export const limits = {
  /** UTF-8 bytes of one encoded value (4 MiB): a larger one would stall the writer for everybody in the namespace. */
  valueBytesMax: 4 * 1024 * 1024,
  /** Containers inside each other in one stored value. The codec recurses, and a segment may already stand deep. */
  valueDepthMax: 1000,
  /** Bits of an int that arithmetic makes, about 315,000 decimal digits: one product then takes milliseconds. */
  intBitsMax: 2 ** 20,
  /** UTF-16 units of a value in print (8 Mi): lists that share their parts print larger than they are. */
  printUnitsMax: 2 ** 23,

  /** UTF-8 bytes of a user's key, without the hidden prefix. */
  keyBytesMax: 1024,
  /** UTF-8 bytes of a name that becomes part of a key: a task id, a program, a local. */
  nameBytesMax: 1024,
  /** Frames of one task: their depth has four hex digits in a key. */
  framesMax: 0x10000,
  /** Commits of one namespace over its life, log lines of a task, ms since 1970 of a timer: 12 hex digits in a key. */
  counterMax: 2 ** 48 - 1,
  /** Lines that one commit may show: four hex digits in a key. */
  outputsPerCommitMax: 0x10000,

  /** UTF-16 units of keys and payloads from which on a segment ends at its next fuel point (1 Mi): the writer then sets the
   * pace, however much a program writes. */
  segmentUnitsSoft: 1024 * 1024,
  /** The same of one segment that has no fuel point left (32 Mi): eight of the largest values. */
  segmentUnitsMax: 32 * 1024 * 1024,

  /** Entries of the view's cache. At 200 bytes for a typical entry it holds 4 MB. */
  viewCacheEntriesMax: 20_000,
  /** UTF-16 units of the payloads in the view's cache (32 Mi), as a few values may have 4 MiB each. */
  viewCacheUnitsMax: 32 * 1024 * 1024,
  /** Entries that a scan fetches from the store at once: one hop to another thread costs as much as some 20 entries. */
  scanPageItems: 1000,
  /** Items that one `core/kv` scan may yield to a script. */
  scanItemsMax: 100_000,

  /** Commits that wait for the writer. At this many no segment starts until the writer has taken them. */
  writerCommitsMax: 1024,
  /** UTF-16 units of keys and payloads that wait for the writer (16 Mi); reached before the bound above by large values. As
   * many are being written meanwhile, and a value is in memory up to three times: itself, encoded, sealed. */
  writerUnitsMax: 16 * 1024 * 1024,

  /** UTF-8 bytes of an encoded local that stays inside its frame's record; larger ones are rewritten only when changed. */
  slotInlineBytesMax: 1024,
  /** A sleep shorter than this, in ms, keeps its fiber: parking and waking would cost more. */
  parkGraceMs: 50,
  /** Tasks of a namespace that have a fiber at once; further runnable ones wait in the store. A fiber has a few KiB. */
  liveTasksMax: 10_000,
  /** Loop turns and recursive calls of one segment, well below a millisecond of work. */
  fuelPerSlice: 10_000,
  /** Loop turns and recursive calls inside one `atomic`, which cannot be interrupted: some ten milliseconds of work. */
  atomicFuel: 1_000_000,
  /** Arguments that `apply` takes from a list: JavaScript puts them all on its stack. */
  argumentsMax: 10_000,
  /** UTF-16 units of a text that `eval` compiles. */
  evalUnitsMax: 1024 * 1024
} as const
