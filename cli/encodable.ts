import { type FaultView, type Inspection, print, type Value } from "../runtime/index.ts"

/** The inspection as plain data for JSON: values in the form that the reader takes, as JSON has no ints of any size. */
export const encodable = ({ error, frames, limits, result, task, timeline }: Inspection): unknown => ({
  ...task,
  frames: frames.map(({ slots, sourceText: _, ...frame }) => ({
    ...frame,
    slots: slots.map(({ kind, name, value }) => ({ name, kind, value: print(value) }))
  })),
  ...(result !== undefined && { result: print(result) }),
  ...(error !== undefined && { error: encodableFault(error) }),
  limits,
  timeline
})

const encodableFault = ({
  data,
  ...fault
}: FaultView): { readonly [name: string]: unknown; readonly data: string } => ({
  ...fault,
  data: print(data satisfies Value)
})
