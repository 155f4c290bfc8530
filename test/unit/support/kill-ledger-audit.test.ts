import { assert, describe, it } from "vitest"
import { auditLedger, emptyLedger, type LedgerLife, type LedgerPicture } from "../../support/kill-ledger-audit.ts"

const before: LedgerPicture = {
  books: new Map([["a", 3]]),
  logs: new Map([["main-1", ["a 1 x", "a 2 y"]]]),
  unshown: ["a 2 y"],
  isDone: false
}

const after: LedgerPicture = {
  books: new Map([
    ["a", 3],
    ["b", -4]
  ]),
  logs: new Map([
    ["main-1", ["a 1 x", "a 2 y", "b -3 z"]],
    ["side-2", ["b -1 v"]]
  ]),
  unshown: ["b -1 v"],
  isDone: false
}

/** All is well with it. */
const life: LedgerLife = {
  ledger: { always: () => undefined },
  before,
  shown: ["a 2 y", "b -3 z"],
  everShown: new Set(["a 1 x", "a 2 y", "b -3 z"]),
  after
}

const held = (key: string, value: number): LedgerPicture => ({
  ...after,
  books: new Map([...after.books, [key, value]])
})
const logged = (task: string, ...lines: ReadonlyArray<string>): LedgerPicture => ({
  ...after,
  logs: new Map([...after.logs, [task, lines]])
})

/** A life with one fault in it, and what must be said of it. */
const planted: Readonly<Record<string, readonly [Partial<LedgerLife>, RegExp]>> = {
  "a write that was lost": [{ after: held("a", 1) }, /^a holds 1, but its lines add up to 3$/],
  "a write that was done twice": [{ after: held("b", -5) }, /^b holds -5/],
  "a key out of nothing": [{ after: held("c", 1) }, /^c holds 1/],
  "a line that was lost with its segment": [{ after: logged("main-1", "a 1 x") }, /the store went back: main-1/],
  "a task that was lost": [{ after: { ...after, logs: new Map([["side-2", ["b -1 v"]]]) } }, /went back/],
  "a segment that was run twice": [{ after: logged("side-2", "b -1 v", "b -1 v") }, /^done twice: b -1 v$/],
  "a line that is shown and not in the store": [
    { shown: [...life.shown, "b -9 w"], everShown: new Set([...life.everShown, "b -9 w"]) },
    /^shown, but not in the store: b -9 w$/
  ],
  "a line that is shown again without need": [{ shown: ["a 1 x", ...life.shown] }, /^shown again: a 1 x$/],
  "a line that is shown twice": [{ shown: [...life.shown, "b -3 z"] }, /^shown twice in one life: b -3 z$/],
  "a line that nobody will ever see": [{ after: { ...after, unshown: [] } }, /^nobody will ever see: b -1 v$/],
  "a rule that is broken": [{ ledger: { always: () => "too much" } }, /^too much$/]
}

describe("the audit of a killed program", () => {
  it("finds nothing where all is well", () => {
    assert.deepStrictEqual(auditLedger(life), [])
    assert.deepStrictEqual(auditLedger({ ...life, before: emptyLedger, shown: [], everShown: life.everShown }), [])
  })

  for (const [name, [change, complaint]] of Object.entries(planted)) {
    it(`finds ${name}`, () => {
      const complaints = auditLedger({ ...life, ...change })
      assert.isTrue(
        complaints.some((each) => complaint.test(each)),
        complaints.join("\n")
      )
    })
  }
})
