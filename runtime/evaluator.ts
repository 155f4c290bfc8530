import type { Bundle } from "../stdlib/abi/bundle.ts"
import type { Value } from "./value/value.ts"

/** Port to the compiler of the language, which the runtime itself does not have. The command line provides it. */
export interface Evaluator {
  /** The first datum of the text as a value, as if it stood there quoted; undefined when it cannot be read. */
  readonly readDatum: (text: string) => Value | undefined
  /** The text as a program; or, when it does not compile, the first mistake in words. */
  readonly compile: (text: string) => Bundle | string
}
