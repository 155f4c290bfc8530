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
  },
  {
    name: "core/str/format",
    aliases: ["str/format"],
    params: [required("format", ":str")],
    rest: required("values"),
    result: ":str",
    effect: "pure",
    doc: "The format with each `{}` replaced by the next value, or `{:spec}` that says how it is shown (table in the reference).",
    example: '(str/format "{:>6.2}|{}|{{}}" 3.14159 "pi")',
    yields: '"  3.14|pi|{}"'
  },
  {
    name: "core/str/capitalize",
    aliases: ["str/capitalize"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "With the first code point in upper case; the others stay.",
    example: '(str/capitalize "ada Lovelace")',
    yields: '"Ada Lovelace"'
  },
  {
    name: "core/str/title",
    aliases: ["str/title"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Each word with its first letter in upper case and the others in lower case; a word is a run of letters, digits and apostrophes.",
    example: '(str/title "the SECOND law")',
    yields: '"The Second Law"'
  },
  {
    name: "core/str/words",
    aliases: ["str/words"],
    params: [required("text", ":str")],
    result: ":list",
    effect: "pure",
    doc: "The parts between white space, none of them empty.",
    example: '(str/words "  a  b\\nc ")',
    yields: '("a" "b" "c")'
  },
  {
    name: "core/str/count",
    aliases: ["str/count"],
    params: [required("text", ":str"), required("part", ":str")],
    result: ":int",
    effect: "pure",
    doc: "How often `part`, which is not empty, occurs without overlapping.",
    example: '(str/count "banana" "an")',
    yields: "2"
  },
  {
    name: "core/str/last-index-of",
    aliases: ["str/last-index-of"],
    params: [required("text", ":str"), required("part", ":str")],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: 'Index of the last `part`, in code points; else the error value `@"not found"`.',
    example: '(str/last-index-of "banana" "na")',
    yields: "4"
  },
  {
    name: "core/str/trim-start",
    aliases: ["str/trim-start"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Without white space at the beginning.",
    example: '(str/trim-start "  a ")',
    yields: '"a "'
  },
  {
    name: "core/str/trim-end",
    aliases: ["str/trim-end"],
    params: [required("text", ":str")],
    result: ":str",
    effect: "pure",
    doc: "Without white space at the end.",
    example: '(str/trim-end " a  ")',
    yields: '" a"'
  },
  {
    name: "core/str/truncate",
    aliases: ["str/truncate"],
    params: [required("text", ":str"), required("width", ":int"), optional("mark", ":str")],
    result: ":str",
    effect: "pure",
    doc: "At most `width` code points: a longer text is cut and ends with `mark` (`…`), as far as that fits.",
    example: '(str/truncate "durable execution" 8)',
    yields: '"durable…"'
  },
  {
    name: "core/str/is-empty",
    aliases: ["str/is-empty"],
    params: [required("text", ":str")],
    result: ":bool",
    effect: "pure",
    doc: "Whether the text has no code points.",
    example: '(str/is-empty "")',
    yields: "true"
  },
  {
    name: "core/str/compare",
    aliases: ["str/compare"],
    params: [required("a", ":str"), required("b", ":str")],
    result: ":int",
    effect: "pure",
    doc: "-1, 0 or 1 as `a` comes before, is, or comes after `b`, by code points.",
    example: '(str/compare "a" "b")',
    yields: "-1"
  },
  {
    name: "core/str/code",
    aliases: ["str/code"],
    params: [required("text", ":str"), optional("index", ":int")],
    result: ":int",
    mayError: true,
    effect: "pure",
    doc: 'The code point at the index (0) as an int; outside the error value `@"index out of range"`.',
    example: '(str/code "é")',
    yields: "233"
  },
  {
    name: "core/str/from-code",
    aliases: ["str/from-code"],
    params: [],
    rest: required("codes", ":int"),
    result: ":str",
    effect: "pure",
    doc: "The text of these code points, ints from 0 to 1114111.",
    example: "(str/from-code 97 233)",
    yields: '"aé"'
  },
  {
    name: "core/str/normalize",
    aliases: ["str/normalize"],
    params: [required("text", ":str"), optional("form", ":str")],
    result: ":str",
    effect: "pure",
    doc: "In the Unicode normal form `NFC` (the default), `NFD`, `NFKC` or `NFKD`, so that the same letters become the same code points.",
    example: '(str/len (str/normalize "é" "NFD"))',
    yields: "2"
  }
]
