import * as Data from "effect/Data"

/**
 * A bundle that this runtime must not or cannot run. `hash`: its code is not what its name says. `abi`: built for another
 * version of the runtime. `library`: needs a function that this runtime lacks. `extern`: needs a pure function of a module
 * that is not there. `code`: missing, or it does not load.
 * Nothing has run; tasks that stand in this bundle stay as they are. A retry helps only with another bundle or runtime.
 */
export class BundleRejected extends Data.TaggedError("BundleRejected")<{
  readonly hash: string
  readonly reason: "hash" | "abi" | "library" | "extern" | "code"
  readonly detail: string
}> {}

/**
 * A function of a JavaScript module that a task calls is not there: the module is missing or does not load, or does not export
 * it. Nothing was called; the task waits as it does. A retry helps once the module is there, in a process that is started then
 * when it did not load.
 */
export class ExternRejected extends Data.TaggedError("ExternRejected")<{
  readonly module: string
  readonly name: string
  readonly detail: string
}> {}
