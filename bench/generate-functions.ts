import type { Twins } from "./generate.ts"

/**
 * The same program three times: many small functions, in which arithmetic and maps are nearly all. ASCII only; the sxs text
 * has `bytes` bytes and a directive that exports all of them, in one line.
 */
export const generateFunctions = (bytes: number): Twins => {
  const names: Array<string> = []
  const sxs: Array<string> = []
  const typescript: Array<string> = []
  const clojurescript: Array<string> = []
  for (let index = 0, size = 0; size < bytes; index++) {
    const text = sxsFunction(index)
    size += text.length
    names.push(`calc-${index}`)
    sxs.push(text)
    typescript.push(typescriptFunction(index))
    clojurescript.push(clojurescriptFunction(index))
  }
  return {
    sxs: `#(export ${names.join(" ")})\n\n${sxs.join("")}`,
    typescript: typescript.join(""),
    clojurescript: clojurescript.join("")
  }
}

const sxsFunction = (n: number): string => `; function number ${n}
(defn calc-${n} (price qty name)
  (def total (* price qty))
  (def fee (if (> total 1000) (* total 0.015) 2.5))
  (def label (str "order " name " #" ${n}))
  (if (< total 0)
    (map "error" "negative total" "code" ${n % 90})
    (map "label" label "sum" (+ total fee) "items" (list price qty ${n}))))

`

const typescriptFunction = (n: number): string => `// function number ${n}
export function calc${n}(price: number, qty: number, name: string) {
  const total = price * qty
  const fee = total > 1000 ? total * 0.015 : 2.5
  const label: string = \`order \${name} #${n}\`
  if (total < 0) {
    return { error: "negative total", code: ${n % 90} }
  }
  return { label, sum: total + fee, items: [price, qty, ${n}] }
}

`

const clojurescriptFunction = (n: number): string => `; function number ${n}
(defn calc-${n} [price qty name]
  (let [total (* price qty)
        fee (if (> total 1000) (* total 0.015) 2.5)
        label (str "order " name " #" ${n})]
    (if (< total 0)
      {:error "negative total" :code ${n % 90}}
      {:label label :sum (+ total fee) :items [price qty ${n}]})))

`
