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
    aliases: ["map/entries", "map/to-list"],
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
  },
  {
    name: "core/map/is-empty",
    aliases: ["map/is-empty"],
    params: [required("of", ":map")],
    result: ":bool",
    effect: "pure",
    doc: "Whether there are no entries.",
    example: "(map/is-empty (map))",
    yields: "true"
  },
  {
    name: "core/map/from-list",
    aliases: ["map/from-list"],
    params: [required("entries", ":list")],
    result: ":map",
    effect: "pure",
    doc: "The opposite of `entries`: a map of lists of a key and its value; of equal keys the last value counts.",
    example: '(map/from-list (list (list "a" 1) (list "b" 2)))',
    yields: '(map "a" 1 "b" 2)'
  },
  {
    name: "core/map/from-lists",
    aliases: ["map/from-lists"],
    params: [required("keys", ":list"), required("values", ":list")],
    result: ":map",
    effect: "pure",
    doc: "A map of the keys, each with the value at the same index; there are as many of both.",
    example: '(map/from-lists (list "a" "b") (list 1 2))',
    yields: '(map "a" 1 "b" 2)'
  },
  {
    name: "core/map/get-in",
    aliases: ["map/get-in"],
    params: [required("of"), required("path", ":list"), optional("default")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The value at the end of the path: keys of maps, indexes of lists. What is not there gives `default`, or without one the error value `@"key not found"`.',
    example: '(map/get-in (map "a" (list 7 8)) (list "a" 1))',
    yields: "8"
  },
  {
    name: "core/map/put-in",
    aliases: ["map/put-in"],
    params: [required("of", ":map"), required("path", ":list"), required("value")],
    result: ":map",
    effect: "pure",
    doc: "With the value at the end of the path; maps that are missing on the way are made. An index outside of a list, or a step into anything else, is a fault.",
    example: '(map/put-in (map) (list "a" "b") 1)',
    yields: '(map "a" (map "b" 1))'
  },
  {
    name: "core/map/pick",
    aliases: ["map/pick"],
    params: [required("of", ":map"), required("keys", ":list")],
    result: ":map",
    effect: "pure",
    doc: "Only the entries with these keys, in the order of the keys given; those that are missing are left out.",
    example: '(map/pick (map "a" 1 "b" 2) (list "b" "c"))',
    yields: '(map "b" 2)'
  },
  {
    name: "core/map/omit",
    aliases: ["map/omit"],
    params: [required("of", ":map"), required("keys", ":list")],
    result: ":map",
    effect: "pure",
    doc: "Without these keys.",
    example: '(map/omit (map "a" 1 "b" 2) (list "b" "c"))',
    yields: '(map "a" 1)'
  },
  {
    name: "core/map/invert",
    aliases: ["map/invert"],
    params: [required("of", ":map")],
    result: ":map",
    effect: "pure",
    doc: "With keys and values, which are texts, exchanged; of equal values the last key counts.",
    example: '(map/invert (map "a" "x"))',
    yields: '(map "x" "a")'
  },
  {
    name: "core/map/sort",
    aliases: ["map/sort", "map/sort-by-key"],
    params: [required("of", ":map")],
    result: ":map",
    effect: "pure",
    doc: "With the keys in the order of their code points.",
    example: '(map/sort (map "b" 1 "a" 2))',
    yields: '(map "a" 2 "b" 1)'
  },
  {
    name: "core/map/map-values",
    aliases: ["map/map-values"],
    params: [required("f", ":fn"), required("of", ":map")],
    result: ":map",
    effect: "suspends",
    from: "prelude",
    doc: "With `(f value)` for each value.",
    example: '(map/map-values (fn (v) [(* v 2)]) (map "a" 1 "b" 2))',
    yields: '(map "a" 2 "b" 4)'
  },
  {
    name: "core/map/filter",
    aliases: ["map/filter"],
    params: [required("f", ":fn"), required("of", ":map")],
    result: ":map",
    effect: "suspends",
    from: "prelude",
    doc: "The entries for which `(f key value)` is true.",
    example: '(map/filter (fn (k v) [(> v 1)]) (map "a" 1 "b" 2))',
    yields: '(map "b" 2)'
  },
  {
    name: "core/map/fold",
    aliases: ["map/fold"],
    params: [required("f", ":fn"), required("start"), required("of", ":map")],
    result: ":any",
    effect: "suspends",
    from: "prelude",
    doc: "`(f so-far key value)` for each entry in order, beginning with `start`; yields the last.",
    example: '(map/fold (fn (sum k v) [(+ sum v)]) 0 (map "a" 1 "b" 2))',
    yields: "3"
  },
  {
    name: "core/map/each",
    aliases: ["map/each"],
    params: [required("f", ":fn"), required("of", ":map")],
    result: ":none",
    effect: "suspends",
    from: "prelude",
    doc: "Calls `(f key value)` for each entry in order.",
    example: '(map/each (fn (k v) [(log k v)]) (map "a" 1))',
    yields: "none"
  },
  {
    name: "core/map/update",
    aliases: ["map/update"],
    params: [required("f", ":fn"), required("of", ":map"), required("key", ":str"), required("default")],
    result: ":map",
    effect: "suspends",
    from: "prelude",
    doc: "With `(f value)` in the place of the value under the key, or `(f default)` when it is missing.",
    example: '(map/update (fn (n) [(+ n 1)]) (map "a" 1) "a" 0)',
    yields: '(map "a" 2)'
  }
]
