import type { Profiler } from "node:inspector"

/** The profile with its samples in the order of their times. V8 now and then puts one behind another that was taken some µs later, and
 * who reads the file takes times that only rise. */
export const withOrderedSamples = (profile: Profiler.Profile): Profiler.Profile => {
  const { samples = [], startTime, timeDeltas = [] } = profile
  if (timeDeltas.every((delta) => delta >= 0)) return profile
  let time = startTime
  const taken = samples.map((id, index) => {
    time += timeDeltas[index] ?? 0
    return { id, time }
  })
  const ordered = taken.toSorted((a, b) => a.time - b.time)
  return {
    ...profile,
    samples: ordered.map(({ id }) => id),
    timeDeltas: ordered.map(({ time }, index) => time - (ordered[index - 1]?.time ?? startTime))
  }
}
