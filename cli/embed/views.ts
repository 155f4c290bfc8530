import type { Inspection, TaskView } from "../../runtime/index.ts"
import { toPlain } from "../../runtime/value/plain.ts"
import type { SxsFault } from "./errors.ts"
import { endError } from "./explain.ts"
import type { SxsInspection, SxsTaskView } from "./types.ts"

/** Without what means something to the runtime only. */
export const taskView = ({ bundle: _bundle, damage: _damage, ...task }: TaskView): SxsTaskView => task

/** With values as JavaScript has them. */
export const inspectionView = (inspection: Inspection): SxsInspection => ({
  task: taskView(inspection.task),
  frames: inspection.frames.map(({ position, slots, source, ...frame }) => ({
    function: frame.function,
    source,
    line: position.line,
    column: position.column,
    slots: Object.fromEntries(slots.map(({ name, value }) => [name, toPlain(value)]))
  })),
  ...(inspection.result !== undefined && { result: toPlain(inspection.result) }),
  ...(inspection.error !== undefined && { fault: endError(inspection) as SxsFault }),
  timeline: inspection.timeline.map(({ at, detail, event }) => ({ at, event, ...(detail !== undefined && { detail }) }))
})
