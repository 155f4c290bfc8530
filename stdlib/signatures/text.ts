import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/**
 * Texts. Lengths, widths and indexes count Unicode code points: `"é"` is one or two of them, as it was typed, and an emoji
 * with a skin colour is two. (`at` alone counts UTF-8 bytes.) A text has at most 16 Mi (2^24) UTF-16 units.
 */
export const text: ReadonlyArray<Signature> = [
  {
    name: "core/str/str",
    aliases: ["str"],
    params: [],
    rest: required("values"),
    result: ":str",
    effect: "pure",
    doc: "Joins the values: texts raw, all others as they print.",
    example: '(str "n=" 42 " " (list "a"))',
    yields: '"n=42 (\\"a\\")"'
  },
  {
    name: "core/str/len",
    aliases: ["str/len"],
    params: [required("text", ":str")],
    result: ":int",
    effect: "pure",
    doc: "Number of code points.",
    example: '(str/len "naïve")',
    yields: "5"
  },
  {
    name: "core/str/slice",
    aliases: ["str/slice"],
    params: [required("text", ":str"), required("start", ":int"), optional("end", ":int")],
    result: ":str",
    effect: "pure",
    doc: "Code points from `start` up to, not including, `end` (the text's end). Negative ones count from the end; what lies outside is left out.",
    example: '(str/slice "durable" 0 3)',
    yields: '"dur"'
  },
  {
    name: "core/str/split",
    aliases: ["str/split"],
    params: [required("text", ":str"), required("separator", ":str")],
    result: ":list",
    effect: "pure",
    doc: "The parts between the separators, empty ones too; the separator is not empty.",
    example: '(str/split "a,b,,c" ",")',
    yields: '("a" "b" "" "c")'
  },
  {
    name: "core/str/join",
    aliases: ["str/join"],
    params: [required("parts", ":list"), optional("separator", ":str")],
    result: ":str",
    effect: "pure",
    doc: "The items as `str` shows them, with the separator (empty) between each two.",
    example: '(str/join (list 1 2 3) ", ")',
    yields: '"1, 2, 3"'
  },
  {
    name: "core/str/replace",
    aliases: ["str/replace"],
    params: [required("text", ":str"), required("part", ":str"), required("by", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Every occurrence of `part`, which is not empty, replaced from left to right.",
    example: '(str/replace "a-b-c" "-" "+")',
    yields: '"a+b+c"'
  },
  {
    name: "core/str/trim",
    aliases: ["str/trim"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Without white space at both ends.",
    example: '(str/trim "  a b ")',
    yields: '"a b"'
  },
  {
    name: "core/str/upper",
    aliases: ["str/upper"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "In upper case, the same in every locale.",
    example: '(str/upper "straße")',
    yields: '"STRASSE"'
  },
  {
    name: "core/str/lower",
    aliases: ["str/lower"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "In lower case, the same in every locale.",
    example: '(str/lower "ÀB")',
    yields: '"àb"'
  },
  {
    name: "core/str/contains",
    aliases: ["str/contains"],
    params: [required("text", ":str"), required("part", ":str")],
    result: ":bool",
    effect: "pure",
    doc: "Whether `part` occurs.",
    example: '(str/contains "durable" "able")',
    yields: "true"
  },
  {
    name: "core/str/starts-with",
    aliases: ["str/starts-with"],
    params: [required("text", ":str"), required("part", ":str")],
    result: ":bool",
    effect: "pure",
    doc: "Whether the text begins with `part`.",
    example: '(str/starts-with "durable" "dur")',
    yields: "true"
  },
  {
    name: "core/str/ends-with",
    aliases: ["str/ends-with"],
    params: [required("text", ":str"), required("part", ":str")],
    result: ":bool",
    effect: "pure",
    doc: "Whether the text ends with `part`.",
    example: '(str/ends-with "durable" "able")',
    yields: "true"
  },
  {
    name: "core/str/index-of",
    aliases: ["str/index-of"],
    params: [required("text", ":str"), required("part", ":str"), optional("start", ":int")],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: 'Index of the first `part` at or after `start` (0), in code points; else the error value `@"not found"`.',
    example: '(str/index-of "banana" "na" 3)',
    yields: "4"
  },
  {
    name: "core/str/repeat",
    aliases: ["str/repeat"],
    params: [required("text", ":str"), required("count", ":int")],
    result: ":str",
    effect: "pure",
    doc: "The text `count` times, 0 or more.",
    example: '(str/repeat "ab" 3)',
    yields: '"ababab"'
  },
  {
    name: "core/str/reverse",
    aliases: ["str/reverse"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Code points in reverse order.",
    example: '(str/reverse "abc")',
    yields: '"cba"'
  },
  {
    name: "core/str/pad-left",
    aliases: ["str/pad-left"],
    params: [required("text", ":str"), required("width", ":int"), optional("fill", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Filled on the left up to `width` code points, with `fill` (a space) repeated; a longer text stays as it is.",
    example: '(str/pad-left "7" 3 "0")',
    yields: '"007"'
  },
  {
    name: "core/str/pad-right",
    aliases: ["str/pad-right"],
    params: [required("text", ":str"), required("width", ":int"), optional("fill", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Filled on the right up to `width` code points, with `fill` (a space) repeated; a longer text stays as it is.",
    example: '(str/pad-right "7" 3)',
    yields: '"7  "'
  },
  {
    name: "core/str/lines",
    aliases: ["str/lines"],
    params: [required("text", ":str")],
    result: ":list",
    effect: "pure",
    doc: "The lines, without their ends `\\n` or `\\r\\n`; an end of line at the very end begins no further line.",
    example: '(str/lines "a\\nb\\n")',
    yields: '("a" "b")'
  },
  {
    name: "core/str/chars",
    aliases: ["str/chars"],
    params: [required("text", ":str")],
    result: ":list",
    effect: "pure",
    doc: "The code points, each as a text.",
    example: '(str/chars "añ")',
    yields: '("a" "ñ")'
  },
  {
    name: "core/str/parse-int",
    aliases: ["str/parse-int"],
    params: [required("text", ":str")],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: "The int that the text is: digits with an optional sign, nothing around them; else an error value.",
    example: '(str/parse-int "-42")',
    yields: "-42"
  },
  {
    name: "core/str/parse-real",
    aliases: ["str/parse-real"],
    params: [required("text", ":str")],
    result: ":real",
    mayError: true,
    effect: "pure",
    doc: "The real that the text is, in the notation of the language (`3.14` `1e9` `7` `nan`), nothing around it; else an error value.",
    example: '(str/parse-real "2.50")',
    yields: "2.5"
  }
]
