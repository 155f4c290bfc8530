import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

const real = (name: string, doc: string, example: string, yields: string): Signature => ({
  name: `core/math/${name}`,
  aliases: [`math/${name}`],
  params: [required("x", ":number")],
  result: ":real",
  effect: "pure",
  doc,
  example,
  yields
})

const toInt = (name: string, doc: string, example: string, yields: string): Signature => ({
  ...real(name, doc, example, yields),
  result: ":int"
})

/**
 * Mathematics. Rounding gives an exact int, however large the real; of `nan` and infinities it is a fault. Functions of reals
 * take ints as well and always give a real, correct to the last digit or nearly so; outside their domain that is `nan`.
 */
export const math: ReadonlyArray<Signature> = [
  toInt("floor", "The largest int that is not above the number.", "(math/floor -2.5)", "-3"),
  toInt("ceil", "The smallest int that is not below the number.", "(math/ceil 2.1)", "3"),
  toInt("round", "The nearest int; halves go away from 0.", "(math/round -2.5)", "-3"),
  toInt("trunc", "The int without what is behind the point.", "(math/trunc -2.5)", "-2"),
  {
    name: "core/math/round-to",
    aliases: ["math/round-to"],
    params: [required("x", ":number"), required("places", ":int")],
    result: ":real",
    effect: "pure",
    doc: "The nearest real with so many decimal places, 0 to 100; halves of the exact amount go away from 0. For showing it, see `str/format`.",
    example: "(math/round-to 3.14159 2)",
    yields: "3.14"
  },
  {
    name: "core/math/sign",
    aliases: ["math/sign"],
    params: [required("x", ":number")],
    result: ":int",
    effect: "pure",
    doc: "-1, 0 or 1; `nan` has none: a fault.",
    example: "(math/sign -2.5)",
    yields: "-1"
  },
  {
    name: "core/math/clamp",
    aliases: ["math/clamp"],
    params: [required("x", ":number"), required("low", ":number"), required("high", ":number")],
    result: ":number",
    effect: "pure",
    doc: "The number, or the bound that it lies beyond. `low` is not above `high`.",
    example: "(math/clamp 15 0 10)",
    yields: "10"
  },
  {
    name: "core/math/mod",
    aliases: ["math/mod"],
    params: [required("a", ":int"), required("b", ":int")],
    result: ":int",
    effect: "pure",
    doc: "Remainder with the sign of `b`, so that indexes wrap around (`%` has the sign of `a`). Dividing by 0 is a fault.",
    example: "(math/mod -7 3)",
    yields: "2"
  },
  {
    name: "core/math/gcd",
    aliases: ["math/gcd"],
    params: [],
    rest: required("ints", ":int"),
    result: ":int",
    effect: "pure",
    doc: "Greatest common divisor, 0 or more; 0 of none. The ints have at most 2^16 bits.",
    example: "(math/gcd 12 18)",
    yields: "6"
  },
  {
    name: "core/math/lcm",
    aliases: ["math/lcm"],
    params: [],
    rest: required("ints", ":int"),
    result: ":int",
    effect: "pure",
    doc: "Least common multiple, 0 or more; 1 of none. It has at most 2^16 bits.",
    example: "(math/lcm 4 6)",
    yields: "12"
  },
  {
    name: "core/math/int-sqrt",
    aliases: ["math/int-sqrt"],
    params: [required("n", ":int")],
    result: ":int",
    effect: "pure",
    doc: "The largest int whose square is not above `n`, which is 0 or more: exact at any size.",
    example: "(math/int-sqrt 99)",
    yields: "9"
  },
  real("sqrt", "Square root.", "(math/sqrt 2)", "1.4142135623730951"),
  real("cbrt", "Cube root.", "(math/cbrt 27)", "3.0"),
  real("exp", "e to the power of the number.", "(math/exp 0)", "1.0"),
  real("ln", "Natural logarithm; also of ints beyond the reals.", "(math/ln 1)", "0.0"),
  real("log10", "Logarithm to base 10; also of ints beyond the reals.", "(math/log10 (** 10 400))", "400.0"),
  real("log2", "Logarithm to base 2; also of ints beyond the reals.", "(math/log2 1024)", "10.0"),
  real("sin", "Sine of an angle in radians.", "(math/sin 0)", "0.0"),
  real("cos", "Cosine of an angle in radians.", "(math/cos 0)", "1.0"),
  real("tan", "Tangent of an angle in radians.", "(math/tan 0)", "0.0"),
  real("asin", "Angle with that sine, from -pi/2 to pi/2.", "(math/asin 0)", "0.0"),
  real("acos", "Angle with that cosine, from 0 to pi.", "(math/acos 1)", "0.0"),
  real("atan", "Angle with that tangent, from -pi/2 to pi/2.", "(math/atan 0)", "0.0"),
  {
    name: "core/math/atan2",
    aliases: ["math/atan2"],
    params: [required("y", ":number"), required("x", ":number")],
    result: ":real",
    effect: "pure",
    doc: "Angle from the x-axis to the point, from -pi to pi.",
    example: "(math/atan2 0 1)",
    yields: "0.0"
  },
  {
    name: "core/math/hypot",
    aliases: ["math/hypot"],
    params: [],
    rest: required("lengths", ":number"),
    result: ":real",
    effect: "pure",
    doc: "Square root of the sum of the squares.",
    example: "(math/hypot 3 4)",
    yields: "5.0"
  },
  {
    name: "core/math/pi",
    aliases: ["math/pi"],
    params: [],
    result: ":real",
    effect: "pure",
    doc: "The ratio of a circle's circumference to its diameter.",
    example: "(math/pi)",
    yields: "3.141592653589793"
  },
  {
    name: "core/math/e",
    aliases: ["math/e"],
    params: [],
    result: ":real",
    effect: "pure",
    doc: "The base of natural logarithms.",
    example: "(math/e)",
    yields: "2.718281828459045"
  },
  {
    name: "core/math/is-nan",
    aliases: ["math/is-nan"],
    params: [required("x", ":number")],
    result: ":bool",
    effect: "pure",
    doc: "Whether it is `nan`.",
    example: "(math/is-nan (math/sqrt -1))",
    yields: "true"
  },
  {
    name: "core/math/is-finite",
    aliases: ["math/is-finite"],
    params: [required("x", ":number")],
    result: ":bool",
    effect: "pure",
    doc: "Whether it is neither `nan` nor an infinity; true of every int.",
    example: "(math/is-finite (/ 1 0.0))",
    yields: "false"
  }
]
