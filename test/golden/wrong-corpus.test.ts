import { globSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import * as catalog from "../../compiler/catalog.ts"
import { compile } from "../../compiler/compile.ts"
import type { Diagnostic } from "../../compiler/diagnostic.ts"
import { lineTableOf, type Source } from "../../compiler/source.ts"

// Small wrong programs. The first line of each says the one diagnostic that it gets: `; SXS3003 2:17-2:19`, the code and
// where it points, from line:column up to, not including, line:column. Behind `; ---- pay.sxs` stands a file that it imports.

const folder = fileURLToPath(new URL("wrong-corpus", import.meta.url))
const files = globSync(`${folder}/*.sxs`).sort()

interface Program {
  readonly expected: string
  readonly text: string
  readonly others: ReadonlyMap<string, string>
  /** What is wrong with the bytes; such a file is not read. */
  readonly undecodable: ReadonlyArray<Diagnostic>
}

const programIn = (file: string): Program => {
  const { diagnostics, value } = decodeSource(file, readFileSync(file))
  const [text, ...others] = value.text.split(/^; ---- /m)
  const named = others.map((other): [string, string] => {
    const end = other.indexOf("\n")
    return [other.slice(0, end), other.slice(end + 1)]
  })
  return {
    expected: text!.slice(2, text!.indexOf("\n")),
    text: text!,
    others: new Map(named),
    undecodable: diagnostics
  }
}

const found = ({ others, text, undecodable }: Program): ReadonlyArray<string> => {
  const source = { name: "main.sxs", text }
  if (undecodable.length > 0) return undecodable.map((diagnostic) => shown(diagnostic, source))
  const { diagnostics } = compile(source, {
    load: (path) => {
      const other = path === source.name ? text : others.get(path)
      return other === undefined
        ? { kind: "missing", why: "there is no such file" }
        : { kind: "file", source: { name: path, text: other } }
    }
  })
  return diagnostics.map((diagnostic) => shown(diagnostic, source))
}

const shown = ({ code, source: other, span }: Diagnostic, source: Source): string => {
  const place = (offset: number): string => {
    const { column, line } = lineTableOf(other ?? source).position(offset)
    return `${line}:${column}`
  }
  return `${code} ${place(span.start)}-${place(span.end)}`
}

describe("wrong programs get one diagnostic each, at the right place", () => {
  test.each(files.map((file) => [basename(file, ".sxs"), file] as const))("%s", (_, file) => {
    const program = programIn(file)
    expect(found(program)).toEqual([program.expected])
  })

  test("every code of the catalog has such a program", () => {
    const shownCodes = new Set(files.map((file) => programIn(file).expected.split(" ")[0]!))
    const codes = Object.values(catalog).flatMap((entry) =>
      typeof entry === "object" && "code" in entry ? [entry.code] : []
    )
    expect(codes.filter((code) => !shownCodes.has(code))).toEqual([])
  })

  test("there are enough of them to mean something", () => {
    expect(files.length).toBeGreaterThanOrEqual(120)
  })
})
