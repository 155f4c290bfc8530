import { assert, describe, it } from "vitest"
import { folderWith, sxs } from "./start.ts"

const shop = `#(import "./send.sxs")
(core/event/sub A send/orders :int { (log $data) })
(send/tell 1)
`
const send = "#(export tell orders)\n(def orders 7)\n(defn tell (n :int) (core/event/pub A orders n))\n"

describe("sxs explain", () => {
  it("shows the bus of a program and of the files that it imports", () => {
    const folder = folderWith({ "shop.sxs": shop, "send.sxs": send })
    const { err, exitCode, out } = sxs(folder, "explain", "--bus", "shop.sxs")
    assert.deepStrictEqual([exitCode, err], [0, ""])
    assert.strictEqual(
      out,
      `\
CHANNEL  TOPIC     WHO         TYPE  FUNCTION   TASK  PLACE
A        7 orders  publishes   :int  send/tell  main  send.sxs:3:21
A        7 orders  subscribes  :int  main       main  shop.sxs:2:1
`
    )
    const { topics } = JSON.parse(sxs(folder, "explain", "--bus", "--json", "shop.sxs").out)
    assert.deepStrictEqual([topics.length, topics[0].channel, topics[0].topic], [1, "A", 7])
    assert.match(sxs(folder, "explain", "--bus", "--mermaid", "shop.sxs").out, /^flowchart LR\n/)
  })

  it("shows how a function runs", () => {
    const folder = folderWith({ "a.sxs": "(defn wait (n :int)\n  (core/task/sleep n)\n  (+ n 1))\n(wait 1)\n" })
    const { exitCode, out } = sxs(folder, "explain", "a.sxs", "wait")
    assert.strictEqual(exitCode, 0)
    assert.strictEqual(
      out,
      "machine 1 wait (n)\n  point 0 wait/call/1 core/task/sleep live {n}\n  (core/task/sleep n) ? 0\n  return (+ n 1)\n"
    )
  })

  it("says what it needs to be told, and what is wrong with the program", () => {
    const folder = folderWith({ "a.sxs": "(defn wait () 1)\n(wait)\n", "b.sxs": "(log missing)\n" })
    const said = (...args: ReadonlyArray<string>) => {
      const { err, exitCode, out } = sxs(folder, "explain", ...args)
      assert.strictEqual(out, "")
      return [exitCode, err.split("\n")[0]]
    }
    assert.deepStrictEqual(said("a.sxs"), [2, "sxs: say what to explain: --bus, or the name of a function"])
    assert.deepStrictEqual(said("a.sxs", "wait", "--json"), [2, "sxs: --mermaid and --json are outputs of --bus"])
    assert.deepStrictEqual(said("a.sxs", "wit"), [2, "sxs: there is no function wit in a.sxs; it has main, wait"])
    assert.deepStrictEqual(said("b.sxs", "--bus"), [65, "error SXS2001: `missing` is not defined"])
    assert.deepStrictEqual(said("c.sxs", "--bus"), [2, "sxs: there is no file c.sxs"])
  })
})
