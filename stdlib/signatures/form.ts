import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

/**
 * What special forms turn into where no function of the library does it. No source can name these: `signatureOf` does not
 * know them, and they are not on the reference page.
 */
export const formLibrary = {
  /** Converts to the type whose name comes first; what cannot be converted is a fault. */
  cast: {
    name: "core/form/cast",
    params: [required("type", ":str"), required("value")],
    result: ":any",
    effect: "pure",
    doc: "The value as one of that type.",
    example: '(core/form/cast ":int" "5")'
  },
  /** Unlike `core/map/get` never an error value of its own making, as the key is known to be there. */
  field: {
    name: "core/form/field",
    params: [required("of", ":map"), required("key", ":str")],
    result: ":any",
    effect: "pure",
    doc: "The value under the key; a missing one is a fault.",
    example: '(core/form/field (map "a" 1) "a")'
  },
  content: {
    name: "core/form/error-content",
    params: [required("of", ":error")],
    result: ":any",
    effect: "pure",
    doc: "What stands in an error value.",
    example: '(core/form/error-content @"no")'
  }
} as const satisfies Readonly<Record<string, Signature>>
