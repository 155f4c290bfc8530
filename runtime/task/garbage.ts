import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

let collect: NodeJS.GCFunction | undefined

/** V8 gives it out only with an option, which may be set late. */
const collector = (): NodeJS.GCFunction => {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc")
    collect = runInNewContext("gc") as NodeJS.GCFunction
    // Not for the contexts and workers that the program around us makes later.
    setFlagsFromString("--no-expose-gc")
  }
  return collect
}

/** Collects garbage; V8 keeps the pages that become free. About a millisecond for each megabyte that is in use. */
export const collectGarbage = (): void => {
  collector()()
}

/** Collects garbage twice, and gives the system all pages that become free, with those of the young generation. */
export const giveBackGarbage = (): void => {
  collector()({ type: "major", flavor: "last-resort" })
}
