import { assert, describe, it } from "vitest"
import { explain } from "../../../cli/explain.ts"
import {
  BundleRejected,
  Fault,
  StoreUnavailable,
  TaskAmbiguous,
  TaskEnded,
  TaskNotFound
} from "../../../runtime/index.ts"

const location = { kind: "directory", directory: "/data/.sxs", flag: " --store /data/.sxs" } as const

const unavailable = (reason: StoreUnavailable["reason"], detail = "why") =>
  explain(new StoreUnavailable({ operation: "commit", reason, detail }), location)

describe("what the runtime fails with", () => {
  it.each([
    ["full", "Free some and run the command again"],
    ["held", "use another folder with --store"],
    ["format", "cannot be read (format)"],
    ["damaged", "cannot be read (damaged)"],
    ["io", "sxs doctor --store /data/.sxs"]
  ] as const)("says where and what to do when the store is unusable: %s", (reason, way) => {
    const { exitCode, message } = unavailable(reason)
    assert.strictEqual(exitCode, 74)
    assert.include(message, way)
    if (reason !== "held") assert.include(message, "/data/.sxs")
  })

  it("sends to the doctor when it is not said what to do, but not for a store in memory", () => {
    assert.include(unavailable("damaged", "a block").message, "a block.\nsxs doctor --store /data/.sxs says where")
    const error = new StoreUnavailable({ operation: "read", reason: "damaged", detail: "a block" })
    assert.notInclude(explain(error, { kind: "memory", flag: "" }).message, "doctor")
  })

  it("does not repeat a place that the reason names itself", () => {
    assert.strictEqual(
      unavailable("damaged", "the store /data/.sxs is damaged: x").message,
      "the store /data/.sxs is damaged: x"
    )
  })

  it("is wrong usage for tasks and keys, and 65 for code that cannot run", () => {
    const usage = [
      new TaskNotFound({ task: "a-1" }),
      new TaskAmbiguous({ task: "a", matches: ["a-1", "a-2", "a-3"] }),
      new TaskEnded({ task: "a-1", state: "done" }),
      new Fault("SXS6006", "a key has at least 1 byte")
    ].map((error) => explain(error, location))
    assert.deepStrictEqual(
      usage.map(({ exitCode }) => exitCode),
      [2, 2, 2, 2]
    )
    assert.include(usage[1]!.message, "a-1, a-2 or a-3")
    const rejected = explain(new BundleRejected({ hash: "0".repeat(64), reason: "abi", detail: "too new" }), location)
    assert.strictEqual(rejected.exitCode, 65)
  })
})
