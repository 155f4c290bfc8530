/**
 * The power is cut: a process writes into a store on a file system in an image file and says what was acknowledged; it is frozen,
 * the image is copied, and the copy mounted. That is what the disk had at that moment.
 *
 *     SXS_CUTS  how many times; 3 without it
 *     SXS_SEED  repeats the moments of another run, as far as two processes can be made to run alike
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { decodeAnchor, encodeAnchor, slotOf } from "../../runtime/store/anchor.ts"
import { layerLevel } from "../../runtime/store/level.ts"
import { unseal } from "../../runtime/store/record.ts"
import { Store, type StoreUnavailable } from "../../runtime/store/store.ts"
import { copyImage, makeImage, mountImage, unmount, unmountIfMounted, whyNoMounts } from "../support/mounts.ts"
import { seeded } from "../support/random.ts"

const { SXS_CUTS, SXS_SEED } = process.env
const cutCount = Number(SXS_CUTS ?? 3)
const seed = Number(SXS_SEED ?? Math.floor(Math.random() * 2 ** 32))
const random = seeded(seed)

const why = whyNoMounts()
if (why !== undefined) console.info(`power cuts are skipped: ${why}`)

const writer = join(import.meta.dirname, "../support/write-and-tell.ts")

type Mode = "strict" | "relaxed" | "planted"

const folders: Array<string> = []

afterEach(() => {
  for (const folder of folders.splice(0)) {
    for (const name of ["before", "after"]) unmountIfMounted(join(folder, name))
    rmSync(folder, { recursive: true, force: true })
  }
})

/** The folder with the store as the disk had it, and the last batch that was acknowledged. */
const cutPower = async (mode: Mode): Promise<{ readonly directory: string; readonly acknowledged: number }> => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-power-"))
  folders.push(folder)
  const [before, after] = [join(folder, "before"), join(folder, "after")]
  mountImage(makeImage(join(folder, "image"), "48M"), before)
  mkdirSync(join(before, "store"))
  const child = spawn(process.execPath, [writer, join(before, "store"), mode], { stdio: ["ignore", "pipe", "inherit"] })
  const moment = 1 + Math.floor(random.below(mode === "strict" ? 300 : 3000))
  let told = ""
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      told += String(chunk)
      if (linesOf(told).length >= moment) resolve()
    })
    child.stdout.on("end", resolve)
  })
  child.kill("SIGSTOP")
  untilStopped(child.pid!)
  copyImage(join(folder, "image"), join(folder, "copy"))
  const ended = once(child, "close") // With all that it had said before it was stopped.
  child.kill("SIGKILL")
  assert.deepStrictEqual(await ended, [null, "SIGKILL"])
  unmount(before)
  mountImage(join(folder, "copy"), after)
  return { directory: join(after, "store"), acknowledged: Number(linesOf(told).at(-1)) }
}

/** The system stops one thread after the other. */
const untilStopped = (pid: number): void => {
  const stateOf = (thread: string) => /\) (\S)/.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8"))?.[1]
  while (readdirSync(`/proc/${pid}/task`).some((thread) => stateOf(thread) !== "T")) {
    // It takes microseconds.
  }
}

const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").slice(0, -1)

/** The number of batches that the store holds, all of them from the first on, or why it does not open. */
const countIn = (directory: string): Promise<number | StoreUnavailable> =>
  Effect.runPromise(
    Effect.map(Store, (store) => {
      const record = store.get("last")
      const last = record === undefined ? 0 : Number(unseal("last", record))
      for (let batch = 1; batch <= last; batch++) {
        const key = `k${batch}`
        assert.match(unseal(key, store.get(key)!), new RegExp(`^${batch} v*$`))
      }
      assert.isUndefined(store.get(`k${last + 1}`))
      return last
    }).pipe(
      Effect.provide(layerLevel({ directory, create: false })),
      Effect.catch((error) => Effect.succeed(error))
    )
  )

/** As if the machine had been started again since. */
const reboot = (directory: string): void => {
  const path = join(directory, "anchor")
  const file = readFileSync(path)
  const anchor = decodeAnchor(file)!
  file.write(encodeAnchor({ ...anchor, boot: "of-the-start-before" }), slotOf(anchor))
  writeFileSync(path, file)
}

describe.skipIf(why !== undefined)("a power cut", () => {
  it(`strict: nothing that was acknowledged is lost (${cutCount} cuts)`, async () => {
    console.info(`power cut ${cutCount} times with SXS_SEED=${seed}`)
    for (let cut = 0; cut < cutCount; cut++) {
      const { acknowledged, directory } = await cutPower("strict")
      const count = await countIn(directory)
      assert.typeOf(count, "number", `cut ${cut}, seed ${seed}: ${String(count)}`)
      assert.isAtLeast(Number(count), acknowledged, `cut ${cut}, seed ${seed}`)
      unmount(join(directory, ".."))
    }
  })

  it("relaxed: the last batches may be lost, and that is no damage once the machine has started again", async () => {
    const { acknowledged, directory } = await cutPower("relaxed")
    reboot(directory)
    const count = await countIn(directory)
    assert.typeOf(count, "number", `seed ${seed}: ${String(count)}`)
    assert.isAtMost(Number(count), acknowledged + 100)
  })

  it("is seen to lose what is acknowledged without a flush", async () => {
    const { acknowledged, directory } = await cutPower("planted")
    reboot(directory)
    assert.isBelow(Number(await countIn(directory)), acknowledged)
  })
})
