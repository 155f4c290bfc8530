/** What the reference page says about a family of functions before it lists them. */
export interface Family {
  /** As the full names of its functions begin; `operators` for those that have no family in their name. */
  readonly name: string
  readonly intro: string
  /** Further paragraphs and tables, as Markdown. */
  readonly more?: ReadonlyArray<string>
}

/** All families, in the order of the page. */
export const families: ReadonlyArray<Family> = [
  {
    name: "operators",
    intro:
      "Arithmetic, comparison and bits. Ints are exact at any size, an int together with a real gives a real; chains such as `(< a b c)` hold between each two neighbours."
  },
  {
    name: "core/math",
    intro:
      "Mathematics. Rounding gives an exact int, however large the real; of `nan` and the infinities it is a fault. Functions of reals take ints as well and give a real, `nan` outside their domain."
  },
  { name: "core/util", intro: "Output, and what concerns values of any type." },
  {
    name: "core/error",
    intro:
      "What is in an error value. Each function takes the error value itself or its content, as `$error` has it; `$fault` works as well."
  },
  {
    name: "core/str",
    intro:
      "Texts. Lengths, widths and indexes count Unicode code points. A text has at most 2^24 UTF-16 units; more is a fault.",
    more: [
      "**Formats** of `str/format`: `{}` is the next value, `{2}` the value with that index, `{{` and `}}` are braces. Behind a colon stands how it is shown, `{:spec}` or `{2:spec}`, with these parts in this order, each of which may be left out:",
      [
        "| part | means |",
        "|---|---|",
        "| `<` `>` `^`, with any character in front to fill with | to the left, to the right, in the middle; without it numbers go to the right, all else to the left |",
        "| `+` | a sign also for positive numbers |",
        "| `0` | zeros between the sign and the digits |",
        "| a number | the width: at least so many code points |",
        "| `,` | a comma between each three digits |",
        "| `.` and a number | decimal places, 0 to 100: the nearest, halves of the exact amount away from 0; of what is no number, so many code points |",
        "| `x` `X` `b` `o` | an int in base 16, 2 or 8 |"
      ].join("\n"),
      '**Patterns** of `str/test`, `str/match` and their kin are regular expressions as in JavaScript with its flag `u`; in a text a backslash is written twice: `"\\\\d+"`. `flags` are any of `i` (either case), `m` (`^` and `$` at each line) and `s` (`.` also for ends of lines). A pattern that is not valid is a fault, and so is a text of more than 2^20 units, and a search that takes longer than half a second: JavaScript tries all ways to match, and for some patterns those are very many.'
    ]
  },
  {
    name: "core/list",
    intro:
      "Lists. Indexes start at 0. A list made from another keeps its kind of bracket. A list has at most 2^20 items; more is a fault."
  },
  {
    name: "core/map",
    intro:
      "Maps: text keys, in the order in which they were first put. A change copies the map, so it takes time in proportion to its entries, at most 2^20."
  },
  {
    name: "core/json",
    intro:
      "JSON (RFC 8259). An object is a map in its order, an array a paren list, `null` is none. A number without point and exponent is an int, exact at any size, any other a real; both are printed as they came."
  },
  {
    name: "core/bytes",
    intro: "Byte strings, of at most 2^24 bytes. `=`, `eq`, `len` and `at` know them too."
  },
  {
    name: "core/time",
    intro:
      "Times are ints: ms since 1970-01-01 UTC, at most 8,000,000,000,000,000 from it. A length of time is an int of ms too. A zone is an IANA name (`Europe/Berlin`), an offset (`+02:00`) or `UTC`, the default; any other is a fault.",
    more: [
      "**Directives** of `time/format`, in English in every locale:",
      [
        "| directive | shows |",
        "|---|---|",
        "| `%Y` `%y` | year with four digits, its last two |",
        "| `%m` `%B` `%b` | month `01`, `January`, `Jan` |",
        "| `%d` `%e` `%j` | day of the month `09`, `9`; day of the year `001` |",
        "| `%A` `%a` `%u` | weekday `Monday`, `Mon`, `1` (Sunday is 7) |",
        "| `%H` `%I` `%p` | hour `00` to `23`, `01` to `12`, `AM` or `PM` |",
        "| `%M` `%S` `%L` | minute, second, ms |",
        "| `%F` `%T` | date `2026-11-21`, time of day `19:00:00` |",
        "| `%z` `%s` | offset `+0100`, seconds since 1970 |",
        "| `%%` | a percent sign |"
      ].join("\n")
    ]
  },
  {
    name: "core/random",
    intro:
      "Chance, from the system's source of cryptographic randomness: nobody can foresee it, no seed brings it back."
  },
  {
    name: "core/crypto",
    intro:
      "Hashes and ids. A text stands for its UTF-8; hashes are bytes, to be shown with `bytes/hex` or `bytes/base64`."
  },
  {
    name: "core/kv",
    intro:
      "The key-value store. A bare name in the place of a key is the key itself. Keys have 1 byte to 1 KiB, values at most 4 MiB."
  },
  {
    name: "core/task",
    intro: "Tasks. Where one waits it is in the store only, and is found again after a crash, years later if need be.",
    more: ["`core/task/limit`, which bounds the time and the work of its body, is [a form](forms.md)."]
  },
  {
    name: "core/event",
    intro:
      "The event bus: seven channels of 65536 topics each. A channel is `A` to `F`, by itself or as a text, and `EXEC` to listen to what the processors do.",
    more: ["`core/event/sub`, which runs its body for each event, is [a form](forms.md)."]
  },
  {
    name: "core/expr",
    intro: "Programs as data.",
    more: ["`core/expr/await`, which waits for an event, and `core/expr/proc` are [forms](forms.md)."]
  }
]

/** The family that a function belongs to by its full name. */
export const familyOf = (name: string): string =>
  name.startsWith("core/") ? name.split("/").slice(0, 2).join("/") : "operators"
