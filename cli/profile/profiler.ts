import { type Profiler as Inspector, Session } from "node:inspector"
import * as Effect from "effect/Effect"
import { withOrderedSamples } from "./ordered-samples.ts"

/** V8's profiler, which samples the stack of this thread each millisecond from the start on. */
export class Profiler {
  readonly #session = new Session()
  #profile: Inspector.Profile | undefined
  #isTaken = false
  #isCut = false

  constructor() {
    this.#session.connect()
    this.#session.post("Profiler.enable")
    this.#session.post("Profiler.start")
  }

  /** Whether it was stopped by `cut`. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** Stops it and keeps what there is for `stop`. */
  readonly cut: Effect.Effect<void> = Effect.sync(() => {
    this.#isCut = true
    this.#take()
  })

  /** The profile, the first time; then nothing. Synchronous, so that it can be called when the process ends. */
  stop(): Inspector.Profile | undefined {
    this.#take()
    const profile = this.#profile
    this.#profile = undefined
    return profile
  }

  #take(): void {
    if (this.#isTaken) return
    this.#isTaken = true
    // In the session's own thread the answer comes before `post` returns.
    this.#session.post("Profiler.stop", (error, answer) => {
      if (error === null) this.#profile = withoutOwnSamples(withOrderedSamples(answer.profile))
    })
    this.#session.disconnect()
  }
}

/** Without the samples at both ends that met the profiler itself: it reads all code that is loaded when it starts, which takes longer than many
 * programs run. */
const withoutOwnSamples = (profile: Inspector.Profile): Inspector.Profile => {
  const { nodes, samples = [], timeDeltas = [] } = profile
  const own = new Set(nodes.filter(({ callFrame }) => callFrame.url === "node:inspector").map(({ id }) => id))
  const first = samples.findIndex((id) => !own.has(id))
  const end = samples.findLastIndex((id) => !own.has(id)) + 1
  if (first < 0) return profile
  const sum = (deltas: ReadonlyArray<number>): number => deltas.reduce((all, delta) => all + delta, 0)
  return {
    nodes: nodes.map((node) => (own.has(node.id) ? { ...node, hitCount: 0, positionTicks: [] } : node)),
    startTime: profile.startTime + sum(timeDeltas.slice(0, first)),
    endTime: profile.endTime - sum(timeDeltas.slice(end)),
    samples: samples.slice(first, end),
    timeDeltas: timeDeltas.slice(first, end)
  }
}
