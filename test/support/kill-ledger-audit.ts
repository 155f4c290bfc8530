import { constants } from "node:fs"
import { cp, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import * as Effect from "effect/Effect"
import { library } from "../../cli/library.ts"
import { openNamespace } from "../../runtime/index.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import { readOutbox } from "./kill-audit.ts"
import type { Books, Ledger } from "./kill-ledgers.ts"

/** What the store of a ledger program says. */
export interface LedgerPicture {
  readonly books: Books
  /** The durable lines of each task, in their order. */
  readonly logs: ReadonlyMap<string, ReadonlyArray<string>>
  /** Durable lines that may not have been shown yet. */
  readonly unshown: ReadonlyArray<string>
  /** The program has ended: started once more, it would begin anew. */
  readonly isDone: boolean
}

export const emptyLedger: LedgerPicture = { books: new Map(), logs: new Map(), unshown: [], isDone: false }

/** Reads the store as a next process finds it, without changing it. */
export const readLedger = async (directory: string): Promise<LedgerPicture> => {
  const copy = await mkdtemp(join(tmpdir(), "sxs-audit-"))
  try {
    const filter = (path: string): boolean => basename(path) !== "control" // A socket cannot be copied.
    await cp(directory, copy, { recursive: true, mode: constants.COPYFILE_FICLONE, filter })
    return await Effect.runPromise(
      picture.pipe(Effect.scoped, Effect.provide(layerLevel({ directory: copy, create: true })))
    )
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

const allOf = 100_000

const picture = Effect.gen(function* () {
  const namespace = yield* openNamespace({ library, output: () => undefined })
  const logs = new Map<string, ReadonlyArray<string>>()
  let isDone = false
  for (const { id, program, state } of yield* namespace.tasks({ limit: allOf })) {
    isDone ||= program !== undefined && state === "done"
    const lines = yield* namespace.logs(id, { limit: allOf })
    for (const [index, { seq }] of lines.entries()) {
      if (seq !== index) throw new Error(`line ${index} of the log of ${id} has the number ${seq}`)
    }
    if (lines.length > 0) {
      logs.set(
        id,
        lines.map(({ text }) => text)
      )
    }
  }
  const keys = yield* namespace.kv.list("", 0, allOf)
  const books = new Map(
    keys.flatMap(([key, value]) => (key.startsWith("fn:") || typeof value !== "number" ? [] : [[key, value] as const]))
  )
  return { books, logs, unshown: yield* readOutbox, isDone }
})

export interface LedgerLife {
  readonly ledger: Pick<Ledger, "always">
  readonly before: LedgerPicture
  /** Whole lines that this life has shown, in their order. */
  readonly shown: ReadonlyArray<string>
  /** Lines that were shown in any life so far, this one included. */
  readonly everShown: ReadonlySet<string>
  readonly after: LedgerPicture
}

/** Everything that is wrong with a life, in words. */
export const auditLedger = ({ after, before, everShown, ledger, shown }: LedgerLife): ReadonlyArray<string> => {
  const durable = [...after.logs.values()].flat()
  const known = new Set(durable)
  const complaints = [
    ...differences(after.books, booksOf(durable)),
    ...twice(durable).map((line) => `done twice: ${line}`),
    ...twice(shown).map((line) => `shown twice in one life: ${line}`),
    ...shown.filter((line) => !known.has(line)).map((line) => `shown, but not in the store: ${line}`),
    ...wentBack(before, after),
    ...shownAgain(before, shown),
    ...neverSeen(after, durable, everShown)
  ]
  const broken = ledger.always(after.books)
  return broken === undefined ? complaints : [...complaints, broken]
}

/** What the keys must hold after these lines. */
const booksOf = (lines: ReadonlyArray<string>): Books => {
  const books = new Map<string, number>()
  for (const line of lines) {
    const [key, by] = line.split(" ")
    if (key === undefined || !/^-?\d+$/.test(by ?? ""))
      throw new Error(`the program has written ${JSON.stringify(line)}`)
    books.set(key, (books.get(key) ?? 0) + Number(by))
  }
  return books
}

const differences = (held: Books, booked: Books): ReadonlyArray<string> =>
  [...new Set([...held.keys(), ...booked.keys()])]
    .filter((key) => (held.get(key) ?? 0) !== (booked.get(key) ?? 0))
    .map((key) => `${key} holds ${held.get(key)}, but its lines add up to ${booked.get(key)}`)

const twice = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const seen = new Set<string>()
  return lines.filter((line) => seen.size === seen.add(line).size)
}

const wentBack = (before: LedgerPicture, after: LedgerPicture): ReadonlyArray<string> =>
  [...before.logs]
    .filter(([task, lines]) => lines.some((line, index) => after.logs.get(task)?.[index] !== line))
    .map(([task]) => `the store went back: ${task} has lost what it had done`)

/** Only what was perhaps not shown before may be shown again. */
const shownAgain = (before: LedgerPicture, shown: ReadonlyArray<string>): ReadonlyArray<string> => {
  const due = new Set(before.unshown)
  const old = new Set([...before.logs.values()].flat().filter((line) => !due.has(line)))
  return shown.filter((line) => old.has(line)).map((line) => `shown again: ${line}`)
}

const neverSeen = (
  { unshown }: LedgerPicture,
  durable: ReadonlyArray<string>,
  everShown: ReadonlySet<string>
): ReadonlyArray<string> => {
  const due = new Set(unshown)
  return durable.filter((line) => !everShown.has(line) && !due.has(line)).map((line) => `nobody will ever see: ${line}`)
}
