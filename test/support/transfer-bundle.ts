import type { FunctionFacts, Manifest, PointFacts, SlotFacts } from "../../stdlib/abi/manifest.ts"
import { abiOldest } from "../../stdlib/abi/version.ts"
import { handWritten } from "./namespace.ts"

const position = { line: 1, column: 1, endLine: 1, endColumn: 2 }

const point = (id: string, callee: string, slots: ReadonlyArray<string>): PointFacts => ({
  kind: "call",
  id,
  callee,
  position,
  slots: slots.map((name): SlotFacts => ({ name, kind: "local" }))
})

const facts = (name: string, params: ReadonlyArray<string>, points: ReadonlyArray<PointFacts>): FunctionFacts => ({
  name,
  params: params.map((param) => ({ name: param, type: ":int" })),
  captured: 0,
  result: ":any",
  suspends: true,
  source: "transfer.sxs",
  position,
  points
})

const manifest: Manifest = {
  abi: abiOldest,
  compiler: "by hand",
  program: "transfer",
  source: "transfer.sxs",
  functions: [
    facts(
      "main",
      [],
      [point("main/call/0", "core/task/join", ["worker"]), point("main/call/1", "core/task/sleep", ["total"])]
    ),
    facts(
      "transfer",
      ["n"],
      [
        point("transfer/call/0", "core/task/checkpoint", ["n", "i", "sum", "big"]),
        point("transfer/call/1", "step", ["n", "i", "sum", "big"])
      ]
    ),
    facts("step", ["i"], [point("step/call/0", "core/task/sleep", ["i"])])
  ],
  records: [],
  exports: [],
  externs: [],
  library: [
    "core/task/spawn",
    "core/task/join",
    "core/task/sleep",
    "core/task/checkpoint",
    "core/util/log",
    "core/kv/incr",
    "core/kv/set"
  ]
}

/**
 * Moves 1 from `a` to `b` six times, in another task: with a checkpoint, a nested call that sleeps, a log line and a large
 * local that changes in the middle. Its total is 150 + 2001 and follows from every single turn.
 */
export const transferBundle = handWritten(
  manifest,
  `export function link($) {
  const S = $.SUSPENDED
  const [spawn, join, sleep, checkpoint, log, incr, set] = manifest.library.map((name) => $.library(name))
  const main = () => {
    log("main", "begins")
    const worker = spawn($.closure(1, []), 6)
    const total = join(worker)
    return total === S ? $.save(0, 0, [worker]) : rest(total)
  }
  const rest = (total) => (sleep(90000) === S ? $.save(0, 1, [total]) : last(total))
  const last = (total) => {
    set("total", total)
    log("total", total)
    return total
  }
  const turns = (n, i, sum, big) => {
    for (; i < n; i++) {
      incr("a", -1)
      incr("b", 1)
      log("turn", i)
      if (i === 3) big += "y"
      if (checkpoint() === S) return $.save(1, 0, [n, i, sum, big])
    }
    return sum + big.length
  }
  const stepped = (n, i, sum, big) => {
    const value = step(i)
    return value === S ? $.save(1, 1, [n, i, sum, big]) : turns(n, i + 1, sum + value, big)
  }
  const step = (i) => (sleep(i % 2 === 0 ? 10 : 5000) === S ? $.save(2, 0, [i]) : after(i))
  const after = (i) => {
    incr("steps")
    return i * 10
  }
  return [
    { hot: main, resume: (frame, value) => (frame.pc === 0 ? rest(value) : last(frame.slots[0])) },
    {
      hot: (n) => turns(n, 0, 0, "x".repeat(2000)),
      resume: ({ pc, slots: [n, i, sum, big] }, value) =>
        pc === 0 ? stepped(n, i, sum, big) : turns(n, i + 1, sum + value, big)
    },
    { hot: step, resume: (frame) => after(frame.slots[0]) }
  ]
}
`
)
