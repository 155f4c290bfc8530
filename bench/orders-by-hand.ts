// The JSON program of bench/compute-cases.ts by hand, twice: with ints of any size and reals kept apart from ints, as in sxs,
// and with what JavaScript's own reader gives, which keeps no large ints, nor 1.0 apart from 1.

type Int = number | bigint

/** A real; a number is an int. */
class RealNumber {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

interface Order<I, R> {
  readonly id: I
  readonly customer: string
  readonly cents: I
  readonly weight: R
  readonly tags: ReadonlyArray<string>
  readonly address: { readonly street: string; readonly zip: string }
}

export const orders: string = JSON.stringify(
  Array.from(
    { length: 2000 },
    (_, id): Order<number, number> => ({
      id,
      customer: `customer ${id % 97}`,
      cents: (id * 7919) % 100_000,
      weight: ((id * 31) % 1000) + 0.5,
      tags: ["a", id % 3 === 0 ? "express" : "plain"],
      address: { street: `Road ${id % 13} "north"`, zip: String(10_000 + (id % 900)) }
    })
  )
)

// What TypeScript does not know yet: a reviver sees the text of a number, and a text can be written as it is.
const exactJson = JSON as unknown as {
  readonly parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { source: string }) => unknown
  ) => unknown
  readonly rawJSON: (text: string) => unknown
}

const withKind = (_: string, value: unknown, { source }: { readonly source: string }): unknown => {
  if (typeof value !== "number") return value
  if (source.includes(".") || source.includes("e") || source.includes("E")) return new RealNumber(value)
  return Number.isSafeInteger(value) ? value : BigInt(source)
}

const written = (value: Int): unknown => (typeof value === "number" ? value : exactJson.rawJSON(String(value)))

const add = (a: Int, b: number): Int => {
  if (typeof a === "number") {
    const sum = a + b
    if (Math.abs(sum) <= Number.MAX_SAFE_INTEGER) return sum
  }
  return BigInt(a) + BigInt(b)
}

const transformExact = (): string =>
  JSON.stringify(
    (exactJson.parse(orders, withKind) as ReadonlyArray<Order<Int, RealNumber>>)
      .filter(({ cents }) => cents > 20_000)
      .map(({ address, cents, customer, id, tags, weight }) => ({
        id: written(id),
        who: customer.toUpperCase(),
        total: written(add(cents, weight.value > 500 ? 900 : 400)),
        express: tags.includes("express"),
        zip: address.zip
      }))
  )

const transformRounded = (): string =>
  JSON.stringify(
    (JSON.parse(orders) as ReadonlyArray<Order<number, number>>)
      .filter(({ cents }) => cents > 20_000)
      .map(({ address, cents, customer, id, tags, weight }) => ({
        id,
        who: customer.toUpperCase(),
        total: add(cents, weight > 500 ? 900 : 400),
        express: tags.includes("express"),
        zip: address.zip
      }))
  )

const tenTimes = (transform: () => string): string => {
  let made = ""
  for (let round = 0; round < 10; round++) made = transform()
  return made
}

/** With the results of sxs for any numbers. */
export const ordersExactly = (): string => tenTimes(transformExact)

/** With JavaScript's numbers. */
export const ordersRounded = (): string => tenTimes(transformRounded)
