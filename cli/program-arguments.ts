import { usageError } from "./exit.ts"

/** Throws a usage error when there are arguments for the program: it could not read them, and would not know. */
export const refuseArguments = (args: ReadonlyArray<string>): void => {
  const [first] = args
  if (first === undefined) return
  throw usageError(
    `programs cannot read arguments yet, so ${JSON.stringify(first)} would be lost.\n` +
      "Put the value into the store first: sxs kv set KEY VALUE"
  )
}
