import { writeFileSync } from "node:fs"
import { join } from "node:path"

/**
 * Sagas that call functions of a module which writes down each call before it does anything else: which function, for which
 * order, with which key, as which attempt. Every fifth order cannot be shipped and is undone; of every seventh the first
 * attempt to charge fails.
 */
export const printSagas = (count: number): string => `#(program "sagas")
#(extern "./shop.ts"
  (reserve (n :int) :str {retry 1 backoff 5})
  (release (n :int) :bool {retry 20 backoff 5})
  (charge (n :int) :str {retry 5 backoff 5 timeout 20000 key "charge"})
  (refund (n :int) :bool {retry 20 backoff 5})
  (ship (n :int) :str {retry 1 backoff 5}))

(defn or-undo (work :fn undo :fn)
  (recover (work) [
    (undo)
    (fault $exception)
  ]))

(defn order (n :int) [
  (insist (reserve n))
  (or-undo
    (fn () [
      (insist (charge n))
      (or-undo (fn () (insist (ship n))) (fn () (insist (refund n))))
    ])
    (fn () (insist (release n))))
])

(defn saga (n :int) [
  (core/kv/set (str "end/" n) (recover [(order n) "shipped"] "undone"))
  (core/kv/incr ended)
  (log n)
])

(for (n 1 ${count + 1}) [
  (core/task/spawn saga n)
  (if (= (% n 10) 0) (core/task/sleep 1))
])

; Not over before all of them are: the next start would run it anew.
(while (!= (core/kv/get ended 0) ${count}) (core/task/sleep 2))
`

/** `ledger`: the file that the functions write to. */
export const writeShop = (folder: string, ledger: string): void =>
  writeFileSync(
    join(folder, "shop.ts"),
    `import { fsyncSync, openSync, writeSync } from "node:fs"
import { setTimeout } from "node:timers/promises"

interface Call {
  readonly attempt: number
  readonly idempotencyKey: string
}

const ledger = openSync(${JSON.stringify(ledger)}, "a")

const note = (what: string, n: number, { attempt, idempotencyKey }: Call): void => {
  writeSync(ledger, \`\${JSON.stringify({ what, n, attempt, key: idempotencyKey })}\\n\`)
  fsyncSync(ledger)
}

export const reserve = (n: number, call: Call): string => {
  note("reserve", n, call)
  return "reserved"
}

export const release = async (n: number, call: Call): Promise<boolean> => {
  note("release", n, call)
  return true
}

export const charge = async (n: number, call: Call): Promise<string> => {
  note("charge", n, call)
  await setTimeout(n % 4)
  if (n % 7 === 0 && call.attempt === 1) throw new Error("busy")
  return "paid"
}

export const refund = async (n: number, call: Call): Promise<boolean> => {
  note("refund", n, call)
  await setTimeout(1)
  return true
}

export const ship = async (n: number, call: Call): Promise<string> => {
  note("ship", n, call)
  await setTimeout(n % 3)
  if (isUndone(n)) throw new Error("nobody goes there")
  return "sent"
}

const isUndone = (n: number): boolean => n % 5 === 0
`
  )

export const isUndone = (n: number): boolean => n % 5 === 0

export interface NotedCall {
  readonly what: "reserve" | "release" | "charge" | "refund" | "ship"
  readonly n: number
  readonly attempt: number
  readonly key: string
}

/** What the functions have written down; a line that was cut off by a kill says nothing. */
export const parseCalls = (text: string): ReadonlyArray<NotedCall> =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as NotedCall)

/** What must hold of the calls at any moment, one sentence for each thing that does not. */
export const auditCalls = (calls: ReadonlyArray<NotedCall>): ReadonlyArray<string> => {
  const wrong: Array<string> = []
  const keys = new Map<string, string>()
  const owners = new Map<string, string>()
  const attempts = new Map<string, number>()
  for (const { attempt, key, n, what } of calls) {
    const call = `${what} ${n}`
    if ((keys.get(call) ?? key) !== key) wrong.push(`${call} has two keys, ${keys.get(call)} and ${key}`)
    if ((owners.get(key) ?? call) !== call) wrong.push(`${call} has the key of ${owners.get(key)}`)
    if (attempt <= (attempts.get(key) ?? 0)) wrong.push(`${call}: attempt ${attempt} after ${attempts.get(key)}`)
    if ((what === "refund" || what === "release") && !isUndone(n)) wrong.push(`${call}, and nothing had to be undone`)
    if (what === "refund" && !keys.has(`ship ${n}`)) wrong.push(`${call} before anybody tried to ship`)
    if (what === "ship" && keys.has(`refund ${n}`)) wrong.push(`${call} after it was refunded`)
    keys.set(call, key)
    owners.set(key, call)
    attempts.set(key, attempt)
  }
  return wrong
}

/** The same at the end, when every saga has come to one. */
export const auditEnd = (calls: ReadonlyArray<NotedCall>, count: number): ReadonlyArray<string> => {
  const made = new Set(calls.map(({ n, what }) => `${what} ${n}`))
  const wrong: Array<string> = []
  for (let n = 1; n <= count; n++) {
    for (const what of ["reserve", "charge", "ship", ...(isUndone(n) ? ["refund", "release"] : [])])
      if (!made.has(`${what} ${n}`)) wrong.push(`${what} ${n} was never called`)
  }
  return [...auditCalls(calls), ...wrong]
}
