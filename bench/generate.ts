/** The same program three times: a `unit` is a record and seven small functions of an order desk, or what the language has for them. */
export interface Twins {
  readonly sxs: string
  readonly typescript: string
  readonly clojurescript: string
}

/** Units until the sxs text has `bytes` bytes; all of it is ASCII. */
export const generateTwins = (bytes: number): Twins => {
  const sxs: Array<string> = []
  const typescript: Array<string> = [typescriptStore]
  const clojurescript: Array<string> = [clojurescriptStore]
  for (let index = 0, size = 0; size < bytes; index++) {
    const text = sxsUnit(index)
    size += text.length
    sxs.push(text)
    typescript.push(typescriptUnit(index))
    clojurescript.push(clojurescriptUnit(index))
  }
  return { sxs: sxs.join(""), typescript: typescript.join(""), clojurescript: clojurescript.join("") }
}

const sxsUnit = (n: number): string => `; Desk ${n}: orders, their prices and the stock.
#(export shares-${n} summary-${n} accept-${n})
#(form order-${n} {id :str price :int quantity :int})

; The price with its discount.
(defn total-${n} (order :order-${n}) :int
  (def sum (* (order-${n}/price order) (order-${n}/quantity order)))
  (cond
    ((> sum ${10_000 + n}) (- sum (div sum 10)))
    ((> sum 1000) (- sum ${n % 90}))
    (else sum)))

; What came in, as an order or as an error.
(defn parse-${n} (value)
  (match value
    ((map "id" (:str id) "price" (:int price) "quantity" (:int quantity)) (order-${n} id price quantity))
    ([(:str id) (:int price)] (order-${n} id price 1))
    (@why (error (str "desk ${n}: " why)))
    (else (error "not an order" value))))

; How many there are.
(defn stock-${n} (id :str) :int
  (match (core/kv/get (str "stock:${n}:" id))
    ((:int count) count)
    (else 0)))

; Takes an order's items out of the stock when there are enough.
(defn reserve-${n} (order :order-${n}) :bool
  (def id (order-${n}/id order))
  (def left (- (stock-${n} id) (order-${n}/quantity order)))
  (if (< left 0) (return false))
  (core/kv/set (str "stock:${n}:" id) left)
  (core/kv/incr reserved:${n % 90})
  true)

; All prices, with a share for each of \`parts\`.
(defn shares-${n} (orders :list parts :int) :list
  (def shares (list))
  (for (each orders)
    (def total (total-${n} (cast :order-${n} each)))
    (def part 0)
    (while (< part parts)
      (set shares (list/append shares (div (+ total part) parts)))
      (set part (+ part 1))))
  shares)

; Counts with a closure.
(defn summary-${n} (orders :list limit :int) :map
  (def is-large (fn (order) (> (total-${n} order) limit)))
  (def large (list/filter is-large orders))
  (def sum (list/fold (fn (sum order) (+ sum (total-${n} order))) 0 orders))
  (map "desk" ${n} "large" (len large) "sum" sum "label" (str "desk ${n}: " (len orders) " orders")))

; One message from the outside: parsed, reserved, and answered.
(defn accept-${n} (message) :str
  (def order (try (parse-${n} message) none))
  (if (eq order none) (return "refused"))
  (def taken (reserve-${n} (cast :order-${n} order)))
  (if taken
    (str "desk ${n} took " (total-${n} (cast :order-${n} order)))
    "sold out"))

`

const typescriptStore = `const store = new Map<string, unknown>()
const increment = (key: string): void => void store.set(key, Number(store.get(key) ?? 0) + 1)

`

const typescriptUnit = (n: number): string => `// Desk ${n}: orders, their prices and the stock.
export interface Order${n} {
  readonly id: string
  readonly price: number
  readonly quantity: number
}

// The price with its discount.
export function total${n}(order: Order${n}): number {
  const sum = order.price * order.quantity
  if (sum > ${10_000 + n}) return sum - Math.trunc(sum / 10)
  if (sum > 1000) return sum - ${n % 90}
  return sum
}

// What came in, as an order or as an error.
export function parse${n}(value: unknown): Order${n} | Error {
  if (Array.isArray(value) && value.length === 2) {
    const [id, price]: ReadonlyArray<unknown> = value
    if (typeof id === "string" && typeof price === "number") return { id, price, quantity: 1 }
  } else if (value instanceof Error) {
    return new Error(\`desk ${n}: \${value.message}\`)
  } else if (typeof value === "object" && value !== null && "id" in value && "price" in value && "quantity" in value) {
    const { id, price, quantity } = value
    if (typeof id === "string" && typeof price === "number" && typeof quantity === "number") {
      return { id, price, quantity }
    }
  }
  return new Error("not an order", { cause: value })
}

// How many there are.
export function stock${n}(id: string): number {
  const count = store.get(\`stock:${n}:\${id}\`)
  return typeof count === "number" ? count : 0
}

// Takes an order's items out of the stock when there are enough.
export function reserve${n}(order: Order${n}): boolean {
  const { id } = order
  const left = stock${n}(id) - order.quantity
  if (left < 0) return false
  store.set(\`stock:${n}:\${id}\`, left)
  increment("reserved:${n % 90}")
  return true
}

// All prices, with a share for each of \`parts\`.
export function shares${n}(orders: ReadonlyArray<Order${n}>, parts: number): ReadonlyArray<number> {
  const shares: Array<number> = []
  for (const each of orders) {
    const total = total${n}(each)
    let part = 0
    while (part < parts) {
      shares.push(Math.trunc((total + part) / parts))
      part += 1
    }
  }
  return shares
}

// Counts with a closure.
export function summary${n}(orders: ReadonlyArray<Order${n}>, limit: number): Record<string, unknown> {
  const isLarge = (order: Order${n}) => total${n}(order) > limit
  const large = orders.filter(isLarge)
  const sum = orders.reduce((sum, order) => sum + total${n}(order), 0)
  return { desk: ${n}, large: large.length, sum, label: \`desk ${n}: \${orders.length} orders\` }
}

// One message from the outside: parsed, reserved, and answered.
export function accept${n}(message: unknown): string {
  const order = parse${n}(message)
  if (order instanceof Error) return "refused"
  const taken = reserve${n}(order)
  return taken ? \`desk ${n} took \${total${n}(order)}\` : "sold out"
}

`

const clojurescriptStore = `(def store (atom {}))
(defn increment [key] (swap! store update key (fnil inc 0)))

`

const clojurescriptUnit = (n: number): string => `; Desk ${n}: orders, their prices and the stock.
(defn order-${n} [id price quantity] {:id id :price price :quantity quantity})

; The price with its discount.
(defn total-${n} [order]
  (let [sum (* (:price order) (:quantity order))]
    (cond
      (> sum ${10_000 + n}) (- sum (quot sum 10))
      (> sum 1000) (- sum ${n % 90})
      :else sum)))

; What came in, as an order or as an error.
(defn parse-${n} [value]
  (cond
    (and (vector? value) (= 2 (count value)))
    (let [[id price] value]
      (if (and (string? id) (number? price)) (order-${n} id price 1) (js/Error. "not an order")))
    (instance? js/Error value) (js/Error. (str "desk ${n}: " (.-message value)))
    (and (map? value) (string? (:id value)) (number? (:price value)) (number? (:quantity value)))
    (let [{:keys [id price quantity]} value] (order-${n} id price quantity))
    :else (js/Error. "not an order")))

; How many there are.
(defn stock-${n} [id]
  (let [count (get @store (str "stock:${n}:" id))]
    (if (number? count) count 0)))

; Takes an order's items out of the stock when there are enough.
(defn reserve-${n} [order]
  (let [id (:id order)
        left (- (stock-${n} id) (:quantity order))]
    (if (< left 0)
      false
      (do
        (swap! store assoc (str "stock:${n}:" id) left)
        (increment "reserved:${n % 90}")
        true))))

; All prices, with a share for each of \`parts\`.
(defn shares-${n} [orders parts]
  (let [shares (atom [])]
    (doseq [each orders]
      (let [total (total-${n} each)]
        (loop [part 0]
          (when (< part parts)
            (swap! shares conj (quot (+ total part) parts))
            (recur (inc part))))))
    @shares))

; Counts with a closure.
(defn summary-${n} [orders limit]
  (let [is-large (fn [order] (> (total-${n} order) limit))
        large (filter is-large orders)
        sum (reduce (fn [sum order] (+ sum (total-${n} order))) 0 orders)]
    {:desk ${n} :large (count large) :sum sum :label (str "desk ${n}: " (count orders) " orders")}))

; One message from the outside: parsed, reserved, and answered.
(defn accept-${n} [message]
  (let [order (parse-${n} message)]
    (if (instance? js/Error order)
      "refused"
      (let [taken (reserve-${n} order)]
        (if taken (str "desk ${n} took " (total-${n} order)) "sold out")))))

`

export const lineCount = (text: string): number => text.split("\n").length - 1
