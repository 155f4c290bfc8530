import { Session } from "node:inspector"

/**
 * How many steps the synchronous work takes: each run of a function, and of each branch and loop body in it, counts one.
 * The same for each run of the same work, on any machine; what built-in functions do inside is not seen.
 */
export const stepsOf = (work: () => void): number => {
  const session = new Session()
  session.connect()
  try {
    post(session, "Profiler.enable")
    post(session, "Profiler.startPreciseCoverage", { callCount: true, detailed: true })
    work()
    return total(post(session, "Profiler.takePreciseCoverage") as Coverage)
  } finally {
    post(session, "Profiler.stopPreciseCoverage")
    post(session, "Profiler.disable")
    session.disconnect()
  }
}

interface Coverage {
  readonly result: ReadonlyArray<{
    readonly url: string
    readonly functions: ReadonlyArray<{ readonly ranges: ReadonlyArray<{ readonly count: number }> }>
  }>
}

const total = ({ result }: Coverage): number => {
  let steps = 0
  for (const { functions, url } of result) {
    // Node's own scripts do what they do whether or not we work.
    if (url === "" || url.startsWith("node:") || url.startsWith("evalmachine")) continue
    for (const { ranges } of functions) for (const { count } of ranges) steps += count
  }
  return steps
}

/** The answer, which comes before `post` of the session returns. */
const post = (session: Session, method: string, params?: object): unknown => {
  let answer: unknown
  session.post(method, params, (error, result) => {
    if (error !== null) throw error
    answer = result
  })
  return answer
}
