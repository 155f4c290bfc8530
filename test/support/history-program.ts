import type { Answer, Call, Operation } from "./linearizability.ts"

/**
 * Many tasks that work on the same few keys, one operation a segment, and say what they were told:
 *
 *     line = "op" task index epoch key what [old] value answer        numbers, `none` for a missing key
 *
 * `epoch` is a key that is set from outside again and again. Who reads 7 there has worked after 7 was on its way. No task gets
 * ahead of it, so that those outside work meanwhile, however slow they are.
 */
export interface HistoryProgram {
  readonly tasks: number
  readonly turns: number
  readonly keys: number
}

const epochsPerTurn = 2

export const printHistoryProgram = ({ keys, tasks, turns }: HistoryProgram): string => `#(program "kill")

(defn held (key :str) :any (core/kv/get $key none))
(defn key-of (me :int i :int) :str (str "h:" (% (+ me (* i 7)) ${keys})))

(defn turn (me :int i :int seen :any) :any [
  (def epoch (core/kv/get epoch 0))
  (def key (key-of me i))
  (def value (* (+ (* me 1000) i 1) 1000))
  (def old (if (= seen none) 0 seen))
  (def what (% (+ (* me 3) (* i 5)) 7))
  (if (= what 0) (log "op" me i epoch key "set" value (core/kv/set $key value)))
  (if (= what 1) (log "op" me i epoch key "snx" value (core/kv/snx $key value)))
  (if (= what 2) (log "op" me i epoch key "del" 0 (core/kv/del $key)))
  (if (= what 3) (log "op" me i epoch key "cas" old value (core/kv/cas $key old value)))
  (if (= what 4) (log "op" me i epoch key "incr" 1 (core/kv/incr $key 1)))
  (if (> what 4) (log "op" me i epoch key "get" 0 (held key)))
  (core/task/checkpoint)
  (held (key-of me (+ i 1)))
])

(defn client (me :int) :none [
  (def seen (held (key-of me 0)))
  (for (i 0 ${turns}) [
    (do [
      (if (>= (core/kv/get epoch 0) (* i ${epochsPerTurn})) (done))
      (core/task/sleep 2)])
    (set seen (turn me i seen))
    (if (= (% (+ me i) 3) 0) (core/task/sleep (+ 1 (% me 5))) (core/task/checkpoint))])
  none
])

(def clients (list/map (fn (me) (core/task/spawn client me)) (list/range 0 ${tasks})))
(for (each clients) (core/task/join each))
`

/** One line of the program: what a task did, not before the epoch that it had read. */
export interface TaskOperation extends Pick<Operation, "client" | "key" | "call"> {
  /** The same line may be shown twice. */
  readonly id: string
  readonly epoch: number
  readonly answer: Answer
}

export const parseTaskLine = (line: string): TaskOperation => {
  const [, task, index, epoch, key, what, ...rest] = line.split(" ")
  const numbers = rest.slice(0, -1).map(Number)
  if (!line.startsWith("op ") || key === undefined || numbers.some((number) => !Number.isSafeInteger(number))) {
    throw new Error(`the program has shown ${JSON.stringify(line)}`)
  }
  return {
    client: `task ${task}`,
    id: `${task} ${index}`,
    epoch: Number(epoch),
    key,
    call: callOf(what, numbers),
    answer: answerOf(rest.at(-1)!)
  }
}

const callOf = (what: string | undefined, [first = 0, second = 0]: ReadonlyArray<number>): Call => {
  switch (what) {
    case "get":
    case "del":
      return { kind: what }
    case "set":
    case "snx":
      return { kind: what, value: first }
    case "incr":
      return { kind: what, by: first }
    case "cas":
      return { kind: what, old: first, value: second }
    default:
      throw new Error(`the program has done ${what}`)
  }
}

const answerOf = (text: string): Answer => {
  if (text === "true" || text === "false") return text === "true"
  if (text === "none") return undefined
  return Number(text)
}
