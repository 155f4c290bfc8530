import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

/** Chance, from the system's source of cryptographic randomness: nobody can foresee it, and no seed brings it back. */
export const random: ReadonlyArray<Signature> = [
  {
    name: "core/random/int",
    aliases: ["random/int"],
    params: [required("from", ":int"), required("to", ":int")],
    result: ":int",
    effect: "store",
    doc: "An int from `from` up to, not including, `to`, each as likely; of any size.",
    example: "(random/int 1 7)"
  },
  {
    name: "core/random/real",
    aliases: ["random/real"],
    params: [],
    result: ":real",
    effect: "store",
    doc: "A real from 0.0 up to, not including, 1.0, in steps of 2^-53.",
    example: "(random/real)"
  },
  {
    name: "core/random/bool",
    aliases: ["random/bool"],
    params: [],
    result: ":bool",
    effect: "store",
    doc: "True or false, each as likely.",
    example: "(random/bool)"
  },
  {
    name: "core/random/pick",
    aliases: ["random/pick"],
    params: [required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "store",
    doc: 'One of the items, each as likely; of an empty list the error value `@"empty list"`.',
    example: '(random/pick (list "heads" "tails"))'
  },
  {
    name: "core/random/shuffle",
    aliases: ["random/shuffle"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "store",
    doc: "The items in an order of chance, each order as likely.",
    example: "(random/shuffle (list 1 2 3))"
  },
  {
    name: "core/random/bytes",
    aliases: ["random/bytes"],
    params: [required("count", ":int")],
    result: ":bytes",
    effect: "store",
    doc: "So many bytes of chance, at most 2^20.",
    example: "(random/bytes 16)"
  }
]
