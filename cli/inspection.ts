import { type FrameView, type Inspection, print, type TaskView } from "../runtime/index.ts"
import { printDuration } from "./duration.ts"
import { renderFault, textsOf } from "./fault.ts"
import { printState } from "./place.ts"
import { clip, visible } from "./visible.ts"

export interface InspectionOptions {
  /** In ms since 1970. */
  readonly now: number
  readonly colour: boolean
}

/** Frames that are shown from the innermost end; `--json` has all. */
const framesMax = 50
/** Source lines shown before and after the one where a frame stands. */
const linesAround = 2
const lineUnitsMax = 110
const valueUnitsMax = 200

/** A task for people: what it is, then its frames from the innermost outwards. */
export const renderInspection = (inspection: Inspection, options: InspectionOptions): string => {
  const { error, frames, result, timeline } = inspection
  const parts = [renderTask(inspection, options.now)]
  if (error !== undefined) parts.push(renderFault(error, textsOf(inspection), options))
  if (result !== undefined) parts.push(`result ${clip(print(result), valueUnitsMax)}\n`)
  if (frames.length > 0) parts.push(renderFrames(frames, options))
  if (timeline.length > 0) parts.push(renderTimeline(timeline, options))
  return parts.join("\n")
}

/** Frames, from the innermost outwards. */
export const renderFrames = (frames: ReadonlyArray<FrameView>, options: InspectionOptions): string => {
  const parts = frames.slice(0, framesMax).map((frame) => renderFrame(frame, options))
  if (frames.length > framesMax) parts.push(`… and ${frames.length - framesMax} more frames; --json shows all\n`)
  return parts.join("\n")
}

const renderTask = ({ limits, task }: Inspection, now: number): string => {
  if (task.state === "damaged") return aligned([["task", `${task.id} ${printState(task, now)}`]], "")
  const facts: Array<readonly [name: string, value: string]> = [
    ["task", `${task.id} ${printState(task, now)}`],
    ["started", `${printDuration(now - task.startedAt)} ago, ${new Date(task.startedAt).toISOString()}`],
    ["function", visible(task.function)],
    ["bundle", task.bundle.slice(0, 12)]
  ]
  if (task.waitsFor !== undefined) facts.splice(1, 0, ["waits for", visible(task.waitsFor)])
  if (task.program !== undefined) facts.push(["program", visible(task.program)])
  if (task.parent !== undefined) facts.push(["started by", task.parent])
  if (task.handles !== undefined) facts.push(["handles", printHandling(task.handles)])
  for (const limit of limits) facts.push(["limit", printLimit(limit, now)])
  return aligned(facts, "")
}

/** `event 7 of sub-3, attempt 2, tried again by on-a-1-9` */
const printHandling = ({
  attempt,
  deadLetter,
  event,
  retriedBy,
  subscription
}: NonNullable<TaskView["handles"]>): string => {
  const next = retriedBy === undefined ? "" : `, tried again by ${retriedBy}`
  const end = deadLetter === undefined ? "" : `, now the dead letter ${deadLetter}`
  return `event ${event} of ${subscription}, attempt ${attempt}${next}${end}`
}

/** `3 s left, until 2026-11-21T12:00:00.000Z; 500 of fuel left` */
const printLimit = ({ deadline, fuel }: Inspection["limits"][number], now: number): string => {
  const parts: Array<string> = []
  if (deadline !== undefined) {
    const left = deadline > now ? `${printDuration(deadline - now)} left` : "passed"
    parts.push(`${left}, until ${new Date(deadline).toISOString()}`)
  }
  if (fuel !== undefined) parts.push(`${fuel} of fuel left`)
  return parts.join("; ")
}

/** Events that are not called what they are. */
const eventWords: Partial<Record<Inspection["timeline"][number]["event"], string>> = {
  held: "paused from outside",
  upgraded: "moved"
}

/** What has happened, the newest last: how long ago, when, what, where. */
const renderTimeline = (timeline: Inspection["timeline"], options: InspectionOptions): string => {
  const rows = timeline.map(({ at, detail, event, place }) => {
    const where = place === undefined ? "" : `, ${visible(place.function)} at ${visible(place.source)}:${place.line}`
    const what = `${eventWords[event] ?? event}${detail === undefined ? "" : ` ${visible(detail)}`}`
    return [
      `${printDuration(Math.max(0, options.now - at))} ago`,
      `${new Date(at).toISOString()}  ${what}${where}`
    ] as const
  })
  return `${bold("timeline", options)}\n${aligned(rows, "  ")}`
}

const renderFrame = (frame: FrameView, options: InspectionOptions): string => {
  const { callee, depth, kind, pc, position, source } = frame
  const doing = kind === "call" ? `in ${visible(callee)}` : kind === "loop" ? "at the end of a turn" : "at its start"
  const title = `#${depth} ${visible(frame.function)} at ${visible(source)}:${position.line}:${position.column}, ${doing} (pc ${pc})`
  const slots = frame.slots.map(({ name, value }) => [visible(name), clip(print(value), valueUnitsMax)] as const)
  return `${bold(title, options)}\n${excerpt(frame, options)}${aligned(slots, "  ", " = ")}`
}

/** The line where the frame stands, marked, with its neighbours; empty when the text is not known. */
const excerpt = ({ position, sourceText }: FrameView, options: InspectionOptions): string => {
  if (sourceText === undefined) return ""
  const lines = sourceText.replace(/\n$/, "").split("\n")
  const first = Math.max(1, position.line - linesAround)
  const last = Math.min(lines.length, position.line + linesAround)
  const width = String(last).length
  let shown = ""
  for (let line = first; line <= last; line++) {
    const text = clip(visible((lines[line - 1] ?? "").replaceAll("\t", "    ").trimEnd()), lineUnitsMax)
    const isHere = line === position.line
    const row = `${isHere ? ">" : " "} ${String(line).padStart(width)} | ${text}`.trimEnd()
    shown += `${isHere ? bold(row, options) : row}\n`
  }
  return shown
}

const aligned = (
  rows: ReadonlyArray<readonly [name: string, value: string]>,
  indent: string,
  between = "  "
): string => {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${indent}${name.padEnd(width)}${between}${value}\n`).join("")
}

const bold = (text: string, { colour }: InspectionOptions): string => (colour ? `\u001b[1m${text}\u001b[0m` : text)
