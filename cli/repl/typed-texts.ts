import { hasErrors } from "../../compiler/diagnostic.ts"
import type { Source } from "../../compiler/source.ts"
import type { FaultView, FrameView, Inspection, TaskView } from "../../runtime/index.ts"
import type { Findings } from "../diagnostics.ts"
import { type ComposedText, positionOf } from "./composed-text.ts"

/** Programs of which places can be told in what was typed; of an older one they are told in the whole program. */
const textsMax = 500

/** Warnings about what a whole program lacks, of which the rest may be typed later: what is not used, names that hide each other from
 * entry to entry, events that nobody publishes or takes. */
const uselessCodes: ReadonlySet<string> = new Set(["SXS2038", "SXS3010", "SXS3012", "SXS3013", "SXS3034", "SXS3035"])

interface Place {
  readonly source: string
  readonly line: number
  readonly column: number
}

/** Tells places of composed programs in what was typed. */
export class TypedTexts {
  readonly #byName = new Map<string, ComposedText>()

  add(text: ComposedText): void {
    this.#byName.set(text.name, text)
    const [oldest] = this.#byName.keys()
    if (this.#byName.size > textsMax) this.#byName.delete(oldest!)
  }

  /** What was found, where it was typed; of warnings, those about the entry of that name. */
  findings({ diagnostics, source }: Findings, entry: string): Findings {
    const text = this.#byName.get(source.name)
    const typed = diagnostics.flatMap((each) => text?.typed(each, source) ?? [])
    // A mistake must be seen, though it be in what nobody has typed.
    if (hasErrors(diagnostics) && !hasErrors(typed)) return { diagnostics, source }
    const isUseful = (each: (typeof typed)[number]): boolean =>
      each.severity === "error" || (each.source?.name === entry && !uselessCodes.has(each.code))
    return { source, diagnostics: typed.filter(isUseful) }
  }

  task(task: TaskView): TaskView {
    return task.place === undefined ? task : { ...task, place: this.#place(task.place) }
  }

  inspection(inspection: Inspection): Inspection {
    const { error, frames, sources, task, timeline } = inspection
    return {
      ...inspection,
      task: this.task(task),
      frames: frames.map((frame) => this.#frame(frame)),
      timeline: timeline.map((each) => (each.place === undefined ? each : { ...each, place: this.#place(each.place) })),
      sources: [...sources, ...this.#sourcesOf(error)],
      ...(error !== undefined && { error: { ...error, trace: error.trace.map((place) => this.#place(place)) } })
    }
  }

  #frame(frame: FrameView): FrameView {
    const { column, line } = frame.position
    const origin = this.#byName.get(frame.source)?.originAt(line, column)
    if (origin === undefined) return frame
    const position = { ...frame.position, ...positionOf(origin) }
    return { ...frame, source: origin.source.name, sourceText: origin.source.text, position }
  }

  #sourcesOf(error: FaultView | undefined): ReadonlyArray<Source> {
    return (error?.trace ?? []).flatMap(
      ({ column, line, source }) => this.#byName.get(source)?.originAt(line, column)?.source ?? []
    )
  }

  #place<P extends Place>(place: P): P {
    const origin = this.#byName.get(place.source)?.originAt(place.line, place.column)
    return origin === undefined ? place : { ...place, source: origin.source.name, ...positionOf(origin) }
  }
}
