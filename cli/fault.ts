import type { Diagnostic } from "../compiler/diagnostic.ts"
import { renderDiagnostic } from "../compiler/render.ts"
import { type FaultView, faultCodes, faultPlace, type Inspection, print } from "../runtime/index.ts"
import { clip, visible } from "./visible.ts"

/** Text of a source by its name; undefined when it is not known. */
export type SourceTexts = (name: string) => string | undefined

/** The texts of the bundles that a task runs on. */
export const textsOf =
  ({ frames, sources }: Pick<Inspection, "frames" | "sources">): SourceTexts =>
  (name) =>
    sources.find((source) => source.name === name)?.text ?? frames.find((frame) => frame.source === name)?.sourceText

type Place = FaultView["trace"][number]

/** Calls of a trace that are shown from its innermost end, and from its outermost. */
const innermostMax = 20
const outermostMax = 5
/** The runtime records at least so many calls. */
const recordedMin = 50

/** A fault for people: the message, the source line with the place underlined, then the calls that led there. */
export const renderFault = (fault: FaultView, texts: SourceTexts, options: { readonly colour: boolean }): string => {
  const place = faultPlace(fault)
  const text = place && texts(place.source)
  const head =
    place === undefined || text === undefined
      ? `error ${fault.code}: ${visible(fault.message)}\n${place === undefined ? "" : ` --> ${printPlace(place)}\n`}`
      : renderDiagnostic(toDiagnostic(fault, place, text), { name: place.source, text }, options)
  return head + renderData(fault) + renderTrace(fault.trace)
}

const dataUnitsMax = 200

/** What `(fault "message" data)` was given. The message of `insist` shows its data itself. */
const renderData = ({ code, data }: FaultView): string =>
  data === null || code === faultCodes.insist ? "" : `data: ${clip(print(data), dataUnitsMax)}\n`

const renderTrace = (trace: ReadonlyArray<Place>): string => {
  const left = trace.length - innermostMax - outermostMax
  const line = (place: Place): string => `  in ${visible(place.function)} at ${printPlace(place)}\n`
  if (left <= 0) return trace.map(line).join("")
  // A long trace is cut where it is recorded, so its length says nothing.
  const count = trace.length < recordedMin ? `${left} ` : ""
  const shown = [...trace.slice(0, innermostMax).map(line), `  … ${count}more calls …\n`]
  return [...shown, ...trace.slice(-outermostMax).map(line)].join("")
}

const printPlace = ({ column, line, source }: Place): string => `${visible(source)}:${line}:${column}`

const toDiagnostic = ({ code, message }: FaultView, place: Place, text: string): Diagnostic => {
  const start = offsetOf(text, place)
  return { code, severity: "error", message, span: { start, end: formEnd(text, start) } }
}

/** Offset of a 1-based line and column, inside the text whatever they are. */
const offsetOf = (text: string, { column, line }: Place): number => {
  let start = 0
  for (let at = 1; at < line; at++) {
    const end = text.indexOf("\n", start)
    if (end < 0) return text.length
    start = end + 1
  }
  return Math.min(text.length, start + column - 1)
}

/** End of the form at `start`: of its brackets, or of the atom. For marking it, so a `"` inside a comment may mislead. */
const formEnd = (text: string, start: number): number => {
  let depth = 0
  const part = /"(?:[^"\\]|\\.)*"|[([{]|[)\]}]|;[^\n]*|[^\s()[\]{}";]+|\s+/gsy
  part.lastIndex = start
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    if ("([{".includes(match[0][0]!)) depth++
    else if (")]}".includes(match[0][0]!)) depth--
    if (depth <= 0) return Math.max(start + 1, match.index + match[0].length)
  }
  return Math.min(text.length, start + 1)
}
