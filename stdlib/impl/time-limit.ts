import { createContext, Script } from "node:vm"

interface Room {
  run: () => void
}

let prepared: { readonly room: Room; readonly script: Script } | undefined

// Making the context takes a millisecond, and few programs need it.
const prepare = (): NonNullable<typeof prepared> => {
  prepared ??= { room: createContext({ run: () => {} }) as unknown as Room, script: new Script("run()") }
  return prepared
}

/**
 * Runs JavaScript that does not wait, and stops it when it takes longer: then it throws what `isTimeUp` knows. Only Node's
 * `vm` can interrupt code that is running, even inside a regular expression.
 */
export const withinTime = <A>(msMax: number, run: () => A): A => {
  const { room, script } = prepare()
  let result: { readonly value: A } | undefined
  room.run = () => {
    result = { value: run() }
  }
  try {
    script.runInContext(room, { timeout: msMax })
  } finally {
    room.run = () => {}
  }
  return result!.value
}

// Not an `Error` of this realm, but of the context's.
export const isTimeUp = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "code" in cause && cause.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
