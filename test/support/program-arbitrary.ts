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
(core/kv/iterate "" 0 none { (log $key $value) })
`
)
