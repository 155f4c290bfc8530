/**
 * Programs that keep books, so that one audit fits all of them: whatever they count they book, which in one segment adds to a
 * key and says so in a line, each line once in a program.
 *
 *     line = key by note
 */
export interface Ledger {
  readonly name: string
  readonly source: string
  /** What must hold between any two segments; the complaint when it does not. */
  readonly always: (books: Books) => string | undefined
  /** What the keys hold in the end. */
  readonly finally: Readonly<Record<string, number>>
  /** Values that another process gives to a task that is paused: how many there are to be given. */
  readonly values?: number
}

export type Books = ReadonlyMap<string, number>

const head = `#(program "kill")
(defn book (key :str by :int note :str) :none [
  (core/kv/incr $key by)
  (log key by note)
  none])
`

const accountCount = 5
const clerkCount = 4
const transfersEach = 60

const transfers: Ledger = {
  name: "transfers",
  source: `${head}
(defn transfer (me :int i :int) :none [
  (def amount (+ 1 (% (* i 7) 13)))
  (book (str "account" (% (+ me i) ${accountCount})) (- 0 amount) (str me "/" i " from"))
  (book (str "account" (% (+ me (* 3 i) 1) ${accountCount})) amount (str me "/" i " to"))
  (if (= (% i 3) 0) (core/task/sleep (% i 4)) (core/task/checkpoint))
  none])
(defn clerk (me :int) :none (for (i 0 ${transfersEach}) (transfer me i)))
(def clerks (list/map (fn (me) (core/task/spawn clerk me)) (list/range 0 ${clerkCount})))
(for (each clerks) (core/task/join each))
`,
  always: (books) => {
    const sum = books.values().reduce((a, b) => a + b, 0)
    return sum === 0 ? undefined : `the accounts add up to ${sum}`
  },
  finally: balances()
}

/** Worked out by other means than the program. */
function balances(): Readonly<Record<string, number>> {
  const held: Record<string, number> = {}
  const add = (account: number, by: number) => {
    const key = `account${account % accountCount}`
    held[key] = (held[key] ?? 0) + by
  }
  for (let me = 0; me < clerkCount; me++) {
    for (let i = 0; i < transfersEach; i++) {
      const amount = 1 + ((i * 7) % 13)
      add(me + i, -amount)
      add(me + 3 * i + 1, amount)
    }
  }
  return held
}

const roundCount = 50
const childCount = 4

const fanOut: Ledger = {
  name: "fan-out",
  source: `${head}
(defn child (round :int k :int) :int [
  (book "children" 1 (str round "." k))
  (if (= (% (+ round k) 3) 0) (core/task/sleep (% round 5)) (core/task/checkpoint))
  (* round k)])
(for (round 1 ${roundCount + 1}) [
  (def tasks (list/map (fn (k) (core/task/spawn child round k)) (list/range 1 ${childCount + 1})))
  (for (k 0 ${childCount}) (book "sum" (insist (core/task/join (at! k tasks))) (str round "/" k)))])
`,
  always: () => undefined,
  finally: {
    children: roundCount * childCount,
    sum: ((roundCount * (roundCount + 1)) / 2) * ((childCount * (childCount + 1)) / 2)
  }
}

const alarmCount = 8
const ringsEach = 30

const timers: Ledger = {
  name: "timers",
  source: `${head}
(defn alarm (me :int) :none (for (i 0 ${ringsEach}) [
  (core/task/sleep (% (* (+ me 1) (+ i 3)) 70))
  (book (str "alarm" me) 1 (str i))]))
(def alarms (list/map (fn (me) (core/task/spawn alarm me)) (list/range 0 ${alarmCount})))
(for (each alarms) (core/task/join each))
`,
  always: () => undefined,
  finally: Object.fromEntries(Array.from({ length: alarmCount }, (_, me) => [`alarm${me}`, ringsEach]))
}

const workerCount = 120

const deferred: Ledger = {
  name: "cancelled",
  source: `${head}
(defn worker (i :int) :any [
  (book "held" 1 (str i))
  (defer (book "held" -1 (str i " back")))
  (core/task/sleep (% i 7))
  (core/task/pause)])
(for (i 0 ${workerCount}) [
  (def each (core/task/spawn worker i))
  (core/task/sleep (% i 5))
  (core/task/cancel each)
  (core/task/join each)
  (book "cancelled" 1 (str i))])
`,
  always: (books) => {
    const held = books.get("held") ?? 0
    return held === 0 || held === 1 ? undefined : `held ${held} times`
  },
  finally: { held: 0, cancelled: workerCount }
}

const valueCount = 40

const resumed: Ledger = {
  name: "resumed",
  source: `${head}
(defn receiver () (for (i 0 ${valueCount}) [
  (def value (core/task/pause))
  (book "told" 1 (str "value " value))]))
(def each (core/task/spawn receiver))
(while (!= (core/kv/get "told" 0) ${valueCount}) [
  (book "ticks" 1 (str (core/kv/get "ticks" 0)))
  (core/task/sleep 3)])
`,
  always: () => undefined,
  finally: { told: valueCount },
  values: valueCount
}

export const ledgers: ReadonlyArray<Ledger> = [transfers, fanOut, timers, deferred, resumed]
