import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

export const util: ReadonlyArray<Signature> = [
  {
    name: "core/util/log",
    aliases: ["log"],
    params: [],
    rest: required("values"),
    result: ":bool",
    effect: "store",
    doc: "Joins the values with a space, texts raw, into one line of the task's durable log; shown once the line is durable. Yields true.",
    example: '(log "total" 42)'
  },
  {
    name: "core/util/insist",
    aliases: ["insist"],
    params: [required("value")],
    result: ":any",
    effect: "pure",
    doc: "The value; an error value becomes a fault with its content.",
    example: "(insist (at 1 (list 10 20)))",
    yields: "20"
  },
  {
    name: "core/util/type-of",
    aliases: ["type-of"],
    params: [required("value")],
    result: ":symbol",
    effect: "pure",
    doc: "The type of the value as a symbol: `:int` `:str` `:list` … A list is `:list` whatever its bracket, a record a `:map`.",
    example: "(type-of 2.5)",
    yields: ":real"
  }
]
