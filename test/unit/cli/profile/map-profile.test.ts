import type { Profiler, Runtime } from "node:inspector"
import { assert, describe, it } from "@effect/vitest"
import { mapProfile } from "../../../../cli/profile/map-profile.ts"
import { compile } from "../../../../compiler/index.ts"

const text = `(defn sum (n :int) :int [
  (def total 0)
  (for (i 0 n)
    (set total (+ total (* i i))))
  total])
(core/util/log (sum 10))
`
const { bundle } = compile({ name: "main.sxs", text })
const { code, manifest, map } = bundle!
const codeLines = code.split("\n")
const address = `data:text/javascript;sxs=${bundle!.hash};base64,${"A".repeat(2000)}`

/** The line of the code, counted from 1, in which `part` stands at or behind the line of `from`. */
const lineWith = (part: string, from = 1): number => {
  const line = codeLines.findIndex((each, index) => index >= from - 1 && each.includes(part)) + 1
  assert.isAbove(line, 0, part)
  return line
}

/** A node of V8's, for a function of the code or for one of another file. */
const node = (id: number, name: string, more: Partial<Profiler.ProfileNode> = {}): Profiler.ProfileNode => {
  const line = codeLines.findIndex((each) => each.includes(`function ${name}(`))
  const url = line < 0 ? "file:///runtime.js" : address.slice(0, 1024)
  return {
    id,
    callFrame: { functionName: name, scriptId: "7", url, lineNumber: line, columnNumber: 5 },
    hitCount: 0,
    ...more
  }
}

const mapped = (nodes: Array<Profiler.ProfileNode>, samples: Array<number>) =>
  mapProfile(
    { nodes, samples, timeDeltas: samples.map(() => 1000), startTime: 1, endTime: 9 },
    { bundles: [{ address, code, manifest, map }], packed: () => undefined, urlOf: (source) => `file:///p/${source}` }
  )

describe("mapProfile", () => {
  it("makes one call of the source of the parts that continue it, and keeps all samples", () => {
    const { nodes, samples } = mapped(
      [
        node(1, "(root)", { children: [2] }),
        node(2, "unwind", { children: [3, 5] }),
        node(3, "sum$1$resume", { children: [4], hitCount: 1 }),
        node(4, "sum$1$loop0", { children: [6], hitCount: 2 }),
        node(5, "sum$1", { hitCount: 3 }),
        node(6, "add")
      ],
      [3, 4, 4, 5, 5, 5, 6]
    )
    assert.deepStrictEqual(
      nodes.map(({ callFrame, children, hitCount, id }) => [id, callFrame.functionName, hitCount, children]),
      [
        [1, "(root)", 0, [2]],
        [2, "unwind", 0, [3]],
        [3, "sum", 6, [6]],
        [6, "add", 0, []]
      ]
    )
    assert.deepStrictEqual(samples, [3, 3, 3, 3, 3, 3, 6])
    const [, runtime, sum] = nodes
    assert.strictEqual(runtime!.callFrame.url, "file:///runtime.js")
    const frame = { functionName: "sum", scriptId: "7", url: "file:///p/main.sxs", lineNumber: 0, columnNumber: 0 }
    assert.deepStrictEqual(sum!.callFrame, frame)
  })

  it("keeps the calls of a recursion apart", () => {
    const { nodes } = mapped(
      [node(1, "sum$1", { children: [2] }), node(2, "sum$1", { children: [3] }), node(3, "sum$1$resume")],
      []
    )
    assert.deepStrictEqual(
      nodes.map(({ id }) => id),
      [1, 2]
    )
  })

  it("counts samples in lines of the source, and leaves those out that met inlined code of others", () => {
    const head = lineWith("function sum$1(")
    const ticks = [
      { line: head, ticks: 1 },
      { line: lineWith("i * i", head), ticks: 20 },
      { line: lineWith("--$", head), ticks: 4 },
      { line: 1, ticks: 50 },
      { line: codeLines.length, ticks: 50 }
    ]
    const { nodes } = mapped([node(1, "sum$1", { positionTicks: ticks })], [])
    const found = nodes[0]!.positionTicks!.toSorted((a, b) => a.line - b.line)
    assert.deepStrictEqual(found, [
      { line: 1, ticks: 1 },
      { line: 3, ticks: 4 },
      { line: 4, ticks: 20 }
    ])
  })

  it("knows functions and their first lines without a source map", () => {
    const nodes = [node(1, "sum$1")]
    const { nodes: found } = mapProfile(
      { nodes, startTime: 1, endTime: 9 },
      { bundles: [{ address, code, manifest, map: undefined }], packed: () => undefined, urlOf: (source) => source }
    )
    assert.deepStrictEqual(found[0]!.callFrame.functionName, "sum")
  })

  it("shows calls of sxs itself in the files that it was packed from", () => {
    const packed = (url: string) =>
      url === "file:///runtime.js"
        ? {
            frameOf: (frame: Runtime.CallFrame) => ({ ...frame, url: "file:///driver.ts" }),
            lineOf: (line: number) => line + 100
          }
        : undefined
    const nodes = [node(1, "unwind", { positionTicks: [{ line: 2, ticks: 3 }] }), node(2, "sum$1")]
    const { nodes: found } = mapProfile(
      { nodes, startTime: 1, endTime: 9 },
      { bundles: [{ address, code, manifest, map }], packed, urlOf: (source) => source }
    )
    assert.deepStrictEqual(
      [found[0]!.callFrame.url, found[0]!.positionTicks],
      ["file:///driver.ts", [{ line: 102, ticks: 3 }]]
    )
    assert.strictEqual(found[1]!.callFrame.url, "main.sxs")
  })
})
