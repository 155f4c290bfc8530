import { fileURLToPath } from "node:url"
import type { Datum } from "../../compiler/1-read/datum.ts"
import { decodeSource } from "../../compiler/1-read/decode.ts"
import { print } from "../../compiler/1-read/print.ts"
import { read } from "../../compiler/1-read/reader.ts"
import { hasErrors } from "../../compiler/diagnostic.ts"
import { renderDiagnostics } from "../../compiler/render.ts"
import { LineTable, type Span } from "../../compiler/source.ts"
import { golden } from "../support/golden.ts"

const folder = fileURLToPath(new URL("read", import.meta.url))

golden(folder, "datums", (source, bytes) => {
  if (hasErrors(decodeSource(source.name, bytes).diagnostics)) return undefined
  const lines = new LineTable(source.text)
  const place = ({ end, start }: Span) => [start, end].map((offset) => positionText(lines, offset)).join("-")
  const describe = (datum: Datum, indent: string): ReadonlyArray<string> => [
    `${indent}${datum.kind} ${place(datum.span)} ${datum.kind === "list" ? datum.bracket : "item" in datum ? "" : print(datum)}`.trimEnd(),
    ...childrenOf(datum).flatMap((child) => describe(child, `${indent}  `))
  ]
  const { comments, forms } = read(source).value
  const commentLines = comments.map(({ span, text }) => `comment ${place(span)} ${text}`)
  return [...forms.flatMap((form) => describe(form, "")), ...commentLines].join("\n")
})

golden(folder, "diagnostics", (source, bytes) => {
  const decoded = decodeSource(source.name, bytes)
  const diagnostics = hasErrors(decoded.diagnostics) ? decoded.diagnostics : read(source).diagnostics
  return renderDiagnostics(diagnostics, source, { colour: false })
})

const positionText = (lines: LineTable, offset: number): string => {
  const { column, line } = lines.position(offset)
  return `${line}:${column}`
}

const childrenOf = (datum: Datum): ReadonlyArray<Datum> =>
  datum.kind === "list" ? datum.items : "item" in datum ? [datum.item] : []
