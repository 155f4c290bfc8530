import { existsSync, readFileSync, writeFileSync } from "node:fs"
import type { Profiler } from "node:inspector"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { ended, folderWith, printed, start, starting, sxs } from "./start.ts"

const hot = `(defn cold (n :int) :int
  (+ n 1))

(defn hot (n :int) :int [
  (def sum 0)
  (for (i 0 n)
    (set sum (% (+ (* sum 31) i) 65521)))
  sum])

(core/util/log (hot (cold 20000000)))
(core/util/log "done")
`

type WholeProfile = Profiler.Profile & {
  readonly samples: ReadonlyArray<number>
  readonly timeDeltas: ReadonlyArray<number>
}

/** Checks that it is a profile as DevTools and VS Code take it, and gives it. */
const read = (file: string): WholeProfile => {
  const profile = JSON.parse(readFileSync(file, "utf8")) as WholeProfile
  const { endTime, nodes, samples, startTime, timeDeltas } = profile
  const ids = new Set(nodes.map(({ id }) => id))
  assert.strictEqual(ids.size, nodes.length, "ids are unique")
  assert.strictEqual(samples.length, timeDeltas.length)
  assert.isTrue(samples.every((id) => ids.has(id)))
  assert.isTrue(timeDeltas.every((delta) => delta >= 0))
  assert.isTrue(timeDeltas.reduce((time, delta) => time + delta, startTime) <= endTime)
  const children = nodes.flatMap((node) => node.children ?? [])
  assert.isTrue(children.every((id) => ids.has(id)))
  assert.strictEqual(new Set(children).size, nodes.length - 1, "each but the root is the child of one")
  assert.strictEqual(children.length, nodes.length - 1)
  const reached = new Set([nodes.find(({ callFrame }) => callFrame.functionName === "(root)")!.id])
  const childrenOf = new Map(nodes.map((node) => [node.id, node.children ?? []]))
  for (const id of reached) for (const child of childrenOf.get(id)!) reached.add(child)
  assert.strictEqual(reached.size, nodes.length, "each is below the root")
  for (const { callFrame, hitCount, positionTicks } of nodes) {
    assert.isString(callFrame.functionName)
    assert.isString(callFrame.scriptId)
    assert.isNumber(callFrame.columnNumber)
    assert.isTrue((positionTicks ?? []).reduce((sum, { ticks }) => sum + ticks, 0) <= hitCount!)
  }
  return profile
}

const isProgram = ({ callFrame }: Profiler.ProfileNode): boolean => /^file:.*\.sxs$/.test(callFrame.url)

/** Functions of the program with their own samples, most first; all of their lines are lines of the source. */
const functionsOf = ({ nodes }: Profiler.Profile): ReadonlyArray<readonly [name: string, samples: number]> => {
  const counts = new Map<string, number>()
  for (const { callFrame, hitCount, positionTicks } of nodes.filter(isProgram)) {
    const lines = readFileSync(fileURLToPath(callFrame.url), "utf8").split("\n")
    const isLine = (line: number): boolean => lines[line] !== undefined
    assert.isTrue(isLine(callFrame.lineNumber), `${callFrame.functionName} begins in the source`)
    assert.isTrue((positionTicks ?? []).every(({ line }) => isLine(line - 1)))
    const { functionName } = callFrame
    counts.set(functionName, (counts.get(functionName) ?? 0) + hitCount!)
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])
}

const hotLine = ({ nodes }: Profiler.Profile, name: string): number | undefined => {
  const ticks = nodes.filter((node) => isProgram(node) && node.callFrame.functionName === name)
  const byLine = ticks.flatMap(({ positionTicks }) => positionTicks ?? []).toSorted((a, b) => b.ticks - a.ticks)
  return byLine[0]?.line
}

const told = /^profile: (.+) \((\d+) samples\)$/m

describe("sxs run --cpu-profile", () => {
  for (const store of [".sxs", "memory:"])
    it(`finds the hot function and its loop by their places in the source, with the store ${store}`, () => {
      const folder = folderWith({ "main.sxs": hot })
      const { err, exitCode, out } = sxs(folder, "run", "main.sxs", "--cpu-profile", "--store", store)
      assert.strictEqual(exitCode, 0, err)
      assert.match(out, /^\d+\ndone\n$/)
      const [, file, samples] = told.exec(err) ?? []
      assert.strictEqual(file, join(folder, "main.cpuprofile"))
      const profile = read(file!)
      assert.strictEqual(profile.samples.length, Number(samples))
      assert.strictEqual(functionsOf(profile)[0]?.[0], "hot")
      assert.include([6, 7], hotLine(profile, "hot"))
      const own = profile.nodes.filter(({ callFrame }) => /\/runtime\/task\/\w+\.ts$/.test(callFrame.url))
      assert.isAbove(own.length, 0, "sxs itself is shown in its own files")
    })

  it("is written by a built program, when sources and imported files are elsewhere", () => {
    const folder = folderWith({
      "src/main.sxs": '#(import "./lib/busy.sxs")\n(core/util/log (busy/hot 20000000))\n',
      "src/lib/busy.sxs": `#(export hot)\n${hot.split("\n\n")[1]}\n`
    })
    assert.strictEqual(sxs(join(folder, "src"), "build", "main.sxs", "-o", "../out").exitCode, 0)
    const out = join(folder, "out")
    const { err, exitCode } = start(join(out, "main.js"), ["--cpu-profile=../p.cpuprofile"], { cwd: out })
    assert.strictEqual(exitCode, 0, err)
    const profile = read(join(folder, "p.cpuprofile"))
    const found = profile.nodes.filter(({ callFrame }) => callFrame.url.endsWith("lib/busy.sxs"))
    assert.deepStrictEqual([...new Set(found.map(({ callFrame }) => callFrame.functionName))], ["lib/busy/hot"])
  })

  it("is written when the program fails", () => {
    const folder = folderWith({ "main.sxs": `${hot}(fault "wrong")\n` })
    const { err, exitCode } = sxs(folder, "run", "main.sxs", "--cpu-profile=a.cpuprofile")
    assert.strictEqual(exitCode, 1)
    assert.include(err, "wrong")
    assert.strictEqual(functionsOf(read(join(folder, "a.cpuprofile")))[0]?.[0], "hot")
  })

  it("is written when the program is stopped by SIGINT", async () => {
    const folder = folderWith({ "main.sxs": `${hot}(core/task/sleep 600000)\n` })
    const child = starting({ cwd: folder }, "run", "main.sxs", "--cpu-profile")
    const end = ended(child)
    await printed(child, "done\n")
    child.kill("SIGINT")
    const { err, exitCode } = await end
    assert.strictEqual(exitCode, 130)
    assert.match(err, told)
    assert.strictEqual(functionsOf(read(join(folder, "main.cpuprofile")))[0]?.[0], "hot")
  })

  it("is written when a module that the program calls ends the process", () => {
    const folder = folderWith({
      "main.sxs": `#(extern "./leave.js" (leave () :none))\n${hot}(leave)\n`,
      "leave.js": "export const leave = () => process.exit(3)\n"
    })
    const { err, exitCode } = sxs(folder, "run", "main.sxs", "--cpu-profile")
    assert.strictEqual(exitCode, 3, err)
    assert.match(err, told)
    assert.strictEqual(functionsOf(read(join(folder, "main.cpuprofile")))[0]?.[0], "hot")
  })

  it("says before anything runs that the file cannot be written", () => {
    const folder = folderWith({ "main.sxs": hot })
    const missing = sxs(folder, "run", "main.sxs", "--cpu-profile=none/a.cpuprofile")
    assert.deepStrictEqual([missing.exitCode, missing.out], [2, ""])
    const path = join(folder, "none/a.cpuprofile")
    assert.strictEqual(missing.err, `sxs: the profile ${path} cannot be written: there is no such folder\n`)
    assert.include(sxs(folder, "run", "main.sxs", "--cpu-profile=.").err, "it is a folder")
    assert.isFalse(existsSync(join(folder, ".sxs")), "no store was made")
  })

  it("leaves a file alone until the new profile is there, and says that it does not go with --watch", () => {
    const folder = folderWith({ "main.sxs": "(core/util/log 1)\n" })
    writeFileSync(join(folder, "old.cpuprofile"), "old")
    const { err, exitCode } = sxs(folder, "run", "main.sxs", "--cpu-profile=old.cpuprofile", "--watch")
    assert.strictEqual(exitCode, 2)
    assert.include(err, "--watch")
    assert.strictEqual(readFileSync(join(folder, "old.cpuprofile"), "utf8"), "old")
  })
})
