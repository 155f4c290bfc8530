/** Stands for three services on the network. Each knows by the idempotency key what it has done already. */
interface Call {
  readonly signal: AbortSignal
  readonly idempotencyKey: string
  readonly attempt: number
}

const done = new Map<string, string>()

/** Does it once for each key, however often it is asked. */
const once = (key: string, work: () => string): string => {
  const known = done.get(key) ?? work()
  done.set(key, known)
  return known
}

export const reserve = (order: string, item: string, { idempotencyKey }: Call): string =>
  once(idempotencyKey, () => {
    if (item === "unicorn") throw new Error("there is no such item")
    return `a ${item} for ${order}`
  })

export const release = async (_reservation: string): Promise<void> => {}

export const charge = async (order: string, cents: number, { attempt, idempotencyKey }: Call): Promise<string> => {
  if (order === "order-2" && attempt < 3) throw new Error("the bank is busy")
  return once(idempotencyKey, () => `${cents} cents of ${order}`)
}

export const refund = async (_payment: string): Promise<void> => {}

export const ship = async (order: string, item: string, { idempotencyKey }: Call): Promise<string> => {
  if (item === "piano") throw new Error("it does not fit through the door")
  return once(idempotencyKey, () => `parcel of ${order}`)
}
