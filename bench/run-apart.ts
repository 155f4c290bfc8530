import { fork } from "node:child_process"
import { join } from "node:path"
import type { Result } from "./measure.ts"

const execArgv = ["--expose-gc", "--disable-warning=ExperimentalWarning"]

/** Runs one benchmark of the folder in a process of its own, so that none meets code that another has warmed up or spoiled. All
 * its tables; `report` hears of each once it is complete. Rejects when it does not run to its end. */
export const runApart = (
  { folder, name }: { readonly folder: string; readonly name: string },
  report: (result: Result) => void = () => undefined
): Promise<ReadonlyArray<Result>> =>
  new Promise((resolve, reject) => {
    const results: Array<Result> = []
    const child = fork(join(import.meta.dirname, "child.ts"), [folder, name], { execArgv })
    child.on("message", (message) => {
      const result = message as Result
      results.push(result)
      report(result)
    })
    child.on("error", reject)
    child.on("exit", (code, signal) => {
      if (code === 0) resolve(results)
      else reject(new Error(`the benchmark ${name} ended with ${code ?? signal}`))
    })
  })
