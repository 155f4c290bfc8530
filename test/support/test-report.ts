import { runWithCrashes } from "../../cli/test/crashes.ts"
import { printFailed, printResult, printSummary, type TestResult } from "../../cli/test/report.ts"
import { runTest } from "../../cli/test/run-test.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"

const options = { seed: undefined, turnsMax: 20_000 }
/** What every test is said to have taken. */
const ms = 1

/** What `sxs test`, or `sxs test --crash`, prints of the tests in the bundle. */
export const testReport = async (bundle: Bundle, { crash }: { readonly crash: boolean }): Promise<string> => {
  const { source: file, functions, exports } = bundle.manifest
  const results: Array<TestResult> = []
  for (const { function: index, name } of exports) {
    const test = { bundle, name, file, folder: process.cwd(), line: functions[index]!.position.line }
    const crashes = crash ? await runWithCrashes(test, { ...options, edgesMax: 500 }) : undefined
    const run = crashes === undefined ? await runTest(test, options) : (crashes.failed?.run ?? crashes.straight)
    results.push({ test, run, crashes, seed: undefined, ms })
  }
  const failed = results.filter(({ run }) => run.failure !== undefined)
  return [
    `${file}\n`,
    ...results.map(printResult),
    ...failed.map((each) => printFailed(each, false)),
    printSummary(results, ms)
  ].join("")
}
