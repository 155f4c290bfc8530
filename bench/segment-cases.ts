/** A piece of work as sxs and as plain JavaScript, with the same result. */
export interface Case {
  readonly name: string
  /** Defines the function `work`, which takes nothing. */
  readonly sxs: string
  readonly plain: () => unknown
}

const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2))

const fibs = (): number => {
  let last = 0
  for (let round = 0; round < 10; round++) last = fib(27)
  return last
}

const sum = (): number => {
  let total = 0
  for (let i = 0; i < 10_000_000; i++) total += i
  return total
}

const nested = (): number => {
  let total = 0
  for (let i = 0; i < 3000; i++) for (let j = 0; j < 3000; j++) total += i * j
  return total
}

const text = (): string => {
  let built = ""
  for (let round = 0; round < 500; round++) {
    built = ""
    for (let i = 0; i < 5000; i++) built = `${built}${i},`
  }
  return built
}

const lists = (): number => {
  const items = Array.from({ length: 200_000 }, (_, index) => index)
  return items
    .map((item) => item * 3)
    .filter((item) => item > 300_000)
    .reduce((total, item) => total + item, 0)
}

export const cases: ReadonlyArray<Case> = [
  {
    name: "calls: 10 times fib(27)",
    plain: fibs,
    sxs: `
(defn fib (n :int) :int [(if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))])
(defn work () :int [
  (def last 0)
  (for (round 0 10) (set last (fib 27)))
  last
])`
  },
  {
    name: "loop: sum to 10,000,000",
    plain: sum,
    sxs: `
(defn work () :int [
  (def total 0)
  (for (i 0 10000000) (set total (+ total i)))
  total
])`
  },
  {
    name: "nested loops: 3000 by 3000",
    plain: nested,
    sxs: `
(defn work () :int [
  (def total 0)
  (for (i 0 3000) (for (j 0 3000) (set total (+ total (* i j)))))
  total
])`
  },
  {
    name: "text: 500 times 5000 appends",
    plain: text,
    sxs: `
(defn work () :str [
  (def built "")
  (for (round 0 500)
    (set built "")
    (for (i 0 5000) (set built (str built i ","))))
  built
])`
  },
  {
    name: "lists: map, filter, fold over 200,000",
    plain: lists,
    sxs: `
(defn work () :int [
  (list/fold (fn (total item) (+ total item)) 0
    (list/filter (fn (item) (> item 300000))
      (list/map (fn (item) (* item 3)) (list/range 0 200000))))
])`
  }
]
