import { required } from "./param.ts"
import type { Signature } from "./signature.ts"

export const error: ReadonlyArray<Signature> = [
  {
    name: "core/error/message",
    aliases: ["error/message"],
    params: [required("of")],
    result: ":str",
    effect: "pure",
    doc: "What it says: the message given to `error`, else the whole content as `str` shows it.",
    example: "(error/message (at 9 (list)))",
    yields: '"index out of range"'
  },
  {
    name: "core/error/data",
    aliases: ["error/data"],
    params: [required("of")],
    result: ":any",
    effect: "pure",
    doc: "The data given to `error` behind the message; none when there is none.",
    example: '(error/data (map "message" "not enough" "data" 10))',
    yields: "10"
  }
]
