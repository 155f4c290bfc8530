import type { Progress, Running } from "./records.ts"

/*
 * What happens to the events of a topic, decided without a store. A subscription takes events in their order, each once, and
 * handles so many side by side as it has places.
 */

export const beginning = (newest: number): Progress => ({ next: newest + 1, running: [], letters: [] })

/** `start` yields the task that handles the event, `skip`: it is not of the subscription's type, or cannot be read; `stop`: it has
 * looked at enough for one commit. */
export type TakeUp = (event: number) => { readonly task: string } | "skip" | "stop"

export interface TakenUp {
  readonly progress: Progress
  readonly skipped: ReadonlyArray<number>
  /** There are places free, and events that were not looked at. */
  readonly isCut: boolean
}

/** Takes up events while there are places free. */
export const takeUp = (
  before: Progress,
  { newest, places, start }: { readonly newest: number; readonly places: number; readonly start: TakeUp }
): TakenUp => {
  let free = places - placesTaken(before)
  if (free <= 0 || before.next > newest) return { progress: before, skipped: none, isCut: false }
  const skipped: Array<number> = []
  const running = [...before.running]
  let { next } = before
  let isCut = false
  while (free > 0 && next <= newest && !isCut) {
    const taken = start(next)
    if (taken === "stop") isCut = true
    else {
      if (taken === "skip") skipped.push(next)
      else {
        running.push({ event: next, task: taken.task })
        free--
      }
      next++
    }
  }
  return { progress: { ...before, next, running }, skipped, isCut }
}

const none: ReadonlyArray<never> = []

export const placesTaken = ({ running }: Progress): number => {
  let taken = 0
  for (const { isBeside } of running) if (isBeside !== true) taken++
  return taken
}

/** The event that the task handles for the subscription; undefined when it handles none any more. */
export const handledBy = ({ running }: Progress, task: string): Running | undefined =>
  running.find((each) => each.task === task)

/** The event is handled. */
export const handled = (progress: Progress, task: string): Progress => ({
  ...progress,
  running: progress.running.filter((each) => each.task !== task)
})

/** Another task tries the event again, in the place of this one. */
export const triedAgain = (progress: Progress, task: string, next: string): Progress => ({
  ...progress,
  running: progress.running.map((each) => (each.task === task ? { ...each, task: next } : each))
})

/** The task goes on without a place. */
export const beside = (progress: Progress, task: string): Progress => ({
  ...progress,
  running: progress.running.map((each) => (each.task === task ? { ...each, isBeside: true } : each))
})

/** The event is a dead letter now; yields also the one for which there is no room any more. */
export const buried = (
  progress: Progress,
  event: number,
  lettersMax: number
): { readonly progress: Progress; readonly dropped: number | undefined } => {
  const letters = [...progress.letters.filter((each) => each !== event), event]
  const dropped = letters.length > lettersMax ? letters.shift() : undefined
  return { progress: { ...progress, letters }, dropped }
}

/** Tries a dead letter again, beside the places. */
export const raised = (progress: Progress, event: number, task: string): Progress => ({
  ...progress,
  letters: progress.letters.filter((each) => each !== event),
  running: [...progress.running, { event, task, isBeside: true }]
})

/** Whether any of the subscriptions has the event still to handle or handles it. */
export const isNeeded = (all: ReadonlyArray<Progress>, event: number): boolean =>
  all.some(({ next, running }) => next <= event || running.some((each) => each.event === event))

/** Events of a topic that wait for a place of some subscription. */
export const queuedIn = (newest: number, all: ReadonlyArray<Progress>): number => {
  let first = newest + 1
  for (const { next } of all) if (next < first) first = next
  return newest + 1 - first
}

/** How long an event waits for its next attempt, in ms: twice as long each time, up to `maxMs`, and less by up to half, so that
 * what has failed together does not come again together. `seed` is any int. */
export const retryDelay = (
  failed: number,
  { firstMs, maxMs, seed }: { readonly firstMs: number; readonly maxMs: number; readonly seed: number }
): number => {
  const whole = Math.min(firstMs * 2 ** Math.min(failed - 1, 40), maxMs)
  return Math.round(whole * (1 - ((seed >>> 0) / 2 ** 32) * 0.5))
}
