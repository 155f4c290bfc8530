/**
 * Runs of `runSteps` steps, each of which keeps the sum under a key of its own. `lanes` are so many tasks, each of which starts
 * a run, waits for its durable end and starts the next. `waits`: a step is durable before the next begins, and the start of a
 * run before its first step; else runs go ahead of the disk.
 */
export const runsProgram = (waits: boolean): string => `#(program "${waits ? "waiting-runs" : "runs-ahead"}")
#(export workflow lanes)
(defn workflow (id :str) :int [
  (def key (str "sum/" id))
  (def sum 0)
  ${waits ? "(core/task/flush)" : ""}
  (for (index 0 ${runSteps})
    (set sum (+ sum 1))
    (core/kv/set $key sum)
    (core/task/${waits ? "flush" : "checkpoint"}))
  sum
])

(defn lane (tag :str runs :int) :none [
  (for (index 0 runs)
    (core/task/join (core/task/spawn workflow (str tag "/" index)))
    (core/task/flush))
  none
])

(defn lanes (tag :str count :int runs :int) :none [
  (def others (list))
  (for (index 0 count)
    (set others (list/append others (core/task/spawn lane (str tag "/" index) runs))))
  (for (other others) (core/task/join other))
  none
])
`

export const runSteps = 10
