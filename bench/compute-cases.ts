import { orders, ordersExactly, ordersRounded } from "./orders-by-hand.ts"
import type { Case } from "./segment-cases.ts"

// The programs of bench/compute.ts. The hand-written side gives the same results, and is what one writes who knows the
// engine: ints leave the doubles before they would be rounded, and that test stands where V8 likes it.

type Int = number | bigint

const intMax = Number.MAX_SAFE_INTEGER

const addLarge = (a: Int, b: Int): Int => {
  const sum = BigInt(a) + BigInt(b)
  return sum >= -BigInt(intMax) && sum <= BigInt(intMax) ? Number(sum) : sum
}

const multiplyLarge = (a: Int, b: Int): Int => {
  const product = BigInt(a) * BigInt(b)
  return product >= -BigInt(intMax) && product <= BigInt(intMax) ? Number(product) : product
}

const fib = (n: number): Int => {
  if (n < 2) return n
  const a = fib(n - 1)
  const b = fib(n - 2)
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b
    if (Math.abs(sum) <= intMax) return sum
  }
  return addLarge(a, b)
}

const sum = (n: number): Int => {
  let total = 0
  let i = 0
  for (; i < n; i++) {
    const next = total + i
    if (Math.abs(next) > intMax) break
    total = next
  }
  let large: Int = total
  for (; i < n; i++) large = addLarge(large, i)
  return large
}

const text = (): number => {
  let units = 0
  for (let round = 0; round < 200; round++) {
    let built = ""
    for (let i = 0; i < 5000; i++) built = `${built}item ${i};`
    units += built.length
  }
  return units
}

const times3 = (item: Int): Int => {
  if (typeof item === "number") {
    const product = item * 3
    if (Math.abs(product) <= intMax) return product
  }
  return multiplyLarge(item, 3)
}

const add = (a: Int, b: Int): Int => {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b
    if (Math.abs(sum) <= intMax) return sum
  }
  return addLarge(a, b)
}

const numbers = Array.from({ length: 200_000 }, (_, index) => index)

const lists = (): Int => {
  let total: Int = 0
  for (let round = 0; round < 10; round++) {
    total = add(
      total,
      numbers
        .map((item) => times3(item))
        .filter((item) => item > 300_000)
        .reduce<Int>((so_far, item) => add(so_far, item), 0)
    )
  }
  return total
}

const planets = [
  [1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 39.47841760435743],
  [
    4.841431442464721, -1.1603200440274284, -0.10362204447112311, 0.606326392995832, 2.81198684491626,
    -0.02521836165988763, 0.03769367487038949
  ],
  [
    8.34336671824458, 4.124798564124305, -0.4035234171143214, -1.0107743461787924, 1.8256623712304119,
    0.008415761376584154, 0.011286326131968767
  ],
  [
    12.894369562139131, -15.111151401698631, -0.22330757889265573, 1.0827910064415354, 0.8687130181696082,
    -0.010832637401363636, 0.0017237240570597112
  ],
  [
    15.379697114850917, -25.919314609987964, 0.17925877295037118, 0.979090732243898, 0.5946989986476762,
    -0.03475595555041704, 0.0020336868699246304
  ]
] as const

const stepCount = 300_000

const nbody = (): string => {
  const bodies = planets.map(([x, y, z, vx, vy, vz, mass]): Body => ({ x, y, z, vx, vy, vz, mass }))
  for (let step = 0; step < stepCount; step++) advance(bodies, 0.01)
  return `${bodies[0]!.x} ${bodies[4]!.z}`
}

interface Body {
  x: number
  y: number
  z: number
  vx: number
  vy: number
  vz: number
  readonly mass: number
}

const advance = (bodies: ReadonlyArray<Body>, dt: number): void => {
  for (let i = 0; i < bodies.length; i++) {
    const a = bodies[i]!
    for (let j = i + 1; j < bodies.length; j++) attract(a, bodies[j]!, dt)
  }
  for (const body of bodies) {
    body.x += dt * body.vx
    body.y += dt * body.vy
    body.z += dt * body.vz
  }
}

const attract = (a: Body, b: Body, dt: number): void => {
  const dx = a.x - b.x
  const dy = a.y - b.y
  const dz = a.z - b.z
  const square = dx * dx + dy * dy + dz * dz
  const magnitude = dt / (square * Math.sqrt(square))
  a.vx -= dx * b.mass * magnitude
  a.vy -= dy * b.mass * magnitude
  a.vz -= dz * b.mass * magnitude
  b.vx += dx * a.mass * magnitude
  b.vy += dy * a.mass * magnitude
  b.vz += dz * a.mass * magnitude
}

/** The same with a local for each number, as values of sxs do not change. */
const nbodySource = (): string => {
  const names = ["x", "y", "z", "vx", "vy", "vz", "m"]
  const axes = ["x", "y", "z"]
  const defs = planets.flatMap((body, at) => body.map((value, index) => `(def ${names[index]}${at} ${real(value)})`))
  const turn: Array<string> = []
  for (let a = 0; a < planets.length; a++) {
    for (let b = a + 1; b < planets.length; b++) {
      const pair = `${a}${b}`
      for (const axis of axes) turn.push(`(def d${axis}${pair} (- ${axis}${a} ${axis}${b}))`)
      const squares = axes.map((axis) => `(* d${axis}${pair} d${axis}${pair})`).join(" ")
      turn.push(`(def s${pair} (+ ${squares}))`)
      turn.push(`(def g${pair} (/ 0.01 (* s${pair} (math/sqrt s${pair}))))`)
      for (const axis of axes) turn.push(`(set v${axis}${a} (- v${axis}${a} (* d${axis}${pair} m${b} g${pair})))`)
      for (const axis of axes) turn.push(`(set v${axis}${b} (+ v${axis}${b} (* d${axis}${pair} m${a} g${pair})))`)
    }
  }
  for (const at of planets.keys())
    for (const axis of axes) turn.push(`(set ${axis}${at} (+ ${axis}${at} (* 0.01 v${axis}${at})))`)
  return `(defn work () :str [
  ${defs.join("\n  ")}
  (for (step 0 ${stepCount})
    ${turn.join("\n    ")})
  (str x0 " " z4)
])`
}

const real = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value))

const normSize = 400
const normRounds = 20

const matrix = (i: number, j: number): number => {
  const s = i + j
  return 1 / ((s * (s + 1)) / 2 + i + 1)
}

const timesMatrix = (v: ReadonlyArray<number>): ReadonlyArray<number> => {
  const out: Array<number> = []
  for (let i = 0; i < v.length; i++) {
    let total = 0
    for (let j = 0; j < v.length; j++) total += matrix(i, j) * v[j]!
    out.push(total)
  }
  return out
}

const timesTransposed = (v: ReadonlyArray<number>): ReadonlyArray<number> => {
  const out: Array<number> = []
  for (let i = 0; i < v.length; i++) {
    let total = 0
    for (let j = 0; j < v.length; j++) total += matrix(j, i) * v[j]!
    out.push(total)
  }
  return out
}

const dot = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!
  return total
}

const norm = (): string => {
  let u: ReadonlyArray<number> = Array.from({ length: normSize }, () => 1)
  let v = u
  for (let round = 0; round < normRounds; round++) {
    v = timesTransposed(timesMatrix(u))
    u = timesTransposed(timesMatrix(v))
  }
  return String(Math.sqrt(dot(u, v) / dot(v, v)))
}

interface ComputeCase extends Case {
  /** JavaScript that does less: its results are the same for these numbers only. */
  readonly rounded?: () => unknown
}

export const computeCases: ReadonlyArray<ComputeCase> = [
  {
    name: "calls: fib(32)",
    plain: () => fib(32),
    sxs: `
(defn fib (n :int) :int [(if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))])
(defn work () :int [(fib 32)])`
  },
  {
    name: "loop: sum to 1e8",
    plain: () => sum(1e8),
    sxs: `
(defn work () :int [
  (def total 0)
  (for (i 0 100000000) (set total (+ total i)))
  total
])`
  },
  {
    name: "text: a million appends",
    plain: text,
    sxs: `
(defn work () :int [
  (def units 0)
  (for (round 0 200)
    (def built "")
    (for (i 0 5000) (set built (str built "item " i ";")))
    (set units (+ units (str/len built))))
  units
])`
  },
  {
    name: "lists: map, filter, fold over 200,000, 10 times",
    plain: lists,
    sxs: `
(defn work () :int [
  (def numbers (list/range 0 200000))
  (def total 0)
  (for (round 0 10)
    (set total (+ total
      (list/fold (fn (so-far :int item :int) :int [(+ so-far item)]) 0
        (list/filter (fn (item :int) :bool [(> item 300000)])
          (list/map (fn (item :int) :int [(* item 3)]) numbers))))))
  total
])`
  },
  { name: `reals: n-body, ${stepCount} steps`, plain: nbody, sxs: nbodySource() },
  {
    name: `reals: spectral norm of ${normSize}`,
    plain: norm,
    sxs: `
(defn matrix (i :int j :int) :real [
  (def s (+ i j))
  (/ 1 (+ (/ (* s (+ s 1)) 2) i 1))
])
(defn times-matrix (v :list) :list [
  (def out (list))
  (for (i 0 (list/len v))
    (def total 0.0)
    (for (j 0 (list/len v)) (set total (+ total (* (matrix i j) (list/at! j v)))))
    (set out (list/append out total)))
  out
])
(defn times-transposed (v :list) :list [
  (def out (list))
  (for (i 0 (list/len v))
    (def total 0.0)
    (for (j 0 (list/len v)) (set total (+ total (* (matrix j i) (list/at! j v)))))
    (set out (list/append out total)))
  out
])
(defn dot (a :list b :list) :real [
  (def total 0.0)
  (for (i 0 (list/len a)) (set total (+ total (* (cast :real (list/at! i a)) (list/at! i b)))))
  total
])
(defn work () :str [
  (def u (list/repeat (list 1.0) ${normSize}))
  (def v u)
  (for (round 0 ${normRounds})
    (set v (times-transposed (times-matrix u)))
    (set u (times-transposed (times-matrix v))))
  (str (math/sqrt (/ (dot u v) (dot v v))))
])`
  },
  {
    name: "JSON: 10 times 2000 orders",
    plain: ordersExactly,
    rounded: ordersRounded,
    sxs: `
(def orders ${JSON.stringify(orders)})
(defn brief (order :map) :map [
  (def cents (cast :int (map/get order "cents" 0)))
  (def weight (cast :real (map/get order "weight" 0.0)))
  (map
    "id" (map/get order "id" 0)
    "who" (str/upper (cast :str (map/get order "customer" "")))
    "total" (+ cents (if (> weight 500) 900 400))
    "express" (list/contains (cast :list (map/get order "tags" (list))) "express")
    "zip" (map/get (cast :map (map/get order "address" (map))) "zip" ""))
])
(defn transform (text :str) :str [
  (def parsed (cast :list (insist (json/parse text))))
  (def dear (list/filter (fn (order :map) :bool [(> (cast :int (map/get order "cents" 0)) 20000)]) parsed))
  (insist (json/print (list/map brief dear)))
])
(defn work () :str [
  (def made "")
  (for (round 0 10) (set made (transform orders)))
  made
])`
  }
]
