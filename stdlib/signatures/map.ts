import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/**
 * Maps: text keys in the order in which they were first put. A change copies the map, so it costs time in proportion to its
 * entries; a map has at most 2^20.
 */
export const map: ReadonlyArray<Signature> = [
  {
    name: "core/map/map",
    aliases: ["map"],
    params: [],
    rest: required("entries"),
    result: ":map",
    effect: "pure",
    doc: "A map of keys and values in turn; of equal keys the last value counts.",
    example: '(map "a" 1 "b" 2)',
    yields: '(map "a" 1 "b" 2)'
  },
  {
    name: "core/map/get",
    aliases: ["map/get"],
    params: [required("of", ":map"), required("key", ":str"), optional("default")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The value under the key; a missing key gives `default`, or without one the error value `@"key not found"`.',
    example: '(map/get (map "a" 1) "a")',
    yields: "1"
  },
  {
    name: "core/map/put",
    aliases: ["map/put"],
    params: [required("of", ":map"), required("key", ":str"), required("value")],
    result: ":map",
    effect: "pure",
    doc: "With the value under the key.",
    example: '(map/put (map "a" 1) "b" 2)',
    yields: '(map "a" 1 "b" 2)'
  },
  {
    name: "core/map/del",
    aliases: ["map/del"],
    params: [required("of", ":map"), required("key", ":str")],
    result: ":map",
    effect: "pure",
    doc: "Without the key.",
    example: '(map/del (map "a" 1 "b" 2) "a")',
    yields: '(map "b" 2)'
  },
  {
    name: "core/map/has",
    aliases: ["map/has"],
    params: [required("of", ":map"), required("key", ":str")],
    result: ":bool",
    effect: "pure",
    doc: "Whether the key has a value.",
    example: '(map/has (map "a" 1) "b")',
    yields: "false"
  },
  {
    name: "core/map/keys",
    aliases: ["map/keys"],
    params: [required("of", ":map")],
    result: ":list",
    effect: "pure",
    doc: "The keys.",
    example: '(map/keys (map "a" 1 "b" 2))',
    yields: '("a" "b")'
  },
  {
    name: "core/map/values",
    aliases: ["map/values"],
    params: [required("of", ":map")],
    result: ":list",
    effect: "pure",
    doc: "The values, in the order of the keys.",
    example: '(map/values (map "a" 1 "b" 2))',
    yields: "(1 2)"
  },
  {
    name: "core/map/entries",
    aliases: ["map/entries"],
    params: [required("of", ":map")],
    result: ":list",
    effect: "pure",
    doc: "Lists of a key and its value.",
    example: '(map/entries (map "a" 1))',
    yields: '(("a" 1))'
  },
  {
    name: "core/map/merge",
    aliases: ["map/merge"],
    params: [required("first", ":map")],
    rest: required("more", ":map"),
    result: ":map",
    effect: "pure",
    doc: "All entries; of equal keys the last value counts.",
    example: '(map/merge (map "a" 1) (map "a" 2 "b" 3))',
    yields: '(map "a" 2 "b" 3)'
  },
  {
    name: "core/map/len",
    aliases: ["map/len"],
    params: [required("of", ":map")],
    result: ":int",
    effect: "pure",
    doc: "Number of entries.",
    example: '(map/len (map "a" 1))',
    yields: "1"
  }
]
