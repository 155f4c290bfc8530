import { optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

const text = required("text", ":str")
const pattern = required("pattern", ":str")
const flags = optional("flags", ":str")

/**
 * Regular expressions on texts, a part of `core/str`. The syntax is that of JavaScript with the flag `u`; `flags` are any of
 * `i` (either case), `m` (`^` and `$` at each line) and `s` (`.` also for line ends). A pattern that is not valid is a fault,
 * and so is a text of more than 2^20 units and a search that takes longer than half a second.
 */
export const patterns: ReadonlyArray<Signature> = [
  {
    name: "core/str/test",
    aliases: ["str/test"],
    params: [text, pattern, flags],
    result: ":bool",
    effect: "pure",
    doc: "Whether the pattern occurs in the text; with `^…$`, whether it is all of it.",
    example: '(str/test "Nov 2026" "^[A-Z][a-z]+ \\\\d{4}$")',
    yields: "true"
  },
  {
    name: "core/str/match",
    aliases: ["str/match"],
    params: [text, pattern, flags],
    result: ":map",
    mayError: true,
    effect: "pure",
    doc: 'The first occurrence: a map of its `text`, its `start` and `end` in code points, the list of its `groups` (none for one that took no part) and the map of those with `names`; else `@"no match"`.',
    example: '(map/get (insist (str/match "v1.25" "(\\\\d+)\\\\.(\\\\d+)")) "groups")',
    yields: '("1" "25")'
  },
  {
    name: "core/str/match-all",
    aliases: ["str/match-all"],
    params: [text, pattern, flags],
    result: ":list",
    effect: "pure",
    doc: "All occurrences that do not overlap, each as `match` gives it; at most 2^16.",
    example: '(map/get (at! 1 (str/match-all "a1b22" "\\\\d+")) "text")',
    yields: '"22"'
  },
  {
    name: "core/str/replace-match",
    aliases: ["str/replace-match"],
    params: [text, pattern, required("by", ":str"), flags],
    result: ":str",
    effect: "pure",
    doc: "Every occurrence replaced; in `by`, `$1` is a group, `$<name>` one with a name, `$&` the occurrence and `$$` a dollar.",
    example: '(str/replace-match "2026-11-21" "(\\\\d+)-(\\\\d+)-(\\\\d+)" "$3.$2.$1")',
    yields: '"21.11.2026"'
  },
  {
    name: "core/str/split-match",
    aliases: ["str/split-match"],
    params: [text, pattern, flags],
    result: ":list",
    effect: "pure",
    doc: "The parts between the occurrences, empty ones too; what is matched empty splits nothing.",
    example: '(str/split-match "a, b;c" "[,;] *")',
    yields: '("a" "b" "c")'
  }
]
