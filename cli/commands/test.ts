import * as Effect from "effect/Effect"
import { hasErrors } from "../../compiler/diagnostic.ts"
import { distinct, type Findings, showDiagnostics } from "../diagnostics.ts"
import { attempt, endWith, exitCodes, usageError } from "../exit.ts"
import { Shell, type ShellService } from "../shell.ts"
import { runWithCrashes } from "../test/crashes.ts"
import { chosenTests, findTests } from "../test/find-tests.ts"
import { printFailed, printLog, printResult, printSummary, resultsJson, type TestResult } from "../test/report.ts"
import { runTest, type TestProgram } from "../test/run-test.ts"

export interface TestOptions {
  /** Files, folders, and `-` for the standard input; none stand for the current folder. */
  readonly files: ReadonlyArray<string>
  /** Only tests whose text contains it. */
  readonly filter: string | undefined
  /** Each test is also crashed at each of its commits and resumed. */
  readonly crash: boolean
  /** Only the crash behind that commit. */
  readonly crashAt: number | undefined
  readonly seed: number | undefined
  /** Turns that each process of a test gets. */
  readonly turns: number
  /** Crashes of one test. */
  readonly crashesMax: number
  readonly json: boolean
  /** Shows what tests have logged also when they pass. */
  readonly verbose: boolean
}

/** Runs the tests of the files, one after another; ends with 65 when a file does not compile, with 1 when a test fails. */
export const test = Effect.fn("test")(function* (options: TestOptions) {
  const shell = yield* Shell
  if (options.crashAt === 0) return yield* usageError("--crash-at counts commits from 1 on")
  const found = yield* attempt(() => findTests(options.files.length === 0 ? ["."] : options.files, shell))
  const findings = distinct(found.findings)
  for (const each of findings) showDiagnostics(each, shell)
  if (findings.some(({ diagnostics }) => hasErrors(diagnostics))) {
    if (options.json) shell.out(resultsJson([], findings))
    return yield* endWith(exitCodes.source)
  }
  const tests = chosenTests(found.tests, options.filter)
  if (tests.length === 0) return yield* noTests(options, found.tests)
  const results = yield* runAll(tests, options, { shell, findings })
  const { crashAt } = options
  if (crashAt !== undefined && results.every(({ crashes }) => crashes!.commits < crashAt)) {
    const commits = Math.max(...results.map(({ crashes }) => crashes!.commits))
    return yield* usageError(
      `there is no commit ${crashAt} to crash behind: a test that was run has at most ${commits}`
    )
  }
  if (results.some(({ run }) => run.failure !== undefined)) return yield* endWith(exitCodes.failed)
})

const noTests = ({ files, filter }: TestOptions, others: ReadonlyArray<TestProgram>) =>
  usageError(
    others.length === 0
      ? `there is no test in ${files.length === 0 ? "this folder" : files.join(", ")}: write (deftest "what holds" (expect …)) at the top level of a file`
      : `no test has ${JSON.stringify(filter)} in its text; there is ${JSON.stringify(others[0]!.name)}${others.length === 1 ? "" : `, and ${others.length - 1} more`}`
  )

const runAll = Effect.fnUntraced(function* (
  tests: ReadonlyArray<TestProgram>,
  options: TestOptions,
  { findings, shell }: { readonly shell: ShellService; readonly findings: ReadonlyArray<Findings> }
) {
  const startedAt = performance.now()
  const results: Array<TestResult> = []
  for (const each of tests) {
    const result = yield* Effect.promise(() => runOne(each, options, shell))
    if (!options.json) {
      if (results.at(-1)?.test.file !== each.file) shell.out(`${each.file}\n`)
      shell.out(printResult(result))
      if (options.verbose && result.run.failure === undefined) shell.out(printLog(result.run.lines))
    }
    results.push(result)
  }
  if (options.json) shell.out(resultsJson(results, findings))
  else showEnd(results, performance.now() - startedAt, shell)
  return results
})

const showEnd = (results: ReadonlyArray<TestResult>, ms: number, shell: ShellService): void => {
  for (const each of results) if (each.run.failure !== undefined) shell.out(printFailed(each, shell.colour.out))
  shell.out(printSummary(results, ms))
}

const runOne = async (test: TestProgram, options: TestOptions, shell: ShellService): Promise<TestResult> => {
  const startedAt = performance.now()
  const { crash, crashAt, crashesMax, seed, turns } = options
  const run = { seed, turnsMax: turns }
  const done = (rest: Pick<TestResult, "run" | "crashes">): TestResult => ({
    ...rest,
    test,
    seed,
    ms: performance.now() - startedAt
  })
  if (!crash && crashAt === undefined) return done({ run: await runTest(test, run), crashes: undefined })
  const progress = progressOf(test, shell)
  const crashes = await runWithCrashes(test, {
    ...run,
    edgesMax: crashesMax,
    onProgress: progress.show,
    ...(crashAt !== undefined && { only: crashAt })
  })
  progress.clear()
  return done({ run: crashes.failed?.run ?? crashes.straight, crashes })
}

/** After so long (ms) a terminal shows how far a test is. */
const progressAfterMs = 1000
const progressEveryMs = 100

const progressOf = (test: TestProgram, shell: ShellService) => {
  let nextAt = performance.now() + progressAfterMs
  let width = 0
  const write = (text: string): void => {
    shell.err(`\r${text.padEnd(width)}${text === "" ? "\r" : ""}`)
    width = text.length
  }
  return {
    show: (done: number, edges: number): void => {
      if (!shell.colour.err || performance.now() < nextAt) return
      nextAt = performance.now() + progressEveryMs
      write(`  ${done} of ${edges} crashes: ${test.name.slice(0, 50)}`)
    },
    clear: (): void => {
      if (width > 0) write("")
    }
  }
}
