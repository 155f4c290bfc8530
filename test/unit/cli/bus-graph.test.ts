import { expect, test } from "vitest"
import { busFlowchart, busTable } from "../../../cli/bus-graph.ts"
import { busGraph, compileToChecked } from "../../../compiler/index.ts"

const text = `(def orders 7)
(core/event/sub A orders :int { (core/event/pub B 1 (+ 1 $data)) })
(defn ask (topic) (log (core/expr/await (core/event/pub A orders 1) B topic)))
(core/task/spawn ask 1)
`

const graphOf = (program: string) => busGraph(compileToChecked({ name: "shop.sxs", text: program }).value!)

test("the bus is a table with a row for each place", () => {
  expect(busTable(graphOf(text))).toBe(`\
CHANNEL  TOPIC     WHO         TYPE  FUNCTION  TASK                 PLACE
A        7 orders  publishes   :int  ask       ask                  shop.sxs:3:41
A        7 orders  subscribes  :int  main      main                 shop.sxs:2:1
B        1         publishes   :int  sub       sub at shop.sxs:2:1  shop.sxs:2:33
B        computed  awaits      :any  ask       ask                  shop.sxs:3:24
`)
  expect(busTable(graphOf("(log 1)"))).toBe("shop does not use the bus\n")
})

test("the bus is a flowchart from publishers over topics to listeners", () => {
  expect(busFlowchart(graphOf(text))).toBe(`\
flowchart LR
  n1(["A 7 orders"])
  n2["ask"]
  n3["sub at shop.sxs:2:1"]
  n4(["B 1"])
  n5(["B computed"])
  n2 -->|":int"| n1
  n1 -->|":int"| n3
  n3 -->|":int"| n4
  n5 -.->|"await"| n2
`)
})

test("what means something to Mermaid is escaped", () => {
  expect(busFlowchart(graphOf("(defn a<b#c () (core/event/pub A 1 1))\n(a<b#c)"))).toContain('n2["main"]')
  expect(busFlowchart(graphOf("(defn a<b#c () (core/event/pub A 1 1))\n(core/task/spawn a<b#c)"))).toContain(
    'n2["a#60;b#35;c"]'
  )
})
