import { type Counters, crashPoints, faultKinds } from "../../runtime/testing/index.ts"

const phases = ["start-up", "recovery", "work"]

/** What must have happened in a long campaign: each crash point in each phase of a process, each fault, each kind of loss. */
export const occurrences: ReadonlyArray<string> = [
  // No line is shown before the program has begun.
  ...crashPoints.flatMap((point) =>
    phases
      .filter((phase) => phase !== "start-up" || !point.endsWith(" line"))
      .map((phase) => `crash ${point}, in ${phase}`)
  ),
  ...faultKinds,
  "death of the process alone",
  "power cut, nothing to lose",
  "power cut, nothing lost",
  "power cut, a part lost",
  "power cut, all lost that was not synced"
]

/** Of a short campaign too few crashes hit a start-up or a recovery. */
export const frequentOccurrences = occurrences.filter((name) => !/in (start-up|recovery)$/.test(name))

export const neverHappened = (counters: Pick<Counters, "of">, expected: ReadonlyArray<string>): ReadonlyArray<string> =>
  expected.filter((name) => counters.of(name) === 0)
