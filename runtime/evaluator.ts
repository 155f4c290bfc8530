import type { Value } from "./value/value.ts"

/** Port to the reader of the language, which the runtime itself does not have. The command line provides it. */
export interface Evaluator {
  /** The first datum of the text as a value, as if it stood there quoted; undefined when it cannot be read. */
  readonly readDatum: (text: string) => Value | undefined
}
