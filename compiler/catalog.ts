import { defineDiagnostic } from "./diagnostic.ts"

// Every kind of diagnostic, by phase. The first digit of a code is its phase: 1 read, 2 expand, 3 check, 4 lower,
// 5 emit and bundle, 6 running tasks, 7 store, 8 host. A retired code stays retired. Each code has a page in
// docs/errors/ and a golden case; test/unit/compiler/catalog.test.ts holds us to it.

/** The user's own words for a message, between backticks, cut when they are long. */
export const quoted = (words: string): string => {
  const line = words.split("\n", 1)[0]!
  const isCut = line.length > quotedLengthMax || line.length < words.length
  return `\`${line.slice(0, quotedLengthMax)}${isCut ? "…" : ""}\``
}

/** UTF-16 units. A longer name tells nothing more, and a message must stay one line. */
const quotedLengthMax = 40

// ─── 1 read ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const missingSpace = defineDiagnostic<{ readonly left: string; readonly right: string }>("SXS1001", {
  severity: "error",
  message: ({ left, right }) => `a space is missing between ${quoted(left)} and ${quoted(right)}`,
  hint: ({ left, right }) => {
    if (left.startsWith('"')) return 'put a space between them; a quote inside a text is written `\\"`'
    if (right === "(" && !/^[+-]?[0-9]/.test(left))
      return `put a space between them; a call is written ${quoted(`(${left} …)`)}`
    return "put a space between them"
  }
})

export const malformedNumber = defineDiagnostic<{ readonly image: string; readonly hint: string }>("SXS1002", {
  severity: "error",
  message: ({ image }) => `${quoted(image)} begins like a number and is none`,
  hint: ({ hint }) => hint
})

export const numberOutOfRange = defineDiagnostic<{ readonly image: string; readonly limit: string }>("SXS1003", {
  severity: "error",
  message: ({ image, limit }) => `${quoted(image)} is beyond ${limit}`,
  hint: ({ image }) =>
    /[.eE]/.test(image) ? "infinity is written `+inf` or `-inf`" : "compute it, or keep it as a text"
})

export const unknownEscape = defineDiagnostic<{ readonly image: string }>("SXS1004", {
  severity: "error",
  message: ({ image }) => `${quoted(image)} is no escape`,
  hint: ({ image }) =>
    /^\\[uUx]/.test(image)
      ? "a character by its code is written `\\u{1F600}`: one to six hexadecimal digits, 10FFFF at most"
      : 'the escapes are `\\n` `\\t` `\\r` `\\\\` `\\"` `\\0` `\\u{1F600}`; a backslash by itself is written `\\\\`'
})

export const unclosedText = defineDiagnostic<{ readonly endsEscaped: boolean }>("SXS1005", {
  severity: "error",
  message: () => "this text is never closed",
  hint: ({ endsEscaped }) =>
    endsEscaped
      ? 'the quote at its end is escaped by the backslash; write `\\\\"` for a backslash and the end of the text'
      : 'end the text with `"`'
})

export const danglingPrefix = defineDiagnostic<{ readonly prefix: string }>("SXS1006", {
  severity: "error",
  message: ({ prefix }) => `nothing follows this ${quoted(prefix)}`,
  hint: ({ prefix }) =>
    prefix === "#" ? "a directive is written `#(name …)`" : `put the value behind it, or remove the ${quoted(prefix)}`
})

export const misplacedDirective = defineDiagnostic<{ readonly next: string }>("SXS1007", {
  severity: "error",
  message: ({ next }) => `\`#\` begins a directive and needs a \`(\` behind it, not ${quoted(next)}`,
  hint: () => "a directive is written `#(name …)`; a comment begins with `;`"
})

export const nestedTooDeep = defineDiagnostic<{ readonly opener: string; readonly depthMax: number }>("SXS1008", {
  severity: "error",
  message: ({ opener, depthMax }) => `this ${quoted(opener)} is nested more than ${depthMax} levels deep`,
  hint: () => "move the inner part to a function or a definition of its own"
})

export const strayCloser = defineDiagnostic<{ readonly closers: string }>("SXS1009", {
  severity: "error",
  message: ({ closers }) => `${quoted(closers)} closes nothing`,
  hint: ({ closers }) => `remove ${closers.length === 1 ? "it" : "them"}, or add the opening bracket that is missing`
})

export const mismatchedCloser = defineDiagnostic<{
  readonly closer: string
  readonly opener: string
  readonly expected: string
  /** Whether `expected` stands in for the closer, or is missing before it. */
  readonly isReplaced: boolean
}>("SXS1010", {
  severity: "error",
  message: ({ closer, opener }) => `${quoted(closer)} does not close ${quoted(opener)}`,
  hint: ({ closer, expected, isReplaced }) =>
    isReplaced ? `write ${quoted(expected)} instead` : `put ${quoted(expected)} before ${quoted(closer)}`
})

export const unclosedBracket = defineDiagnostic<{ readonly opener: string; readonly missing: string }>("SXS1011", {
  severity: "error",
  message: ({ opener }) => `this ${quoted(opener)} is never closed`,
  hint: ({ missing }) => `add ${quoted(missing)} where its form ends`
})

export const notUtf8 = defineDiagnostic<{ readonly encoding: string | undefined; readonly byte: number }>("SXS1012", {
  severity: "error",
  message: ({ byte, encoding }) =>
    encoding === undefined
      ? `this is not UTF-8: the byte 0x${byte.toString(16).padStart(2, "0")} cannot stand here`
      : `the file is encoded in ${encoding}, not in UTF-8`,
  hint: () => "save the file as UTF-8"
})

export const nulCharacter = defineDiagnostic<{ readonly count: number }>("SXS1013", {
  severity: "error",
  message: ({ count }) =>
    count === 1
      ? "a NUL character stands here"
      : `NUL characters stand in this file, ${count} of them; the first is here`,
  hint: () => "remove it; in a text it is written `\\0`, and a file full of them is no source text"
})

// 2: forms, names and scopes

export const unknownName = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>(
  "SXS2001",
  {
    severity: "error",
    message: ({ name }) => `\`${name}\` is not defined`,
    hint: ({ nearest }) => (nearest === undefined ? undefined : `did you mean \`${nearest}\`?`)
  }
)

export const malformedForm = defineDiagnostic<{
  readonly form: string
  readonly problem: string
  readonly shape: string
}>("SXS2002", {
  severity: "error",
  message: ({ form, problem }) => `\`${form}\`: ${problem}`,
  hint: ({ shape }) => `write ${shape}`
})

export const definedTwice = defineDiagnostic<{ readonly name: string }>("SXS2003", {
  severity: "error",
  message: ({ name }) => `\`${name}\` is already defined in this scope`,
  hint: ({ name }) => `give it another name, or assign with \`(set ${name} …)\``
})

export const cannotAssign = defineDiagnostic<{ readonly name: string; readonly why: string; readonly way: string }>(
  "SXS2004",
  {
    severity: "error",
    message: ({ name, why }) => `\`${name}\` cannot be assigned: ${why}`,
    hint: ({ way }) => way
  }
)

export const notCallable = defineDiagnostic<{ readonly what: string }>("SXS2005", {
  severity: "error",
  message: ({ what }) => `${what} cannot be called`,
  hint: () => "the first item of `( )` names a function; quote the list (`'( … )`) to use it as data"
})

export const wrongArity = defineDiagnostic<{
  readonly name: string
  readonly expected: string
  readonly given: number
  readonly shape: string
}>("SXS2006", {
  severity: "error",
  message: ({ name, expected, given }) =>
    `\`${name}\` takes ${expected}, but ${given === 0 ? "none is" : given === 1 ? "1 is" : `${given} are`} given`,
  hint: ({ shape }) => `write ${shape}`
})

export const misplacedForm = defineDiagnostic<{ readonly form: string; readonly place: string }>("SXS2007", {
  severity: "error",
  message: ({ form, place }) => `\`${form}\` works only inside ${place}`
})

export const unknownType = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>(
  "SXS2008",
  {
    severity: "error",
    message: ({ name }) => `\`${name}\` is not a type`,
    hint: ({ nearest }) =>
      nearest === undefined
        ? "types are `:int`, `:real`, `:str`, `:bool`, `:list`, `:map`, `:fn`, `:any` …"
        : `did you mean \`${nearest}\`?`
  }
)

export const notAvailable = defineDiagnostic<{ readonly name: string }>("SXS2009", {
  severity: "error",
  message: ({ name }) => `\`${name}\` is part of the language, but this version does not have it yet`
})

export const strayBody = defineDiagnostic<Record<never, never>>("SXS2010", {
  severity: "error",
  message: () => "a `{ … }` stands only where a form takes a body",
  hint: () => "use `[ … ]` to run forms in order, or quote it (`'{ … }`) to use it as data"
})

export const reservedName = defineDiagnostic<{ readonly name: string; readonly why: string }>("SXS2011", {
  severity: "error",
  message: ({ name, why }) => `\`${name}\` cannot be defined: ${why}`,
  hint: () => "choose another name"
})

export const unknownDirective = defineDiagnostic<{ readonly name: string }>("SXS2012", {
  severity: "error",
  message: ({ name }) => `\`#(${name} …)\` is not a directive`,
  hint: () => 'a directive is handled when compiling, such as `#(program "orders")`'
})

export const libraryAsValue = defineDiagnostic<{ readonly name: string }>("SXS2013", {
  severity: "error",
  message: ({ name }) => `\`${name}\` is a library function and can only be called`,
  hint: ({ name }) => `wrap it: \`(fn (x) (${name} x))\``
})

// 2020 to 2029: patterns, types, records, externs, tests

// 2030 to 2039: modules

// 3: facts about the whole program

export const notConstant = defineDiagnostic<{ readonly name: string }>("SXS3001", {
  severity: "error",
  message: ({ name }) => `\`${name}\` is a local of the top-level task, so functions cannot see it`,
  hint: ({ name }) =>
    `pass \`${name}\` as an argument, or keep it in the store (only a top-level \`def\` of a pure value is a constant of the module)`
})

export const keyLooksLikeLocal = defineDiagnostic<{ readonly name: string }>("SXS3002", {
  severity: "warning",
  message: ({ name }) => `this is the key "${name}", not the value of the local \`${name}\``,
  hint: ({ name }) => `write \`$${name}\` for the local's value, or the text \`"${name}"\` to say that the key is meant`
})

// 4: machines

export const tooManyLive = defineDiagnostic<{ readonly name: string; readonly max: number }>("SXS4001", {
  severity: "error",
  message: ({ name, max }) => `${quoted(name)} keeps too many values over its waits: more than ${max} in all`,
  hint: () => "split it into smaller functions, or collect the values in a list"
})
