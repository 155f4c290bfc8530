import { defineConfig } from "vitest/config"

if (Number(process.versions.node.split(".")[0]) < 24)
  throw new Error(`Node 24 or newer is needed, found ${process.version}`)

export default defineConfig({
  test: {
    // Imports of CommonJS packages as Node does them.
    deps: { interopDefault: false },
    // What ends says when it is done; this is for what hangs, on a machine that is busy with other things.
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/fault/**", "test/cli/**", "test/examples/**"],
          // By default one core is left idle.
          maxWorkers: 2
        }
      },
      // Real processes on real stores: one file at a time, so that two cores are not shared by four of them.
      {
        extends: true,
        test: {
          name: "process",
          include: ["test/fault/**/*.test.ts", "test/cli/**/*.test.ts", "test/examples/**/*.test.ts"],
          testTimeout: 300_000,
          maxWorkers: 1
        }
      }
    ]
  }
})
