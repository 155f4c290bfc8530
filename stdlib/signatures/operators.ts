import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

/**
 * Arithmetic, comparison and bits. Those marked `form` are emitted inline by the compiler; the others are called. Ints are
 * exact at any size, and an int together with a real gives a real. Chains (`<` and its kin) hold between each two neighbours.
 */
export const operators: ReadonlyArray<Signature> = [
  {
    name: "+",
    params: [required("a", ":number")],
    rest: required("more", ":number"),
    result: ":number",
    effect: "pure",
    from: "form",
    doc: "Sum.",
    example: "(+ 1 2 3)",
    yields: "6"
  },
  {
    name: "-",
    params: [required("a", ":number")],
    rest: required("more", ":number"),
    result: ":number",
    effect: "pure",
    from: "form",
    doc: "The first less all others; of one number, its negation.",
    example: "(- 10 2 3)",
    yields: "5"
  },
  {
    name: "*",
    params: [required("a", ":number")],
    rest: required("more", ":number"),
    result: ":number",
    effect: "pure",
    from: "form",
    doc: "Product.",
    example: "(* 2 3.5)",
    yields: "7.0"
  },
  {
    name: "/",
    params: [required("a", ":number"), required("b", ":number")],
    rest: required("more", ":number"),
    result: ":real",
    effect: "pure",
    doc: "The first divided by all others in turn: always a real. Dividing by the int 0 is a fault.",
    example: "(/ 7 2)",
    yields: "3.5"
  },
  {
    name: "%",
    params: [required("a", ":int"), required("b", ":int")],
    result: ":int",
    effect: "pure",
    doc: "Remainder of `div`, with the sign of `a`. Dividing by 0 is a fault.",
    example: "(% -7 2)",
    yields: "-1"
  },
  {
    name: "div",
    params: [required("a", ":int"), required("b", ":int")],
    result: ":int",
    effect: "pure",
    doc: "Quotient of ints, truncated towards 0. Dividing by 0 is a fault.",
    example: "(div -7 2)",
    yields: "-3"
  },
  {
    name: "**",
    params: [required("base", ":number"), required("exponent", ":number")],
    result: ":number",
    effect: "pure",
    doc: "Power. An int to an int of 0 or more is exact; to a negative int it is a real.",
    example: "(** 2 100)",
    yields: "1267650600228229401496703205376"
  },
  {
    name: "<",
    params: [required("a"), required("b")],
    rest: required("more"),
    result: ":bool",
    effect: "pure",
    from: "form",
    doc: "Numbers by amount, texts by code points: each is below the next.",
    example: "(< 1 2.5 3)",
    yields: "true"
  },
  {
    name: "<=",
    params: [required("a"), required("b")],
    rest: required("more"),
    result: ":bool",
    effect: "pure",
    from: "form",
    doc: "Numbers by amount, texts by code points: none is above the next.",
    example: "(<= 2 2.0 3)",
    yields: "true"
  },
  {
    name: ">",
    params: [required("a"), required("b")],
    rest: required("more"),
    result: ":bool",
    effect: "pure",
    from: "form",
    doc: "Numbers by amount, texts by code points: each is above the next.",
    example: '(> "b" "a")',
    yields: "true"
  },
  {
    name: ">=",
    params: [required("a"), required("b")],
    rest: required("more"),
    result: ":bool",
    effect: "pure",
    from: "form",
    doc: "Numbers by amount, texts by code points: none is below the next.",
    example: "(>= 3 2 2)",
    yields: "true"
  },
  {
    name: "=",
    params: [required("a"), required("b")],
    rest: required("more"),
    result: ":bool",
    effect: "pure",
    from: "form",
    doc: "All are the same value; an int and a real compare by amount, at any depth.",
    example: "(= 2 2.0)",
    yields: "true"
  },
  {
    name: "!=",
    params: [required("a"), required("b")],
    result: ":bool",
    effect: "pure",
    from: "form",
    doc: "The opposite of `=`.",
    example: "(!= 1 2)",
    yields: "true"
  },
  {
    name: "eq",
    params: [required("a"), required("b")],
    result: ":int",
    effect: "pure",
    from: "form",
    doc: "Deep equality, 1 or 0; values of different types are never equal.",
    example: "(eq 2 2.0)",
    yields: "0"
  },
  {
    name: "not",
    params: [required("a")],
    result: ":bool",
    effect: "pure",
    from: "form",
    doc: "True for `false`, `0` and `none`.",
    example: "(not 0)",
    yields: "true"
  },
  {
    name: "min",
    params: [required("a", ":number")],
    rest: required("more", ":number"),
    result: ":number",
    effect: "pure",
    doc: "The smallest; of equal amounts the first. `nan` when one of them is.",
    example: "(min 3 1 2)",
    yields: "1"
  },
  {
    name: "max",
    params: [required("a", ":number")],
    rest: required("more", ":number"),
    result: ":number",
    effect: "pure",
    doc: "The largest; of equal amounts the first. `nan` when one of them is.",
    example: "(max 3 1 2)",
    yields: "3"
  },
  {
    name: "abs",
    params: [required("a", ":number")],
    result: ":number",
    effect: "pure",
    doc: "The amount without its sign.",
    example: "(abs -2.5)",
    yields: "2.5"
  },
  {
    name: "bit/and",
    params: [required("a", ":int")],
    rest: required("more", ":int"),
    result: ":int",
    effect: "pure",
    doc: "Bits set in all; ints are two's complement of any length.",
    example: "(bit/and 12 10)",
    yields: "8"
  },
  {
    name: "bit/or",
    params: [required("a", ":int")],
    rest: required("more", ":int"),
    result: ":int",
    effect: "pure",
    doc: "Bits set in at least one.",
    example: "(bit/or 12 10)",
    yields: "14"
  },
  {
    name: "bit/xor",
    params: [required("a", ":int")],
    rest: required("more", ":int"),
    result: ":int",
    effect: "pure",
    doc: "Bits set in an odd number of them.",
    example: "(bit/xor 12 10)",
    yields: "6"
  },
  {
    name: "bit/not",
    params: [required("a", ":int")],
    result: ":int",
    effect: "pure",
    doc: "All bits inverted: `-a - 1`.",
    example: "(bit/not 5)",
    yields: "-6"
  },
  {
    name: "bit/shl",
    params: [required("a", ":int"), required("count", ":int")],
    result: ":int",
    effect: "pure",
    doc: "Bits moved up by `count`, 0 or more: nothing is cut off.",
    example: "(bit/shl 1 70)",
    yields: "1180591620717411303424"
  },
  {
    name: "bit/shr",
    params: [required("a", ":int"), required("count", ":int")],
    result: ":int",
    effect: "pure",
    doc: "Bits moved down by `count`, 0 or more; the sign stays.",
    example: "(bit/shr -9 1)",
    yields: "-5"
  }
]
