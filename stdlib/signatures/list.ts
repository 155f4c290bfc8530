import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/**
 * Lists. Indexes start at 0. A result made from one list keeps its kind of bracket. Those with a function argument are in the
 * prelude, as the function may wait. A list has at most 2^20 items.
 */
export const list: ReadonlyArray<Signature> = [
  {
    name: "core/list/list",
    aliases: ["list"],
    params: [],
    rest: required("items"),
    result: ":list",
    effect: "pure",
    doc: "A list of the items.",
    example: "(list 1 2)",
    yields: "(1 2)"
  },
  {
    name: "core/list/len",
    aliases: ["len", "list/len"],
    params: [required("of")],
    result: ":int",
    effect: "pure",
    doc: "Items of a list, entries of a map, code points of a text, bytes of bytes.",
    example: "(len (list 1 2 3))",
    yields: "3"
  },
  {
    name: "core/list/at",
    aliases: ["at", "list/at", "list/get"],
    params: [required("index", ":int"), required("of")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'Item of a list at the index, byte of a text\'s UTF-8 or of bytes as an int; outside, also when negative, the error value `@"index out of range"`.',
    example: '(at 1 (list "a" "b"))',
    yields: '"b"'
  },
  {
    name: "core/list/at!",
    aliases: ["at!", "list/at!"],
    params: [required("index", ":int"), required("of")],
    result: ":any",
    effect: "pure",
    doc: "As `at`, but an index outside is a fault.",
    example: "(at! 0 (list 7 8))",
    yields: "7"
  },
  {
    name: "core/list/put",
    aliases: ["list/put"],
    params: [required("items", ":list"), required("index", ":int"), required("item")],
    result: ":list",
    effect: "pure",
    doc: "With the item at the index replaced; an index outside is a fault.",
    example: "(list/put (list 1 2 3) 1 9)",
    yields: "(1 9 3)"
  },
  {
    name: "core/list/first",
    aliases: ["list/first"],
    params: [required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The first item; of an empty list the error value `@"empty list"`.',
    example: "(list/first (list 1 2 3))",
    yields: "1"
  },
  {
    name: "core/list/rest",
    aliases: ["list/rest"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "pure",
    doc: "All but the first; of an empty list nothing.",
    example: "(list/rest (list 1 2 3))",
    yields: "(2 3)"
  },
  {
    name: "core/list/last",
    aliases: ["list/last"],
    params: [required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The last item; of an empty list the error value `@"empty list"`.',
    example: "(list/last (list 1 2 3))",
    yields: "3"
  },
  {
    name: "core/list/append",
    aliases: ["list/append"],
    params: [required("items", ":list"), required("item")],
    result: ":list",
    effect: "pure",
    doc: "With the item at the end. Building a list this way costs time in proportion to its length.",
    example: "(list/append (list 1 2) 3)",
    yields: "(1 2 3)"
  },
  {
    name: "core/list/concat",
    aliases: ["concat", "list/concat"],
    params: [required("first")],
    rest: required("more"),
    result: ":any",
    effect: "pure",
    doc: "Lists one after another, with the bracket of the first; or texts joined.",
    example: "(concat (list 1) (list 2 3))",
    yields: "(1 2 3)"
  },
  {
    name: "core/list/slice",
    aliases: ["list/slice"],
    params: [required("items", ":list"), required("start", ":int"), optional("end", ":int")],
    result: ":list",
    effect: "pure",
    doc: "Items from `start` up to, not including, `end` (the list's end). Negative ones count from the end; what lies outside is left out.",
    example: "(list/slice (list 1 2 3 4) 1 -1)",
    yields: "(2 3)"
  },
  {
    name: "core/list/take",
    aliases: ["list/take"],
    params: [required("items", ":list"), required("count", ":int")],
    result: ":list",
    effect: "pure",
    doc: "The first `count` items, 0 or more; all when there are fewer.",
    example: "(list/take (list 1 2 3) 2)",
    yields: "(1 2)"
  },
  {
    name: "core/list/drop",
    aliases: ["list/drop"],
    params: [required("items", ":list"), required("count", ":int")],
    result: ":list",
    effect: "pure",
    doc: "Without the first `count` items, 0 or more.",
    example: "(list/drop (list 1 2 3) 2)",
    yields: "(3)"
  },
  {
    name: "core/list/reverse",
    aliases: ["list/reverse"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "pure",
    doc: "In reverse order.",
    example: "(list/reverse (list 1 2 3))",
    yields: "(3 2 1)"
  },
  {
    name: "core/list/range",
    aliases: ["list/range"],
    params: [required("from", ":int"), required("to", ":int"), optional("step", ":int")],
    result: ":list",
    effect: "pure",
    doc: "Ints from `from` up to, not including, `to`, by `step` (1), which is not 0 and may be negative.",
    example: "(list/range 0 10 3)",
    yields: "(0 3 6 9)"
  },
  {
    name: "core/list/contains",
    aliases: ["list/contains"],
    params: [required("items", ":list"), required("item")],
    result: ":bool",
    effect: "pure",
    doc: "Whether an item equals `item`, by `eq`.",
    example: "(list/contains (list 1 2) 2)",
    yields: "true"
  },
  {
    name: "core/list/index-of",
    aliases: ["list/index-of"],
    params: [required("items", ":list"), required("item")],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: 'Index of the first item that equals `item`, by `eq`; else the error value `@"not found"`.',
    example: '(list/index-of (list "a" "b") "b")',
    yields: "1"
  },
  {
    name: "core/list/sort",
    aliases: ["list/sort"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "pure",
    doc: "In ascending order: numbers by amount (`nan` last) or texts by code points, never both; equal ones keep their order.",
    example: "(list/sort (list 3 1 2))",
    yields: "(1 2 3)"
  },
  {
    name: "core/list/sort-keyed",
    aliases: ["list/sort-keyed"],
    params: [required("items", ":list"), required("keys", ":list")],
    result: ":list",
    effect: "pure",
    doc: "In ascending order of the keys, one for each item, ordered as `sort` does.",
    example: '(list/sort-keyed (list "c" "a") (list 2 1))',
    yields: '("a" "c")'
  },
  {
    name: "core/list/group-keyed",
    aliases: ["list/group-keyed"],
    params: [required("items", ":list"), required("keys", ":list")],
    result: ":map",
    effect: "pure",
    doc: "Map from each key, a text or an int as `str` shows it, to the list of the items that have it, one key for each item.",
    example: '(list/group-keyed (list 1 2 3) (list "a" "b" "a"))',
    yields: '(map "a" (1 3) "b" (2))'
  },
  {
    name: "core/list/unique",
    aliases: ["list/unique"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "pure",
    doc: "Without items that equal an earlier one, by `eq`.",
    example: "(list/unique (list 1 2 1))",
    yields: "(1 2)"
  },
  {
    name: "core/list/zip",
    aliases: ["list/zip"],
    params: [required("first", ":list")],
    rest: required("more", ":list"),
    result: ":list",
    effect: "pure",
    doc: "Lists of the items that stand at the same index, as long as the shortest.",
    example: '(list/zip (list 1 2) (list "a" "b"))',
    yields: '((1 "a") (2 "b"))'
  },
  {
    name: "core/list/sum",
    aliases: ["list/sum"],
    params: [required("items", ":list")],
    result: ":number",
    effect: "pure",
    doc: "Sum of the numbers; 0 of none.",
    example: "(list/sum (list 1 2 3))",
    yields: "6"
  },
  {
    name: "core/list/flatten",
    aliases: ["list/flatten"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "pure",
    doc: "With each item that is a list replaced by its items, one level deep.",
    example: "(list/flatten (list 1 (list 2 3)))",
    yields: "(1 2 3)"
  },
  {
    name: "core/list/map",
    aliases: ["list/map"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "What `(f item)` yields, for each item in order.",
    example: "(list/map (fn (x) [(* x x)]) (list 1 2 3))",
    yields: "(1 4 9)"
  },
  {
    name: "core/list/filter",
    aliases: ["list/filter"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "The items for which `(f item)` is true.",
    example: "(list/filter (fn (x) [(> x 1)]) (list 1 2 3))",
    yields: "(2 3)"
  },
  {
    name: "core/list/fold",
    aliases: ["list/fold"],
    params: [required("f", ":fn"), required("start"), required("items", ":list")],
    result: ":any",
    effect: "suspends",
    from: "prelude",
    doc: "`(f so-far item)` for each item in order, beginning with `start`; yields the last.",
    example: "(list/fold (fn (a x) [(+ a x)]) 0 (list 1 2 3))",
    yields: "6"
  },
  {
    name: "core/list/each",
    aliases: ["list/each"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":none",
    effect: "suspends",
    from: "prelude",
    doc: "Calls `(f item)` for each item in order.",
    example: "(list/each (fn (x) [(log x)]) (list 1 2))",
    yields: "none"
  },
  {
    name: "core/list/find",
    aliases: ["list/find"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "suspends",
    from: "prelude",
    doc: 'The first item for which `(f item)` is true; else the error value `@"not found"`.',
    example: "(list/find (fn (x) [(> x 1)]) (list 1 2 3))",
    yields: "2"
  },
  {
    name: "core/list/any",
    aliases: ["list/any"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":bool",
    effect: "suspends",
    from: "prelude",
    doc: "Whether `(f item)` is true for an item; stops at the first.",
    example: "(list/any (fn (x) [(> x 1)]) (list 1 2 3))",
    yields: "true"
  },
  {
    name: "core/list/all",
    aliases: ["list/all"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":bool",
    effect: "suspends",
    from: "prelude",
    doc: "Whether `(f item)` is true for all items; stops at the first for which it is not.",
    example: "(list/all (fn (x) [(> x 1)]) (list 1 2 3))",
    yields: "false"
  },
  {
    name: "core/list/count-if",
    aliases: ["list/count-if"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":int",
    effect: "suspends",
    from: "prelude",
    doc: "For how many items `(f item)` is true.",
    example: "(list/count-if (fn (x) [(> x 1)]) (list 1 2 3))",
    yields: "2"
  },
  {
    name: "core/list/sort-by",
    aliases: ["list/sort-by"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "In ascending order of the keys `(f item)`, called once for each item; equal ones keep their order.",
    example: "(list/sort-by (fn (x) [(- x)]) (list 1 3 2))",
    yields: "(3 2 1)"
  },
  {
    name: "core/list/sort-with",
    aliases: ["list/sort-with"],
    params: [required("before", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "In the order in which `(before a b)` is true when `a` belongs before `b`; equal ones keep their order.",
    example: "(list/sort-with (fn (a b) [(> a b)]) (list 1 3 2))",
    yields: "(3 2 1)"
  },
  {
    name: "core/list/group-by",
    aliases: ["list/group-by"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":map",
    effect: "suspends",
    from: "prelude",
    doc: "Map from each key `(f item)`, a text or an int as `str` shows it, to the list of the items that have it.",
    example: '(list/group-by (fn (x) [(if (> x 1) "big" "small")]) (list 1 2 3))',
    yields: '(map "small" (1) "big" (2 3))'
  },
  {
    name: "core/list/is-empty",
    aliases: ["list/is-empty"],
    params: [required("items", ":list")],
    result: ":bool",
    effect: "pure",
    doc: "Whether there are no items.",
    example: "(list/is-empty (list))",
    yields: "true"
  },
  {
    name: "core/list/insert",
    aliases: ["list/insert"],
    params: [required("items", ":list"), required("index", ":int"), required("item")],
    result: ":list",
    effect: "pure",
    doc: "With the item put before the index, or at the end when the index is the length; elsewhere is a fault.",
    example: "(list/insert (list 1 3) 1 2)",
    yields: "(1 2 3)"
  },
  {
    name: "core/list/remove-at",
    aliases: ["list/remove-at"],
    params: [required("items", ":list"), required("index", ":int")],
    result: ":list",
    effect: "pure",
    doc: "Without the item at the index; an index outside is a fault.",
    example: "(list/remove-at (list 1 2 3) 1)",
    yields: "(1 3)"
  },
  {
    name: "core/list/swap",
    aliases: ["list/swap"],
    params: [required("items", ":list"), required("i", ":int"), required("j", ":int")],
    result: ":list",
    effect: "pure",
    doc: "With the items at the two indexes exchanged; an index outside is a fault.",
    example: "(list/swap (list 1 2 3) 0 2)",
    yields: "(3 2 1)"
  },
  {
    name: "core/list/fill",
    aliases: ["list/fill"],
    params: [required("item"), required("count", ":int")],
    result: ":list",
    effect: "pure",
    doc: "The item `count` times, 0 or more.",
    example: "(list/fill 0 3)",
    yields: "(0 0 0)"
  },
  {
    name: "core/list/repeat",
    aliases: ["list/repeat"],
    params: [required("items", ":list"), required("count", ":int")],
    result: ":list",
    effect: "pure",
    doc: "The items `count` times over, 0 or more.",
    example: "(list/repeat (list 1 2) 2)",
    yields: "(1 2 1 2)"
  },
  {
    name: "core/list/enumerate",
    aliases: ["list/enumerate"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "pure",
    doc: "Lists of an index and its item.",
    example: '(list/enumerate (list "a" "b"))',
    yields: '((0 "a") (1 "b"))'
  },
  {
    name: "core/list/chunk",
    aliases: ["list/chunk"],
    params: [required("items", ":list"), required("size", ":int")],
    result: ":list",
    effect: "pure",
    doc: "Lists of `size` items in turn, 1 or more; the last may have fewer.",
    example: "(list/chunk (list 1 2 3) 2)",
    yields: "((1 2) (3))"
  },
  {
    name: "core/list/window",
    aliases: ["list/window"],
    params: [required("items", ":list"), required("size", ":int")],
    result: ":list",
    effect: "pure",
    doc: "Lists of each `size` neighbours, 1 or more; none when there are fewer items.",
    example: "(list/window (list 1 2 3) 2)",
    yields: "((1 2) (2 3))"
  },
  {
    name: "core/list/interleave",
    aliases: ["list/interleave"],
    params: [required("first", ":list")],
    rest: required("more", ":list"),
    result: ":list",
    effect: "pure",
    doc: "The first item of each list, then the second of each, as long as the shortest.",
    example: '(list/interleave (list 1 2) (list "a" "b"))',
    yields: '(1 "a" 2 "b")'
  },
  {
    name: "core/list/intersperse",
    aliases: ["list/intersperse"],
    params: [required("items", ":list"), required("separator")],
    result: ":list",
    effect: "pure",
    doc: "With the separator between each two items.",
    example: "(list/intersperse (list 1 2 3) 0)",
    yields: "(1 0 2 0 3)"
  },
  {
    name: "core/list/unzip",
    aliases: ["list/unzip"],
    params: [required("items", ":list")],
    result: ":list",
    effect: "pure",
    doc: "The opposite of `zip`: a list of all first items, one of all second ones and so on, as many as the shortest item has.",
    example: '(list/unzip (list (list 1 "a") (list 2 "b")))',
    yields: '((1 2) ("a" "b"))'
  },
  {
    name: "core/list/tally",
    aliases: ["list/tally"],
    params: [required("items", ":list")],
    result: ":map",
    effect: "pure",
    doc: "Map from each text to how often it is there.",
    example: '(list/tally (list "a" "b" "a"))',
    yields: '(map "a" 2 "b" 1)'
  },
  {
    name: "core/list/product",
    aliases: ["list/product"],
    params: [required("items", ":list")],
    result: ":number",
    effect: "pure",
    doc: "Product of the numbers; 1 of none.",
    example: "(list/product (list 2 3 4))",
    yields: "24"
  },
  {
    name: "core/list/average",
    aliases: ["list/average"],
    params: [required("items", ":list")],
    result: ":real",
    mayError: true,
    effect: "pure",
    doc: 'Sum of the numbers divided by their count; of none the error value `@"empty list"`.',
    example: "(list/average (list 1 2 6))",
    yields: "3.0"
  },
  {
    name: "core/list/min",
    aliases: ["list/min"],
    params: [required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The smallest, ordered as `sort` does, the first of equal ones; of none the error value `@"empty list"`.',
    example: "(list/min (list 3 1 2))",
    yields: "1"
  },
  {
    name: "core/list/max",
    aliases: ["list/max"],
    params: [required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The largest, ordered as `sort` does, the first of equal ones; of none the error value `@"empty list"`.',
    example: "(list/max (list 3 1 2))",
    yields: "3"
  },
  {
    name: "core/list/min-keyed",
    aliases: ["list/min-keyed"],
    params: [required("items", ":list"), required("keys", ":list")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The item with the smallest of the keys, one for each item; of none the error value `@"empty list"`.',
    example: '(list/min-keyed (list "c" "a") (list 2 1))',
    yields: '"a"'
  },
  {
    name: "core/list/max-keyed",
    aliases: ["list/max-keyed"],
    params: [required("items", ":list"), required("keys", ":list")],
    result: ":any",
    mayError: true,
    effect: "pure",
    doc: 'The item with the largest of the keys, one for each item; of none the error value `@"empty list"`.',
    example: '(list/max-keyed (list "c" "a") (list 2 1))',
    yields: '"c"'
  },
  {
    name: "core/list/unique-keyed",
    aliases: ["list/unique-keyed"],
    params: [required("items", ":list"), required("keys", ":list")],
    result: ":list",
    effect: "pure",
    doc: "Without items whose key, one for each, equals an earlier one by `eq`.",
    example: '(list/unique-keyed (list "c" "a" "d") (list 1 2 1))',
    yields: '("c" "a")'
  },
  {
    name: "core/list/map-indexed",
    aliases: ["list/map-indexed"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "What `(f index item)` yields, for each item in order.",
    example: "(list/map-indexed (fn (i x) [(+ i x)]) (list 5 5))",
    yields: "(5 6)"
  },
  {
    name: "core/list/flat-map",
    aliases: ["list/flat-map"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "What `(f item)` yields, for each item in order; a list is replaced by its items.",
    example: "(list/flat-map (fn (x) [(list x x)]) (list 1 2))",
    yields: "(1 1 2 2)"
  },
  {
    name: "core/list/partition",
    aliases: ["list/partition"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "List of the items for which `(f item)` is true, and of the others.",
    example: "(list/partition (fn (x) [(> x 1)]) (list 1 2 3))",
    yields: "((2 3) (1))"
  },
  {
    name: "core/list/take-while",
    aliases: ["list/take-while"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "The items before the first for which `(f item)` is not true.",
    example: "(list/take-while (fn (x) [(< x 3)]) (list 1 2 3 1))",
    yields: "(1 2)"
  },
  {
    name: "core/list/drop-while",
    aliases: ["list/drop-while"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "The items from the first on for which `(f item)` is not true.",
    example: "(list/drop-while (fn (x) [(< x 3)]) (list 1 2 3 1))",
    yields: "(3 1)"
  },
  {
    name: "core/list/find-index",
    aliases: ["list/find-index"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "suspends",
    from: "prelude",
    doc: 'Index of the first item for which `(f item)` is true; else the error value `@"not found"`.',
    example: "(list/find-index (fn (x) [(> x 1)]) (list 1 2 3))",
    yields: "1"
  },
  {
    name: "core/list/min-by",
    aliases: ["list/min-by"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "suspends",
    from: "prelude",
    doc: 'The item for which `(f item)` is the smallest, the first of equal ones; of none the error value `@"empty list"`.',
    example: "(list/min-by (fn (x) [(- x)]) (list 1 3 2))",
    yields: "3"
  },
  {
    name: "core/list/max-by",
    aliases: ["list/max-by"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":any",
    mayError: true,
    effect: "suspends",
    from: "prelude",
    doc: 'The item for which `(f item)` is the largest, the first of equal ones; of none the error value `@"empty list"`.',
    example: "(list/max-by (fn (x) [(- x)]) (list 1 3 2))",
    yields: "1"
  },
  {
    name: "core/list/unique-by",
    aliases: ["list/unique-by", "list/distinct-by"],
    params: [required("f", ":fn"), required("items", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "Without items for which `(f item)` equals that of an earlier one, by `eq`.",
    example: "(list/unique-by (fn (x) [(% x 2)]) (list 1 2 3))",
    yields: "(1 2)"
  },
  {
    name: "core/list/zip-with",
    aliases: ["list/zip-with"],
    params: [required("f", ":fn"), required("first", ":list"), required("second", ":list")],
    result: ":list",
    effect: "suspends",
    from: "prelude",
    doc: "What `(f a b)` yields, for the items that stand at the same index.",
    example: "(list/zip-with (fn (a b) [(* a b)]) (list 1 2) (list 3 4))",
    yields: "(3 8)"
  }
]
