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

export const unknownName = defineDiagnostic<{
  readonly name: string
  readonly nearest: string | undefined
  /** What to do when it is no other name. */
  readonly way?: string
  /** A definition of it stands further down. */
  readonly isLater?: boolean
}>("SXS2001", {
  severity: "error",
  message: ({ isLater, name }) => `\`${name}\` is not defined${isLater === true ? " yet" : ""}`,
  hint: ({ nearest, way }) => way ?? (nearest === undefined ? undefined : `did you mean \`${nearest}\`?`)
})

export const malformedForm = defineDiagnostic<{
  readonly form: string
  readonly problem: string
  readonly shape: string
}>("SXS2002", {
  severity: "error",
  message: ({ form, problem }) => `\`${form}\`: ${problem}`,
  hint: ({ shape }) => `write ${shape}`
})

export const definedTwice = defineDiagnostic<{ readonly name: string; readonly isAssignable: boolean }>("SXS2003", {
  severity: "error",
  message: ({ name }) => `\`${name}\` is already defined in this scope`,
  hint: ({ isAssignable, name }) =>
    isAssignable ? `give it another name, or assign with \`(set ${name} …)\`` : "give one of them another name"
})

export const cannotAssign = defineDiagnostic<{ readonly name: string; readonly why: string; readonly way: string }>(
  "SXS2004",
  {
    severity: "error",
    message: ({ name, why }) => `\`${name}\` cannot be assigned: ${why}`,
    hint: ({ way }) => way
  }
)

export const notCallable = defineDiagnostic<{ readonly what: string; readonly way?: string | undefined }>("SXS2005", {
  severity: "error",
  message: ({ what }) => `${what} cannot be called`,
  hint: ({ way }) => way ?? "the first item of `( )` names a function; quote the list (`'( … )`) to use it as data"
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

export const unknownDirective = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>(
  "SXS2012",
  {
    severity: "error",
    message: ({ name }) => `\`#(${name} …)\` is not a directive`,
    hint: ({ nearest }) =>
      nearest === undefined
        ? 'a directive is handled when compiling, such as `#(program "orders")`'
        : `did you mean \`#(${nearest} …)\`?`
  }
)

export const libraryAsValue = defineDiagnostic<{ readonly name: string }>("SXS2013", {
  severity: "error",
  message: ({ name }) => `\`${name}\` is a form, not a function, and can only stand first in its brackets`,
  hint: () => "wrap it: `(fn (x) …)`"
})

// 2020 to 2029: patterns, types, records, externs, tests

export const nameTwice = defineDiagnostic<{ readonly name: string; readonly place: string }>("SXS2020", {
  severity: "error",
  message: ({ name, place }) => `${quoted(name)} stands twice in ${place}`,
  hint: () => "give one of them another name"
})

export const malformedPattern = defineDiagnostic<{ readonly problem: string; readonly way: string }>("SXS2021", {
  severity: "error",
  message: ({ problem }) => `this is not a pattern: ${problem}`,
  hint: ({ way }) => way
})

export const unreachedClause = defineDiagnostic<{
  readonly form: string
  /** The earlier clause takes anything, as its pattern is this name. */
  readonly name?: string | undefined
}>("SXS2022", {
  severity: "warning",
  message: ({ form }) => `this clause of \`${form}\` is never reached: an earlier one takes all that it would take`,
  hint: ({ name }) =>
    name === undefined
      ? "remove it, or move it before the other one"
      : `the pattern ${quoted(name)} takes anything; the symbol is ${quoted(`'${name}`)}`
})

export const unknownOption = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>(
  "SXS2023",
  {
    severity: "error",
    message: ({ name }) => `${quoted(name)} is not an option of an extern`,
    hint: ({ nearest }) =>
      nearest === undefined
        ? "the options are `retry`, `backoff`, `timeout`, `key` and `pure`"
        : `did you mean \`${nearest}\`?`
  }
)

export const wrongOption = defineDiagnostic<{ readonly name: string; readonly expected: string }>("SXS2024", {
  severity: "error",
  message: ({ expected, name }) => `\`${name}\` takes ${expected}`
})

// 2030 to 2039: modules

export const importPath = defineDiagnostic<{ readonly path: string; readonly why: string; readonly way: string }>(
  "SXS2030",
  {
    severity: "error",
    message: ({ path, why }) => `${path === "" ? "nothing" : quoted(path)} cannot be imported: ${why}`,
    hint: ({ way }) => way
  }
)

export const importMissing = defineDiagnostic<{ readonly file: string; readonly why: string }>("SXS2031", {
  severity: "error",
  message: ({ file, why }) => `\`${file}\` cannot be imported: ${why}`,
  hint: () => "the path begins at the folder of the file that imports it"
})

/** Files of a cycle that a message names; a longer one is cut in its middle. */
const cycleFilesMax = 8

export const importCycle = defineDiagnostic<{ readonly files: ReadonlyArray<string> }>("SXS2032", {
  severity: "error",
  message: ({ files }) => {
    const half = cycleFilesMax / 2
    const shown = files.length <= cycleFilesMax ? files : [...files.slice(0, half), "…", ...files.slice(-half)]
    return files.length <= 2
      ? `\`${files[0]}\` imports itself`
      : `these files import each other: ${shown.map((file) => (file === "…" ? file : `\`${file}\``)).join(" -> ")}`
  },
  hint: ({ files }) =>
    files.length <= 2
      ? "remove the import; what a file defines is known everywhere in it"
      : "move what they share to a file of its own, and import that one"
})

export const importName = defineDiagnostic<{ readonly name: string; readonly why: string; readonly path: string }>(
  "SXS2033",
  {
    severity: "error",
    message: ({ name, why }) => `${quoted(name)} cannot name this import: ${why}`,
    hint: ({ path }) => `give it another name: \`#(import ${JSON.stringify(path)} as other)\``
  }
)

export const notExported = defineDiagnostic<{ readonly name: string; readonly file: string; readonly rest: string }>(
  "SXS2034",
  {
    severity: "error",
    message: ({ file, name }) => `\`${name}\` is not exported by ${file}`,
    hint: ({ file, rest }) => `write \`#(export ${rest})\` in ${file}`
  }
)

export const unknownExport = defineDiagnostic<{
  readonly name: string
  readonly file: string
  readonly rest: string
  readonly nearest: string | undefined
}>("SXS2035", {
  severity: "error",
  message: ({ file, name, rest }) => `\`${name}\` is not defined: ${file} has no \`${rest}\``,
  hint: ({ nearest }) => (nearest === undefined ? undefined : `did you mean \`${nearest}\`?`)
})

export const exportUnknown = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>(
  "SXS2036",
  {
    severity: "error",
    message: ({ name }) => `\`${name}\` cannot be exported: nothing at the top of this file defines it`,
    hint: ({ nearest }) =>
      nearest === undefined
        ? "an export names functions, constants and record types of its file"
        : `did you mean \`${nearest}\`?`
  }
)

export const exportNotConstant = defineDiagnostic<{ readonly name: string }>("SXS2037", {
  severity: "error",
  message: ({ name }) =>
    `\`${name}\` cannot be exported: it is a local of the file's main task, which an import does not run`,
  hint: () =>
    "only a top-level `def` of a pure value that nothing assigns is a constant; export a function that computes it"
})

export const unusedImport = defineDiagnostic<{ readonly name: string }>("SXS2038", {
  severity: "warning",
  message: ({ name }) => `nothing of \`${name}\` is used`,
  hint: () => "remove the import"
})

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

export const wrongArgument = defineDiagnostic<{
  readonly name: string
  readonly param: string
  readonly expected: string
  readonly actual: string
  readonly way: string | undefined
}>("SXS3003", {
  severity: "error",
  message: ({ actual, expected, name, param }) =>
    `${quoted(name)} takes ${expected} as ${quoted(param)}, but this is ${actual}`,
  hint: ({ way }) => way
})

export const wrongOperand = defineDiagnostic<{
  readonly operator: string
  readonly expected: string
  readonly actual: string
}>("SXS3004", {
  severity: "error",
  message: ({ actual, expected, operator }) => `${quoted(operator)} works on ${expected}, but this is ${actual}`,
  hint: ({ actual, operator }) => (operator === "+" && actual === ":str" ? "`(str a b …)` joins texts" : undefined)
})

export const wrongResult = defineDiagnostic<{
  readonly name: string
  readonly expected: string
  readonly actual: string
  readonly way: string | undefined
}>("SXS3005", {
  severity: "error",
  message: ({ actual, expected, name }) => `${name} is declared to give ${expected}, but this is ${actual}`,
  hint: ({ actual, way }) =>
    way ?? (actual === ":none" ? "a branch that is left out, a loop and a definition give none" : undefined)
})

export const notAFunction = defineDiagnostic<{ readonly actual: string; readonly way?: string | undefined }>(
  "SXS3006",
  {
    severity: "error",
    message: ({ actual }) => `this is ${actual}, and only a function can be called`,
    hint: ({ way }) => way ?? "the first item of `( )` is called with the others; `(list …)` makes a list"
  }
)

export const wrongClosureArity = defineDiagnostic<{
  readonly expected: string
  readonly given: number
}>("SXS3007", {
  severity: "error",
  message: ({ expected, given }) =>
    `this function takes ${expected}, but ${given === 0 ? "none is" : given === 1 ? "1 is" : `${given} are`} given`
})

export const unhandledError = defineDiagnostic<{ readonly from: string; readonly way: string }>("SXS3008", {
  severity: "error",
  message: ({ from }) => `this may be an error value${from}, and a plain value is needed here`,
  hint: ({ way }) => way
})

export const constantCondition = defineDiagnostic<{ readonly actual: string; readonly always: boolean }>("SXS3009", {
  severity: "warning",
  message: ({ actual, always }) => `this condition is always ${always}: it is ${actual}`,
  hint: ({ always }) => (always ? "only `false`, `0` and `none` are false" : undefined)
})

export const unusedLocal = defineDiagnostic<{ readonly name: string; readonly isAssigned: boolean }>("SXS3010", {
  severity: "warning",
  message: ({ isAssigned, name }) => `${quoted(name)} is ${isAssigned ? "assigned but never read" : "never used"}`,
  hint: ({ name }) => `remove it, or call it ${quoted(`_${name}`)} if that is meant`
})

export const unusedParameter = defineDiagnostic<{ readonly name: string }>("SXS3011", {
  severity: "warning",
  message: ({ name }) => `the parameter ${quoted(name)} is never used`,
  hint: ({ name }) => `remove it, or call it ${quoted(`_${name}`)} if callers must give it`
})

export const unusedFunction = defineDiagnostic<{ readonly name: string }>("SXS3012", {
  severity: "warning",
  message: ({ name }) => `the function ${quoted(name)} is never used`,
  hint: ({ name }) => `remove it, call it, or export it: ${quoted(`#(export ${name})`)}`
})

export const shadowedName = defineDiagnostic<{
  readonly name: string
  readonly what: string
  /** Whether a `set` there could assign what is hidden. */
  readonly isAssignable: boolean
}>("SXS3013", {
  severity: "warning",
  message: ({ name, what }) => `${quoted(name)} hides ${what} of the same name`,
  hint: ({ isAssignable, name }) =>
    isAssignable ? `choose another name, or assign with ${quoted(`(set ${name} …)`)}` : "choose another name"
})

export const neverReached = defineDiagnostic<Record<never, never>>("SXS3014", {
  severity: "warning",
  message: () => "this is never reached",
  hint: () => "what stands before it never ends, or always leaves"
})

export const unusedValue = defineDiagnostic<{
  readonly words: string
  readonly isCall: boolean
  readonly way?: string | undefined
}>("SXS3015", {
  severity: "warning",
  message: ({ isCall, words }) =>
    isCall
      ? `the value of this ${quoted(words)} is not used, and the call does nothing else`
      : `the value of ${quoted(words)} is not used`,
  hint: ({ way }) => way ?? "remove it, or use its value"
})

export const waitInAtomic = defineDiagnostic<{ readonly name: string; readonly path: ReadonlyArray<string> }>(
  "SXS3016",
  {
    severity: "error",
    message: ({ name, path }) =>
      path.length === 0
        ? `${quoted(name)} waits, and nothing inside \`atomic\` may wait`
        : `this calls ${quoted(name)}, which waits, through ${path.map(quoted).join(" → ")}; nothing inside \`atomic\` may wait`,
    hint: () => "move it before or behind the `atomic`"
  }
)

export const wrongFormat = defineDiagnostic<{ readonly problem: string }>("SXS3017", {
  severity: "error",
  message: ({ problem }) => problem,
  hint: () => "a place is written `{}`, a brace by itself `{{` or `}}`"
})

export const neverEqual = defineDiagnostic<{ readonly first: string; readonly second: string }>("SXS3018", {
  severity: "warning",
  message: ({ first, second }) => `these are never equal: ${first} and ${second}`
})

export const duplicateKey = defineDiagnostic<{ readonly key: string }>("SXS3019", {
  severity: "warning",
  message: ({ key }) => `the key ${quoted(JSON.stringify(key))} stands twice in this map; only its last value counts`
})

export const divisionByZero = defineDiagnostic<{ readonly operator: string }>("SXS3020", {
  severity: "error",
  message: ({ operator }) => `${quoted(operator)} divides by zero here`
})

export const impossibleClause = defineDiagnostic<{ readonly actual: string }>("SXS3021", {
  severity: "warning",
  message: ({ actual }) => `this clause never matches: the value is ${actual}`
})

export const wrongAscription = defineDiagnostic<{ readonly expected: string; readonly actual: string }>("SXS3022", {
  severity: "error",
  message: ({ actual, expected }) => `this is ${actual}, which is never a ${expected}`
})

export const unusedPatternName = defineDiagnostic<{ readonly name: string }>("SXS3023", {
  severity: "warning",
  message: ({ name }) => `the pattern ${quoted(name)} takes anything, and its value is never used`,
  hint: ({ name }) =>
    elseWords.has(name.toLowerCase())
      ? "the last clause is written `(else …)`"
      : `the symbol is ${quoted(`'${name}`)}, anything is \`_\``
})

/** What other languages and a slip of the keyboard make of `else`. */
const elseWords: ReadonlySet<string> = new Set(["else", "otherwise", "default", "t"])

export const uselessTry = defineDiagnostic<{ readonly actual: string | undefined }>("SXS3024", {
  severity: "warning",
  message: ({ actual }) =>
    actual === undefined
      ? "`try` handles error values, and this never gives one: it always ends with a fault, or never"
      : `\`try\` handles error values, and this never is one: it is ${actual}`,
  hint: () => "`(recover body handler)` handles faults"
})

export const uselessRecover = defineDiagnostic<{ readonly name: string; readonly words: string }>("SXS3025", {
  severity: "warning",
  message: ({ name }) => `\`recover\` handles faults, and ${quoted(name)} gives an error value, which it lets through`,
  hint: ({ words }) => `\`(try ${words} handler)\` handles error values`
})

export const swappedArguments = defineDiagnostic<{
  readonly name: string
  readonly first: string
  readonly second: string
  readonly shape: string
}>("SXS3026", {
  severity: "error",
  message: ({ first, name, second }) =>
    `two arguments of ${quoted(name)} are the wrong way round: ${quoted(first)} and ${quoted(second)}`,
  hint: ({ shape }) => `write ${shape}`
})

export const missingEntryValue = defineDiagnostic<Record<never, never>>("SXS3027", {
  severity: "error",
  message: () => "this key of `map` has no value behind it",
  hint: () => "`map` takes keys and values in turn: `(map key value …)`"
})

export const maybeUndefined = defineDiagnostic<{ readonly name: string }>("SXS3028", {
  severity: "warning",
  message: ({ name }) => `${quoted(name)} may not have been defined here, and is none then`,
  hint: ({ name }) => `define it before the branch, and assign it there with ${quoted(`(set ${name} …)`)}`
})

export const dollarInKey = defineDiagnostic<{ readonly name: string; readonly text: string }>("SXS3029", {
  severity: "warning",
  message: ({ name }) => `this is the key "${name}" as it stands: no \`$\` inside a key is replaced`,
  hint: ({ text }) => `write ${text}`
})

export const channelLooksLikeLocal = defineDiagnostic<{ readonly name: string }>("SXS3030", {
  severity: "warning",
  message: ({ name }) => `this is the channel ${quoted(name)}, not the value of the local ${quoted(name)}`,
  hint: ({ name }) =>
    `write ${quoted(`$${name}`)} for the local's value, or ${quoted(`$CHANNEL_${name}`)} to say that the channel is meant`
})

export const noSuchChannel = defineDiagnostic<{ readonly name: string; readonly nearest: string | undefined }>(
  "SXS3031",
  {
    severity: "error",
    message: ({ name }) => `${quoted(name)} is no channel`,
    hint: ({ nearest }) =>
      nearest === undefined
        ? "the channels are `A` to `F`, and `EXEC` to listen to what the processors do"
        : `did you mean ${quoted(nearest)}?`
  }
)

export const noSuchTopic = defineDiagnostic<{ readonly topic: string }>("SXS3032", {
  severity: "error",
  message: ({ topic }) => `there is no topic ${topic}`,
  hint: () => "a topic is an int from 0 to 65535"
})

export const publishesExecution = defineDiagnostic<Record<never, never>>("SXS3033", {
  severity: "error",
  message: () => "only the runtime publishes on `EXEC`",
  hint: () => "publish on one of `A` to `F`; `(core/expr/proc n { … })` makes a processor work"
})

export const neverPublished = defineDiagnostic<{
  readonly what: string
  readonly near: string
  readonly isForEver: boolean
}>("SXS3034", {
  severity: "warning",
  message: ({ isForEver, what }) =>
    `nothing in this program publishes on ${what}${isForEver ? ", and this waits for ever" : ""}`,
  hint: ({ isForEver, near }) =>
    isForEver
      ? `it publishes on ${near}, where nothing listens; a number of ms in place of \`none\` bounds the wait`
      : `did you mean ${near}? It is published, and nothing listens there`
})

export const neverTaken = defineDiagnostic<{
  readonly actual: string
  readonly expected: string
  readonly where: string
}>("SXS3035", {
  severity: "warning",
  message: ({ actual, expected, where }) =>
    `no subscription takes this: it is ${actual}, and those on ${where} take ${expected} only`,
  hint: () => "publish a value of that type, or leave the type of a subscription out"
})

// 4: machines

export const tooManyLive = defineDiagnostic<{ readonly name: string; readonly max: number }>("SXS4001", {
  severity: "error",
  message: ({ name, max }) => `${quoted(name)} keeps too many values over its waits: more than ${max} in all`,
  hint: () => "split it into smaller functions, or collect the values in a list"
})
