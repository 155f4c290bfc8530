/*
 * What promises reject with and effects fail with. Each has a `_tag`, its name, for `Effect.catchTag`. Their declarations
 * reach whoever imports `sxs`, so they name nothing of the runtime.
 */

import type { SxsDiagnostic, SxsValue } from "./types.ts"

/** What is known of a fault. */
export interface FaultFacts {
  readonly message: string
  readonly code: string
  readonly data: SxsValue
  /** The calls that led there, innermost first. */
  readonly calls: ReadonlyArray<{
    readonly function: string
    readonly source: string
    readonly line: number
    readonly column: number
  }>
  readonly task: string
  readonly trace: string
}

/** The task has failed, and stays so: the same id gives the same fault again. Or, without a task, what was asked for breaks a
 * rule of sxs, and nothing was done. */
export class SxsFault extends Error {
  readonly _tag = "SxsFault"
  override readonly name = "SxsFault"
  /** Stable, such as `SXS6003`; its page is in docs/errors. */
  readonly code: string
  /** The failed task; empty when none was started. */
  readonly task: string
  /** What the fault was raised with. */
  readonly data: SxsValue
  /** The message with the source line, and the calls that led there. */
  readonly trace: string

  constructor({ calls, code, data, message, task, trace }: FaultFacts) {
    super(message)
    this.code = code
    this.task = task
    this.data = data
    this.trace = trace
    this.stack = withCalls(this, calls)
  }
}

/** The stack with the calls of the program above those of JavaScript. */
const withCalls = ({ message, name, stack = "" }: Error, calls: FaultFacts["calls"]): string => {
  const ours = calls.map((call) => `    at ${call.function} (${call.source}:${call.line}:${call.column})`)
  const theirs = stack.split("\n").filter((line) => line.startsWith("    at "))
  return [`${name}: ${message}`, ...ours, ...theirs].join("\n")
}

/** No result will come here. `cancelled`: the task was cancelled, for good. `closed`: the store was closed first. */
export class SxsStopped extends Error {
  readonly _tag = "SxsStopped"
  override readonly name = "SxsStopped"
  readonly reason: "cancelled" | "closed"
  readonly task: string

  constructor(reason: "cancelled" | "closed", task: string) {
    super(
      reason === "cancelled"
        ? `the task ${task} was cancelled`
        : `the store was closed before ${task} had ended; it goes on when the store is opened again`
    )
    this.reason = reason
    this.task = task
  }
}

/** The store cannot be used. `held`: another process has it open; `full`: no space left; `format`: another version wrote it;
 * `damaged`: a record or file fails its check; `closed`: it was closed here; `io`: anything else. Open it anew. */
export class SxsStoreError extends Error {
  readonly _tag = "SxsStoreError"
  override readonly name = "SxsStoreError"
  readonly reason: "held" | "full" | "format" | "damaged" | "io" | "closed"

  constructor(reason: SxsStoreError["reason"], message: string) {
    super(message)
    this.reason = reason
  }
}

/** The compiled program cannot run here: its file was changed or is gone, it was built for another version of sxs, or a
 * JavaScript function that it calls is not there. */
export class SxsBundleError extends Error {
  readonly _tag = "SxsBundleError"
  override readonly name = "SxsBundleError"
}

/** What was given has no form in sxs or does not fit, as the message says; nothing was done. */
export class SxsArgumentError extends TypeError {
  readonly _tag = "SxsArgumentError"
  override readonly name = "SxsArgumentError"
}

/** What was asked of a task cannot be. `missing`: there is no such task; `removed`: it has ended, and was removed some time
 * later; `ended`, `not paused`: its state does not allow it, and nothing was done. */
export class SxsTaskError extends Error {
  readonly _tag = "SxsTaskError"
  override readonly name = "SxsTaskError"
  readonly reason: "missing" | "removed" | "ended" | "not paused"
  readonly task: string

  constructor(reason: SxsTaskError["reason"], task: string, message: string) {
    super(message)
    this.reason = reason
    this.task = task
  }
}

/** The source has errors; the message shows them with their lines. */
export class SxsCompileError extends Error {
  readonly _tag = "SxsCompileError"
  override readonly name = "SxsCompileError"
  /** Errors and warnings, in the order of the source. */
  readonly diagnostics: ReadonlyArray<SxsDiagnostic>

  constructor(message: string, diagnostics: ReadonlyArray<SxsDiagnostic>) {
    super(message)
    this.diagnostics = diagnostics
  }
}
