/**
 * Each planted fault must be found, a few by default and all of them with `SXS_PLANTS=all`. A plant is caught when the first
 * failure of a campaign with it says what the table in `plants.ts` says.
 */
import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { type Plant, plants } from "../simulation/plants.ts"

const root = join(import.meta.dirname, "../..")
const everyFifth = (_: Plant, index: number) => index % 5 === 1
const chosen = process.env["SXS_PLANTS"] === "all" ? plants : plants.filter(everyFifth)

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const run = async (plant: Plant): Promise<Ended> => {
  const env = {
    PATH: process.env["PATH"],
    SXS_PLANT: plant.name,
    SXS_PROGRAM: plant.programs.join(","),
    SXS_EDGES: "40",
    SXS_FAULTS: "800"
  }
  const script = plant.programs.length === 0 ? "lost-batches.ts" : "run.ts"
  const args = ["--import", "./test/simulation/plant.ts", `test/simulation/${script}`]
  const done = promisify(execFile)(process.execPath, args, { cwd: root, env })
  return done.then(
    (output) => ({ code: 0, ...output }),
    (failed: Ended) => failed
  )
}

describe("planted faults", () => {
  it("fit the code, each in one place", () => {
    for (const { file, name, text } of plants)
      assert.strictEqual(
        readFileSync(join(root, file), "utf8").split(text).length - 1,
        1,
        `${name}: ${text} in ${file}`
      )
  })

  it.each(chosen.map((plant) => [plant.name, plant] as const))("%s: found", async (name, plant) => {
    const { code, stderr, stdout } = await run(plant)
    assert.strictEqual(code, 1, `${name} was not found\n${stdout}${stderr}`)
    assert.match(stdout, plant.caughtBy)
  })
})
