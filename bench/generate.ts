/** The same small functions as sxs and as TypeScript. */
export interface Twins {
  readonly sxs: string
  readonly typescript: string
}

/** Functions until the sxs text has `bytes` bytes; all of it is ASCII. */
export const generateTwins = (bytes: number): Twins => {
  const sxs: Array<string> = []
  const typescript: Array<string> = []
  for (let index = 0, size = 0; size < bytes; index++) {
    const text = sxsFunction(index)
    size += text.length
    sxs.push(text)
    typescript.push(typescriptFunction(index))
  }
  return { sxs: sxs.join(""), typescript: typescript.join("") }
}

const sxsFunction = (index: number): string => `; function number ${index}
(defn order-${index} (price :int quantity :int name :str) :any [
  (def total (* price quantity))
  (def label (str "order " name " #${index}"))
  (def fee 2)
  (for (i 0 quantity)
    (if (> total 1000) (set fee (+ fee i)) (core/kv/incr orders:${index % 90})))
  (if (< total 0)
    (return (map "error" "negative total" "code" ${index % 90})))
  (map "label" label "sum" (+ total fee) "items" (list price quantity ${index}))
])

`

const typescriptFunction = (index: number): string => `// function number ${index}
export function order${index}(price: number, quantity: number, name: string): unknown {
  const total: number = price * quantity
  const label: string = \`order \${name} #${index}\`
  let fee: number = 2
  for (let i = 0; i < quantity; i++) {
    if (total > 1000) fee += i
    else increment("orders:${index % 90}")
  }
  if (total < 0) {
    return { error: "negative total", code: ${index % 90} }
  }
  return { label, sum: total + fee, items: [price, quantity, ${index}] }
}

`

export const lineCount = (text: string): number => text.split("\n").length - 1
