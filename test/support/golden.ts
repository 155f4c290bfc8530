import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { describe, expect, test } from "vitest"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import type { Source } from "../../compiler/source.ts"

/** What a phase makes of one case, as text. `undefined` means that the case says nothing of this kind. */
export type Golden = (source: Source, bytes: Uint8Array) => string | undefined

const { SXS_GOLDEN } = process.env
const isWriting = SXS_GOLDEN === "write"

/**
 * One test per `<case>.sxs` in `folder`: what `make` gives for it must be the text of `<case>.<kind>.txt` beside it.
 * An expectation without a case fails, and so does a case without an expectation. With `SXS_GOLDEN=write` the
 * expectations are written instead; read the diff before you commit it.
 */
export const golden = (folder: string, kind: string, make: Golden): void => {
  describe(`golden ${basename(folder)}, ${kind}`, () => {
    const files = readdirSync(folder)
    const cases = files.filter((file) => file.endsWith(caseSuffix)).map((file) => file.slice(0, -caseSuffix.length))
    test("there are cases, and each expectation has one", () => {
      expect(cases).not.toEqual([])
      expect(orphans(files, cases)).toEqual([])
    })
    for (const name of cases) test(name, () => checkCase({ folder, name, kind }, make))
  })
}

const caseSuffix = ".sxs"

/** Expectations, of any kind, that no case stands behind. */
export const orphans = (files: ReadonlyArray<string>, cases: ReadonlyArray<string>): ReadonlyArray<string> =>
  files.filter((file) => file.endsWith(".txt") && !cases.includes(file.replace(/\.[^.]+\.txt$/, "")))

interface Case {
  readonly folder: string
  readonly name: string
  readonly kind: string
}

/** Throws when the case and its expectation differ. Shown for the runner's own tests. */
export const checkCase = ({ folder, kind, name }: Case, make: Golden, write = isWriting): void => {
  const bytes = readFileSync(join(folder, `${name}${caseSuffix}`))
  const actual = make(decodeSource(`${name}${caseSuffix}`, bytes).value, bytes)
  const path = join(folder, `${name}.${kind}.txt`)
  if (write) {
    if (actual !== undefined) writeFileSync(path, ended(actual))
    return
  }
  if (actual === undefined) {
    expect(existsSync(path), `${path} expects something of a case that gives nothing of its kind`).toBe(false)
    return
  }
  expect(existsSync(path), `${path} is missing; SXS_GOLDEN=write writes it`).toBe(true)
  expect(ended(actual)).toBe(readFileSync(path, "utf8"))
}

/** With one line feed at the end, as files have; nothing stays nothing. */
const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`)
