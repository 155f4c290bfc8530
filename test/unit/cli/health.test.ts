import { assert, describe, it } from "vitest"
import { judgeSpace } from "../../../cli/health.ts"

const MiB = 1024 ** 2

describe("the space of a disk", () => {
  it.each([
    [80_000, 100_000, "ok", "78.1 GiB free"],
    [500, 100_000, "warn", "500 MiB of 97.7 GiB free; free some, a full disk stops all programs"],
    [97, 100, "warn", "97 MiB of 100 MiB free, a small disk; when it is full, all programs stop"],
    [8, 100, "fail", "8 MiB of 100 MiB free; free some, a full disk stops all programs"]
  ])("%i of %i MiB is judged by both", (free, size, level, message) => {
    assert.deepStrictEqual(judgeSpace({ freeBytes: free * MiB, sizeBytes: size * MiB }), {
      level,
      name: "space",
      message
    })
  })
})
