import fc from "fast-check"

// Programs that always end: loops have small bounds, functions call earlier ones only. All values are small ints, so that
// every expression may stand anywhere; `tick` waits durably, so that suspension points stand in all places.

const names = ["a", "b", "c"] as const
const name = fc.constantFrom(...names)

const { expression, statement } = fc.letrec<{ expression: string; statement: string }>((tie) => {
  const sub = tie("expression")
  const block = fc
    .array(tie("statement"), { minLength: 1, maxLength: 3 })
    .map((statements) => `[${statements.join(" ")}]`)
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: "small", withCrossShrink: true },
      { weight: 3, arbitrary: fc.integer({ min: -5, max: 20 }).map(String) },
      { weight: 4, arbitrary: name },
      {
        weight: 3,
        arbitrary: fc.tuple(fc.constantFrom("+", "-", "*"), sub, sub).map(([op, x, y]) => `(clip (${op} ${x} ${y}))`)
      },
      { weight: 2, arbitrary: fc.tuple(sub).map(([x]) => `(tick ${x})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom("<", ">=", "="), sub, sub)
          .map(([op, x, y]) => `(if (${op} ${x} ${y}) ${x} ${y})`)
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom("and", "or"), sub, sub)
          .map(([op, x, y]) => `(number (${op} (= ${x} 1) ${y} ${x}))`)
      },
      { weight: 1, arbitrary: fc.tuple(sub, sub, sub).map(([x, y, z]) => `(third ${x} ${y} ${z})`) },
      { weight: 1, arbitrary: fc.tuple(name, sub).map(([n, x]) => `(begin (set ${n} ${x}) ${n})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(sub, sub)
          .map(([x, y]) => `(list/fold (fn (sum x) (clip (+ sum (tick x)))) ${x} (list ${x} ${y} 3))`)
      }
    ),
    statement: fc.oneof(
      { maxDepth: 4, depthSize: "small", withCrossShrink: true },
      { weight: 4, arbitrary: fc.tuple(name, sub).map(([n, x]) => `(set ${n} ${x})`) },
      { weight: 2, arbitrary: fc.tuple(sub).map(([x]) => `(log ${x})`) },
      { weight: 1, arbitrary: fc.tuple(sub).map(([x]) => `(core/kv/set k (+ (core/kv/get k 0) ${x}))`) },
      { weight: 2, arbitrary: fc.tuple(sub, block, block).map(([x, yes, no]) => `(if (< ${x} 5) ${yes} ${no})`) },
      {
        weight: 2,
        arbitrary: fc.tuple(fc.nat(3), block).map(([n, body]) => `(for (i 0 ${n}) (set a (clip (+ a i))) ${body})`)
      },
      {
        weight: 1,
        arbitrary: fc.tuple(sub, sub, block).map(([x, y, body]) => `(for (x (list ${x} ${y})) (set b x) ${body})`)
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.integer({ min: 1, max: 3 }), block, sub)
          .map(([n, body, x]) => `(set c (do [${body} (if (>= $iterations ${n}) (done ${x}))]))`)
      },
      {
        weight: 1,
        arbitrary: fc.tuple(sub).map(([x]) => `(cond ((= ${x} 1) (set a 2)) ((> ${x} 10) (set b 3)) (else (set c 4)))`)
      },
      { weight: 1, arbitrary: fc.tuple(block).map(([body]) => `(core/kv/scope "s:" { ${body} })`) },
      { weight: 1, arbitrary: fc.tuple(sub).map(([x]) => `(if (= ${x} 7) (return ${x}))`) }
    )
  }
})

const body = fc.array(statement, { minLength: 1, maxLength: 5 }).map((statements) => statements.join("\n  "))

/** The text of a program whose main task calls a function of random statements, and logs what comes of it. */
export const programArbitrary: fc.Arbitrary<string> = fc.tuple(body, expression, expression).map(
  ([statements, first, second]) => `(defn tick (x) (core/task/checkpoint) x)
(defn clip (x) (% x 1000))
(defn number (x) (if (eq x true) 1 (if (eq x false) 0 x)))
(defn third (x y z) (tick z))
(defn work (a b)
  (def c 0)
  ${statements}
  (list a b c))
(def a 1)
(def b 2)
(def c 3)
(log (work ${first} ${second}))
(core/kv/iterate k 0 none { (log $key $value) })
(core/kv/iterate s: 0 none { (log $key $value) })
`
)

// Programs of all forms. `p` and `q` are never assigned, so that closures may capture them; `risky` faults and `maybe` yields
// an error value for some numbers, and what stands in `atomic` does not wait.

const kept = fc.constantFrom("p", "q")

const calm = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 2, depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: fc.integer({ min: -3, max: 12 }).map(String) },
    { weight: 4, arbitrary: fc.oneof(name, kept) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom("+", "-", "*"), tie("number"), tie("number"))
        .map(([op, x, y]) => `(clip (${op} ${x} ${y}))`)
    }
  )
})).number

const calmStatement = fc.oneof(
  fc.tuple(name, calm).map(([n, x]) => `(set ${n} ${x})`),
  calm.map((x) => `(core/kv/incr k ${x})`),
  calm.map((x) => `(core/kv/set (str "m" (% ${x} 3)) ${x})`),
  calm.map((x) => `(core/kv/del (str "m" (% ${x} 3)))`),
  calm.map((x) => `(log "atomic" ${x})`),
  fc.tuple(calm, calm).map(([x, y]) => `(if (> ${x} 4) (fault "given up" ${y}))`),
  fc.tuple(calm, calm).map(([x, y]) => `(if (= ${x} 5) (return ${y}))`),
  calm.map((x) => `(core/task/spawn leave-key ${x})`)
)

const atomic = fc
  .tuple(fc.array(calmStatement, { minLength: 1, maxLength: 4 }), calm)
  .map(([statements, x]) => `(atomic ${statements.join(" ")} ${x})`)

const forms = fc.letrec<{ expression: string; statement: string }>((tie) => {
  const sub = tie("expression")
  const part = tie("statement")
  const block = fc.array(part, { minLength: 1, maxLength: 2 }).map((statements) => statements.join(" "))
  const body = fc.tuple(block, sub).map(([statements, x]) => `[${statements} ${x}]`)
  const shape = (make: (x: string, y: string, z: string) => string) =>
    fc.tuple(sub, sub, sub).map(([x, y, z]) => make(x, y, z))
  return {
    expression: fc.oneof(
      { maxDepth: 3, depthSize: "xsmall", withCrossShrink: true },
      { weight: 4, arbitrary: fc.integer({ min: -5, max: 20 }).map(String) },
      { weight: 5, arbitrary: fc.oneof(name, kept) },
      { weight: 3, arbitrary: sub.map((x) => `(tick ${x})`) },
      { weight: 2, arbitrary: shape((x, y) => `(clip (+ ${x} ${y}))`) },
      { weight: 1, arbitrary: shape((x, y, z) => `(if (< ${x} ${y}) ${z} ${x})`) },
      { weight: 1, arbitrary: shape((x, y, z) => `(number (and (or (= ${x} 1) (< ${y} 3)) ${z}))`) },
      { weight: 3, arbitrary: shape((x, y) => `(recover (clip (+ (risky ${x}) ${y})) (len $exception))`) },
      { weight: 2, arbitrary: fc.tuple(body, body).map(([x, y]) => `(recover ${x} ${y})`) },
      {
        weight: 2,
        arbitrary: shape((x, y) => `(try (maybe ${x}) (clip (+ ${y} (cast :int (map/get $error "data" 0)))))`)
      },
      { weight: 1, arbitrary: shape((x, y) => `(recover (insist (maybe ${x})) ${y})`) },
      { weight: 2, arbitrary: shape((x, y, z) => `(match ${x} (0 ${y}) ((:int 1) ${z}) (n (clip (+ n ${y}))))`) },
      {
        weight: 2,
        arbitrary: shape((x, y, z) => `(match (list ${x} ${y}) ([0 _] ${z}) ([a b] (clip (- a (tick b)))) (_ 0))`)
      },
      {
        weight: 1,
        arbitrary: shape((x, y, z) => `(match (list ${x} ${y} ${z}) ([c & more] (+ c (len (tick more)))) (_ 0))`)
      },
      { weight: 1, arbitrary: shape((x, y) => `(match (map "k" ${x}) ((map "k" 3) ${y}) ((map "k" v) v) (_ 0))`) },
      { weight: 1, arbitrary: shape((x, y, z) => `(reflect (either ${x} ${y}) (:str ${z}) (:int (tick 1)) (else 2))`) },
      {
        weight: 1,
        arbitrary: shape((x, y) => `(clip (+ (cast :int (cast :str ${x})) (cast :int (cast :real ${y}))))`)
      },
      { weight: 1, arbitrary: shape((x, y, z) => `(apply third (list ${x} ${y} ${z}))`) },
      { weight: 1, arbitrary: shape((x, y, z) => `(total ${x} ${y} ${z})`) },
      { weight: 1, arbitrary: shape((x, y) => `(point/y (tick (point ${x} ${y})))`) },
      { weight: 2, arbitrary: fc.tuple(kept, sub).map(([k, x]) => `((fn (z) (clip (+ z ${k} (tick z)))) ${x})`) },
      { weight: 1, arbitrary: shape((x, y) => `(list/fold + 0 (list/map clip (list ${x} ${y})))`) },
      { weight: 1, arbitrary: shape((x, y) => `(try (core/task/join (core/task/spawn risky ${x})) ${y})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(kept, kept)
          .map(([j, k]) => `(list/sum (core/task/all (list (fn () (tick ${j})) (fn () (clip (+ ${j} (tick ${k})))))))`)
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom("race", "any"), kept)
          .map(([form, k]) => `(cast :int (core/task/${form} (list (fn () (core/task/pause)) (fn () (tick ${k})))))`)
      },
      {
        weight: 1,
        arbitrary: shape(
          (x, y) => `(recover (list/sum (core/task/all (list (fn () 1) (fn () (risky 2))))) (clip (+ ${x} ${y})))`
        )
      },
      { weight: 1, arbitrary: fc.tuple(atomic, sub).map(([x, y]) => `(recover ${x} ${y})`) },
      { weight: 1, arbitrary: fc.tuple(body).map(([x]) => `(core/kv/scope "s:" { ${x} })`) }
    ),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: "xsmall", withCrossShrink: true },
      { weight: 4, arbitrary: fc.tuple(name, sub).map(([n, x]) => `(set ${n} ${x})`) },
      { weight: 2, arbitrary: sub.map((x) => `(log ${x})`) },
      { weight: 1, arbitrary: sub.map((x) => `(core/kv/incr k ${x})`) },
      { weight: 2, arbitrary: fc.tuple(sub, block, block).map(([x, y, n]) => `(if (< ${x} 5) [${y}] [${n}])`) },
      { weight: 2, arbitrary: fc.tuple(fc.nat(3), block).map(([n, each]) => `(for (i 0 ${n}) ${each})`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(sub, sub, block)
          .map(([x, y, each]) => `(for (a (list ${x} ${y})) (if (< a 5) (def t (tick a))) (set b (number t)) ${each})`)
      },
      {
        weight: 1,
        arbitrary: fc.tuple(sub, block).map(([x, each]) => `(set c (do [${each} (if (> $iterations 1) (done ${x}))]))`)
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.nat(3), block).map(([n, each]) => `(for (i 0 3) (if (= i ${n}) (done)) ${each})`)
      },
      { weight: 2, arbitrary: fc.tuple(block, block).map(([x, y]) => `(recover [${x} (risky a)] [${y}])`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(kept, sub)
          .map(([k, x]) => `(defer (log "deferred" ${k} (tick q)) (core/kv/incr d ${k})) (log ${x})`)
      },
      { weight: 1, arbitrary: sub.map((x) => `(if (= ${x} 7) (return ${x}))`) },
      { weight: 1, arbitrary: fc.tuple(atomic, block).map(([x, y]) => `(recover ${x} [${y}])`) },
      { weight: 1, arbitrary: block.map((each) => `(core/kv/scope "t:" { ${each} })`) },
      { weight: 1, arbitrary: block.map((each) => `(core/kv/iterate m 0 2 { (set b (clip (+ b $value))) ${each} })`) }
    )
  }
})

const statements = fc.array(forms.statement, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("\n  "))

/** As `programArbitrary`, of all forms; some of these programs end by a fault. */
export const formsArbitrary: fc.Arbitrary<string> = fc.tuple(statements, forms.expression, forms.expression).map(
  ([body, first, second]) => `#(form point {x :int y :int})
(defn tick (x) (core/task/checkpoint) x)
(defn clip (x :int) :int (% x 1000))
(defn number (x) (if (or (eq x none) (eq x false)) 0 (if (eq x true) 1 x)))
(defn third (x y z) (tick z))
(defn total (first & more) (clip (list/fold + first more)))
(defn either (x y) (if (< x 5) (tick x) (str y)))
(defn risky (x) (if (= (% x 5) 0) (fault (str "risky " x) x) (tick x)))
(defn maybe (x) (if (= (% x 3) 0) (error "maybe" x) (tick x)))
(defn leave-key (x) (core/kv/set (str "left" (% x 3)) (% x 3)))
(defn work (p q)
  (def a p)
  (def b q)
  (def c 0)
  ${body}
  (list a b c))
(defn run (p q a b c)
  (log (recover (work ${first} 4) $exception))
  (log (work 3 ${second}))
  c)
(run 1 2 3 4 5)
`
)
