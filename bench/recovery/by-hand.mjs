/**
 *     node bench/recovery/by-hand.mjs leave|recover fibers|plain FOLDER COUNT
 *
 * The control: no runtime, only what must be. A task is its two frames in one record of LevelDB, resumed by jumping to where
 * they stand; each step waits for the flush that it shares with all others. `fibers`: each task is a fiber of Effect, and waits in
 * it. Plain JavaScript, so that its start is not that of a compiler.
 */
import { ClassicLevel } from "classic-level"
import * as Effect from "effect/Effect"

const steps = 10
const gate = 5

const openedAt = performance.now()
const [, , phase, host, folder, countText] = process.argv
const count = Number(countText)
const database = new ClassicLevel(folder)
await database.open()

// One batch in flight; what comes meanwhile goes with the next.
let batch = database.batch()
let waiting = []
let isFlying = false
let isPlanned = false

const flush = () => {
  isFlying = true
  const [written, told] = [batch, waiting]
  batch = database.batch()
  waiting = []
  written.write({ sync: true }).then(() => {
    isFlying = false
    for (const tell of told) tell()
    if (waiting.length > 0 && !isFlying) flush()
  })
}

const commit = (tell) => {
  waiting.push(tell)
  if (isFlying || isPlanned) return
  isPlanned = true
  queueMicrotask(() => {
    isPlanned = false
    if (!isFlying && waiting.length > 0) flush()
  })
}

const suspended = Symbol("suspended")
const captured = []
let kept = 0

const step = (sum) => {
  kept = sum + 1
  captured.push({ code: 0, index: sum + 1, id: "" })
  return suspended
}

const workflow = (from, sum, id) => {
  let index = from
  for (; index < steps; index++) {
    sum = step(sum)
    if (sum === suspended) break
  }
  if (index === steps) return sum
  captured.push({ code: 1, index: index + 1, id })
  return suspended
}

const resume = (frame, value) => (frame.code === 0 ? value : workflow(frame.index, value, frame.id))

/** A task that goes on by itself, step by step, until it is done or waits at the gate. */
const run = ({ id, stack, value }) => {
  let result = value
  /** Up to the next step; false: there is none. */
  const advance = () => {
    for (;;) {
      if (result === suspended) {
        while (captured.length > 0) stack.push(captured.pop())
        let record = ""
        for (const frame of stack) record += `${frame.code},${frame.index},${frame.id};`
        batch.put(`t/${id}`, record)
        batch.put(`kv/${id}`, String(kept))
        result = kept
        if (phase === "recover" || kept < gate) return true
        commit(left)
        return false
      }
      if (stack.length === 0) {
        batch.del(`t/${id}`)
        commit(done)
        return false
      }
      result = resume(stack.pop(), result)
    }
  }
  if (host === "fibers") return runInFiber(advance)
  const goOn = () => {
    if (advance()) commit(goOn)
  }
  goOn()
}

const committed = Effect.callback((resumed) => commit(() => resumed(Effect.void)))

const runInFiber = (advance) => {
  let goesOn = true
  const step = () => {
    goesOn = advance()
  }
  Effect.runFork(
    Effect.suspend(() => {
      step()
      return Effect.whileLoop({ while: () => goesOn, body: () => committed, step })
    })
  )
}

let leftCount = 0
const left = () => {
  if (++leftCount === count) process.kill(process.pid, "SIGKILL")
}

let doneCount = 0
const done = () => {
  if (++doneCount < count) return
  process.stdout.write(JSON.stringify({ ms: performance.now() - openedAt, sinceStartMs: performance.now() }))
  process.exit()
}

const frameOf = (text) => {
  const [code, index, id] = text.split(",")
  return { code: Number(code), index: Number(index), id }
}

if (phase === "leave") {
  for (let index = 0; index < count; index++) {
    const id = `workflow-${index}`
    run({ id, stack: [], value: workflow(0, 0, id) })
  }
} else {
  for await (const [key, record] of database.iterator({ gte: "t/", lt: "t0" })) {
    const stack = record.split(";").slice(0, -1).map(frameOf)
    run({ id: key.slice(2), stack, value: stack.at(-1).index })
  }
}
