import * as Schema from "effect/Schema"

/**
 * A bundle that this runtime must not or cannot run. `hash`: its code is not what its name says. `abi`: built for another
 * version of the runtime. `library`: needs a function that this runtime lacks. `code`: missing, or it does not load.
 * Nothing has run; tasks that stand in this bundle stay as they are. A retry helps only with another bundle or runtime.
 */
export class BundleRejected extends Schema.TaggedError<BundleRejected>()("BundleRejected", {
  hash: Schema.String,
  reason: Schema.Literals(["hash", "abi", "library", "code"]),
  detail: Schema.String
}) {}
