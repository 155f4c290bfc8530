import { describe, expect, test } from "vitest"
import { busGraph } from "../../../compiler/3-check/bus/graph.ts"
import { compile, compileToChecked } from "../../../compiler/compile.ts"
import { loadFrom } from "../../support/files.ts"

const graphOf = (text: string, others: Readonly<Record<string, string>> = {}) => {
  const { diagnostics, value } = compileToChecked({ name: "main.sxs", text }, { load: loadFrom(others) })
  expect(diagnostics).toEqual([])
  return busGraph(value!)
}

const codesOf = (text: string): ReadonlyArray<string> =>
  compile({ name: "main.sxs", text }).diagnostics.map(({ code }) => code)

describe("the bus of a program", () => {
  test("has each place with its type, function and tasks, also in files that are imported", () => {
    const { program, topics } = graphOf(
      `#(program "shop")
#(import "./send.sxs")
(core/event/sub A send/orders :int { (send/tell $data) })
(defn work () (send/tell 2))
(core/task/all (list work (fn () (log (core/expr/await (work) B 1)))))
`,
      { "send.sxs": "#(export tell orders)\n(def orders 7)\n(defn tell (n :int) (core/event/pub A orders n))\n" }
    )
    expect(program).toBe("shop")
    expect(topics).toEqual([
      {
        channel: "A",
        topic: 7,
        name: "orders",
        publishers: [
          {
            type: ":int",
            function: "send/tell",
            tasks: ["sub at main.sxs:3:1", "work", "fn at main.sxs:5:27"],
            place: "send.sxs:3:21"
          }
        ],
        subscriptions: [
          { type: ":int", function: "main", tasks: ["main"], place: "main.sxs:3:1", handler: "sub at main.sxs:3:1" }
        ],
        awaits: []
      },
      {
        channel: "B",
        topic: 1,
        name: null,
        publishers: [],
        subscriptions: [],
        awaits: [{ type: ":any", function: "fn", tasks: ["fn at main.sxs:5:27"], place: "main.sxs:5:39" }]
      }
    ])
  })

  test("tells what is computed from what is known, and leaves tests out", () => {
    const { topics } = graphOf(
      `(defn tell (channel topic) (core/event/pub channel topic 1) (core/event/pub C (+ topic 1) "x"))
(tell "A" 1)
(deftest "a test" (core/event/pub D 1 1))
`
    )
    expect(topics.map(({ channel, topic }) => [channel, topic])).toEqual([
      ["C", null],
      [null, null]
    ])
  })
})

/** The places of all subscriptions, in the order of the functions. */
const sitesOf = (text: string): ReadonlyArray<string> => {
  const { value } = compileToChecked({ name: "main.sxs", text })
  return value!.bus.flatMap(({ call, kind }) => {
    const site = call.args[4]
    return kind === "subscribe" && site?.kind === "literal" && site.value.type === "string" ? [site.value.value] : []
  })
}

describe("the place of a subscription", () => {
  const text = `(core/event/sub A 1 { (core/event/sub A 2 { 1 }) })
(defn listen () (core/event/sub A 1 { 1 }) (for (n '(3 4)) (core/event/sub A n { 1 })))
(listen)
(core/event/sub A 5 { 1 })
((fn () (core/event/sub A 6 { 1 })))
((fn () (core/event/sub A 6 { 2 })))
`
  const sites = ["main:1", "main:2", "main/sub:1", "listen:1", "listen:2", "main/fn:1", "main/fn:2"]

  test("is its own", () => expect(sitesOf(text).toSorted()).toEqual(sites.toSorted()))

  test("stays when other parts of the program are edited", () => {
    const before = "; A comment.\n(defn other () (core/event/sub B 1 { 1 }))\n(other)\n"
    const edited = before + text.replace("{ (core", "{ (log $data) (core").replaceAll("A 6", "C 7")
    expect(sitesOf(edited).toSorted()).toEqual([...sites, "other:1"].toSorted())
  })

  test("tells files apart, and what is evaluated from what is written", () => {
    const others = loadFrom({ "a.sxs": "#(export listen)\n(defn listen () (core/event/sub A 1 { 1 }))\n" })
    const main = { name: "main.sxs", text: '#(import "./a.sxs")\n(a/listen)\n' }
    expect(compile(main, { load: others }).bundle!.code).toContain('"a/listen:1"')
    expect(compile({ name: "eval", text: "(core/event/sub A 1 { 1 })" }).bundle!.code).toContain('"eval/main:1"')
  })
})

describe("advice about the bus", () => {
  const listens = '(core/event/sub A 1024 { (log "order" $data) })\n'
  const asks = (ms: string) => `(defn ask () (log (core/expr/await (log "asking") B 5 ${ms})))\n(core/task/spawn ask)\n`

  test.each([
    ["two digits are swapped", `${listens}(core/event/pub A 1042 1)`, ["SXS3034"]],
    ["a digit is missing", `${listens}(core/event/pub A 124 1)`, ["SXS3034"]],
    ["a digit is too many", `${listens}(core/event/pub A 10224 1)`, ["SXS3034"]],
    ["another topic is meant", `${listens}(core/event/pub A 1025 1)`, []],
    ["short topics are near to each other", "(core/event/sub A 12 { (log $data) })\n(core/event/pub A 21 1)", []],
    ["it is another channel", `${listens}(core/event/pub B 1042 1)`, []],
    ["somebody listens where is published", `${listens}(core/event/sub A 1042 { 1 })\n(core/event/pub A 1042 1)`, []],
    ["somebody publishes where is listened", `${listens}(core/event/pub A 1024 1)\n(core/event/pub A 1042 1)`, []],
    ["some topic is computed", `${listens}(core/event/pub A 1042 1)\n(core/event/pub A (len (list 1)) 1)`, []],
    ["some channel is computed", `${listens}(core/event/pub A 1042 1)\n(core/event/pub (str "A") 1024 1)`, []],
    ["code is evaluated", `${listens}(core/event/pub A 1042 1)\n(log (eval "(core/event/pub A 1024 1)"))`, []],
    ["the handler publishes it for others", "(core/event/sub A 1024 { (core/event/pub A 1042 $data) })", []],
    ["nothing is published at all", listens, []],
    [
      "an await for ever has no publisher",
      `${asks("none")}(defn tell () (core/event/pub B 9 1))\n(core/task/spawn tell)`,
      ["SXS3034"]
    ],
    [
      "an await with a limit has no publisher",
      `${asks("100")}(defn tell () (core/event/pub B 9 1))\n(core/task/spawn tell)`,
      []
    ],
    ["an await asks somebody outside", "(log (core/expr/await (core/event/pub B 9 1) B 5 none))", []],
    ["who calls it asks somebody outside", `${asks("none")}(core/event/pub B 9 1)`, []],
    ["no subscription takes the type", '(core/event/sub A 7 :int { $data })\n(core/event/pub A 7 "x")', ["SXS3035"]],
    [
      "one subscription takes anything",
      '(core/event/sub A 7 :int { $data })\n(core/event/sub A 7 { $data })\n(core/event/pub A 7 "x")',
      []
    ],
    [
      "an await takes it",
      '(core/event/sub A 7 :int { $data })\n(log (core/expr/await (core/event/pub A 7 "x") A 7))',
      []
    ],
    [
      "the type is not known",
      '(core/event/sub A 7 :int { $data })\n(defn tell (x) (core/event/pub A 7 x))\n(tell "x")',
      []
    ],
    [
      "a record type is a map",
      "#(form p {x :int})\n(core/event/sub A 7 :map { $data })\n(core/event/pub A 7 (p 1))",
      []
    ]
  ])("when %s", (_, text, codes) => {
    expect(codesOf(text)).toEqual(codes)
  })
})
