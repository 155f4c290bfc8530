import { toJson } from "../../compiler/report.ts"
import { faultPlace, print } from "../../runtime/index.ts"
import type { Findings } from "../diagnostics.ts"
import { printCount, printNumber } from "../duration.ts"
import { printJson } from "../json.ts"
import { shellWord } from "../store-location.ts"
import { visible } from "../visible.ts"
import type { CrashReport } from "./crashes.ts"
import { differences } from "./difference.ts"
import { faultOf, printFailure, printPath, printState } from "./failure-text.ts"
import type { Failure, TestProgram, TestRun } from "./run-test.ts"

/** What became of one test. */
export interface TestResult {
  readonly test: TestProgram
  /** The run that failed, else the one without a crash. */
  readonly run: TestRun
  /** Undefined without `--crash`. */
  readonly crashes: CrashReport | undefined
  readonly seed: number | undefined
  /** Real time. */
  readonly ms: number
}

/** `  ok    prices add up (3 ms)`. */
export const printResult = ({ crashes, ms, run, test }: TestResult): string => {
  const tried = crashes === undefined || crashes.tried === 0 ? "" : `${printTried(crashes)}, `
  return `  ${run.failure === undefined ? "ok  " : "FAIL"}  ${visible(test.name)} (${tried}${Math.round(ms)} ms)\n`
}

/** It is said when not every edge was tried. */
const printTried = ({ commits, failed, tried }: CrashReport): string => {
  const isSample = failed === undefined && tried < commits
  const [count, word] = isSample ? [commits, "possible crash"] : [tried, "crash"]
  return `${isSample ? `${printNumber(tried)} of ` : ""}${printNumber(count)} ${word}${count === 1 ? "" : "es"}`
}

/** All about a test that failed, and how to run it again by itself. */
export const printFailed = (result: TestResult, colour: boolean): string => {
  const { run, test } = result
  return [
    `\nFAIL  ${visible(test.file)}:${test.line} ${visible(test.name)}\n`,
    printFailure(run.failure!, test.bundle, colour),
    printCrash(result),
    run.failedTasks.map((text) => `also failed: ${visible(text)}\n`).join(""),
    printLog(run.lines),
    `again with: ${rerun(result)}\n`
  ].join("")
}

const linesMax = 50

export const printLog = (lines: ReadonlyArray<string>): string => {
  if (lines.length === 0) return ""
  const left = Math.max(0, lines.length - linesMax)
  const head = left === 0 ? "logged:\n" : `logged, but for the first ${printCount(left, "line")}:\n`
  return (
    head +
    lines
      .slice(left)
      .map((line) => `  ${visible(line)}\n`)
      .join("")
  )
}

const printCrash = ({ crashes, seed }: TestResult): string => {
  const order = seed === undefined ? "" : `, turns in the order of seed ${seed}`
  if (crashes === undefined || crashes.failed === undefined) return order === "" ? "" : `without a crash${order}\n`
  const { commit, stood } = crashes.failed
  const tasks = stood.map((task) => `  ${printState(task)}\n`).join("")
  return `crashed behind commit ${commit} of ${crashes.commits}: it was durable, and nothing after it${order}\nstood there:\n${tasks}`
}

/** The command that runs just that again. */
const rerun = ({ crashes, seed, test }: TestResult): string =>
  [
    "sxs test",
    shellWord(test.file),
    "--filter",
    shellWord(test.name),
    ...(crashes?.failed === undefined ? [] : [`--crash-at ${crashes.failed.commit}`]),
    ...(seed === undefined ? [] : [`--seed ${seed}`])
  ].join(" ")

/** `3 tests passed`, `1 of 3 tests failed`. */
export const printSummary = (results: ReadonlyArray<TestResult>, ms: number): string => {
  const failed = results.filter(({ run }) => run.failure !== undefined).length
  const count = printCount(results.length, "test")
  return `\n${failed === 0 ? `${count} passed` : `${failed} of ${count} failed`} in ${Math.round(ms)} ms\n`
}

/** For programs. */
export const resultsJson = (results: ReadonlyArray<TestResult>, findings: ReadonlyArray<Findings>): string =>
  `${printJson(
    {
      tests: results.map(resultJson),
      diagnostics: findings.flatMap(({ diagnostics, source }) => toJson(diagnostics, source))
    },
    2
  )}\n`

const resultJson = (result: TestResult) => {
  const { crashes, ms, run, seed, test } = result
  return {
    file: test.file,
    line: test.line,
    name: test.name,
    ok: run.failure === undefined,
    ms: Math.round(ms * 10) / 10,
    seed: seed ?? null,
    crashes: crashes === undefined ? null : { possible: crashes.commits, tried: crashes.tried },
    failure: run.failure === undefined ? null : failureJson(run.failure, result),
    log: run.lines
  }
}

const failureJson = (failure: Failure, result: TestResult) => {
  const fault = faultOf(failure)
  const place = fault && faultPlace(fault)
  const standing = failure.kind === "stuck" || failure.kind === "endless" ? failure.standing?.task.place : undefined
  const unmet = failure.kind === "unmet" ? failure.unmet : undefined
  const failed = result.crashes?.failed
  return {
    kind: failure.kind,
    code: fault?.code ?? null,
    message: fault?.message ?? printFailure(failure, result.test.bundle, false).split("\n")[0]!,
    place: place ?? standing ?? null,
    parts: unmet?.parts.map(({ text, value }) => ({ text, value: print(value) })) ?? [],
    differences:
      unmet?.pair === undefined
        ? []
        : differences(unmet.pair.actual, unmet.pair.expected).map((each) => ({
            path: printPath(each),
            actual: each.actual === undefined ? null : print(each.actual),
            expected: each.expected === undefined ? null : print(each.expected)
          })),
    crash:
      failed === undefined
        ? null
        : {
            commit: failed.commit,
            stood: failed.stood.map(({ id, place: at, state }) => ({ task: id, state, place: at ?? null }))
          },
    rerun: rerun(result)
  }
}
