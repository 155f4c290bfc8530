/**
 * The list functions that take a function. They are written in sxs because the function may wait: then the frame of `map`
 * with what it has done so far is saved like any other. Results keep the bracket of the list they come from, which
 * `(core/list/take items 0)` gives.
 */
export const listSource = `; Functions over lists. They go through the items in order, one call after another.

(defn core/list/map (f :fn items :list) :list [
  (def out (core/list/take items 0))
  (for (item items)
    (set out (core/list/append out (f item))))
  out
])

(defn core/list/filter (f :fn items :list) :list [
  (def out (core/list/take items 0))
  (for (item items)
    (if (f item) (set out (core/list/append out item))))
  out
])

(defn core/list/fold (f :fn start :any items :list) :any [
  (def so-far start)
  (for (item items)
    (set so-far (f so-far item)))
  so-far
])

(defn core/list/each (f :fn items :list) :none [
  (for (item items)
    (f item))
  none
])

(defn core/list/find (f :fn items :list) :any [
  (for (item items)
    (if (f item) (return item)))
  @"not found"
])

(defn core/list/any (f :fn items :list) :bool [
  (for (item items)
    (if (f item) (return true)))
  false
])

(defn core/list/all (f :fn items :list) :bool [
  (for (item items)
    (if (f item) none (return false)))
  true
])

(defn core/list/count-if (f :fn items :list) :int [
  (def count 0)
  (for (item items)
    (if (f item) (set count (+ count 1))))
  count
])

(defn core/list/sort-by (f :fn items :list) :list [
  (core/list/sort-keyed items (core/list/map f items))
])

(defn core/list/group-by (f :fn items :list) :map [
  (core/list/group-keyed items (core/list/map f items))
])

(defn core/list/map-indexed (f :fn items :list) :list [
  (def out (core/list/take items 0))
  (def index 0)
  (for (item items)
    (set out (core/list/append out (f index item)))
    (set index (+ index 1)))
  out
])

(defn core/list/flat-map (f :fn items :list) :list [
  (core/list/flatten (core/list/map f items))
])

(defn core/list/partition (f :fn items :list) :list [
  (def chosen (core/list/take items 0))
  (def others (core/list/take items 0))
  (for (item items)
    (if (f item)
      (set chosen (core/list/append chosen item))
      (set others (core/list/append others item))))
  (core/list/list chosen others)
])

(defn core/list/take-while (f :fn items :list) :list [
  (def size 0)
  (for (item items)
    (if (f item) (set size (+ size 1)) (done)))
  (core/list/take items size)
])

(defn core/list/drop-while (f :fn items :list) :list [
  (def size 0)
  (for (item items)
    (if (f item) (set size (+ size 1)) (done)))
  (core/list/drop items size)
])

(defn core/list/find-index (f :fn items :list) :any [
  (def index 0)
  (for (item items)
    (if (f item) (return index))
    (set index (+ index 1)))
  @"not found"
])

(defn core/list/min-by (f :fn items :list) :any [
  (core/list/min-keyed items (core/list/map f items))
])

(defn core/list/max-by (f :fn items :list) :any [
  (core/list/max-keyed items (core/list/map f items))
])

(defn core/list/unique-by (f :fn items :list) :list [
  (core/list/unique-keyed items (core/list/map f items))
])

(defn core/list/zip-with (f :fn first :list second :list) :list [
  (def out (core/list/take first 0))
  (for (pair (core/list/zip first second))
    (set out (core/list/append out (f (core/list/at! 0 pair) (core/list/at! 1 pair)))))
  out
])

; Merge sort from the bottom up: runs of 1, 2, 4 … items are merged in pairs until one run is left.
; An item of the right run comes first only when it belongs strictly before the left one, so equal items keep their order.
(defn core/list/sort-with (before :fn items :list) :list [
  (def size (core/list/len items))
  (def sorted items)
  (def width 1)
  (while (< width size)
    (def merged (core/list/take items 0))
    (def start 0)
    (while (< start size)
      (def middle (min (+ start width) size))
      (def end (min (+ middle width) size))
      (def left start)
      (def right middle)
      (while (or (< left middle) (< right end))
        (def right-first
          (cond
            ((>= right end) false)
            ((>= left middle) true)
            (else (before (core/list/at! right sorted) (core/list/at! left sorted)))))
        (if right-first
          [
            (set merged (core/list/append merged (core/list/at! right sorted)))
            (set right (+ right 1))
          ]
          [
            (set merged (core/list/append merged (core/list/at! left sorted)))
            (set left (+ left 1))
          ]))
      (set start end))
    (set sorted merged)
    (set width (* width 2)))
  sorted
])
`
