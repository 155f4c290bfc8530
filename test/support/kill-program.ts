/**
 * The program that is killed: two tasks that count at once, each on keys of its own. One turn of a task is one segment,
 * so the four traces of it (counter, last turn, log line, shown line) are durable together or not at all.
 *
 * The main task saves two frames at each turn and sleeps, at times long enough to be parked; the other one mostly goes
 * straight on, so that many of its commits share a batch.
 */
export interface KillProgram {
  readonly mainTurns: number
  readonly sideTurns: number
}

export const taskNames = ["main", "side"] as const
export type TaskName = (typeof taskNames)[number]

export const turnsOf = (program: KillProgram): Readonly<Record<TaskName, number>> => ({
  main: program.mainTurns,
  side: program.sideTurns
})

export const printProgram = ({ mainTurns, sideTurns }: KillProgram): string => `#(program "kill")

(defn side-turn (i :int) :none [
  (core/kv/incr side/count)
  (core/kv/set side/last i)
  (core/util/log "side" i)
  (if (= (% i 4) 0) (core/task/sleep 1) (core/task/checkpoint))
  none
])

(defn side (turns :int) :int [
  (for (i 1 (+ turns 1)) (side-turn i))
  turns
])

(defn main-turn (i :int) :none [
  (core/kv/incr main/count)
  (core/kv/set main/last i)
  (core/util/log "main" i)
  (core/task/sleep (if (= (% i 100) 0) 55 1))
  none
])

(def other (core/task/spawn side ${sideTurns}))
(for (i 1 ${mainTurns + 1}) (main-turn i))
(core/task/join other)
`

/** The turns that each task has shown, in their order. */
export type Shown = Readonly<Record<TaskName, ReadonlyArray<number>>>

/** Reads what the program has written to stdout; a last line without its end was cut off by the kill and does not count. */
export const parseLines = (text: string): Shown => {
  const shown = { main: [] as number[], side: [] as number[] }
  for (const line of text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .slice(0, -1)) {
    const { task, turn } = parseLine(line)
    shown[task].push(turn)
  }
  return shown
}

export const parseLine = (line: string): { readonly task: TaskName; readonly turn: number } => {
  const match = /^(main|side) ([1-9]\d*)$/.exec(line)
  if (match === null) throw new Error(`the program has shown ${JSON.stringify(line)}`)
  return { task: match[1] as TaskName, turn: Number(match[2]) }
}
