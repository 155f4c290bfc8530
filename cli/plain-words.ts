import type * as Effect from "effect/Effect"
import type { CommandFailed } from "./exit.ts"
import type { Shell } from "./shell.ts"
import type { Command, Part, Parts } from "./words.ts"

/**
 * What a command line asks for when it is a plain one: names of commands as they are, flags in full with their values, nothing
 * missing, unknown or given twice. Undefined for any other, which is for the parser to understand, to help with or to refuse: loading
 * that takes longer than most commands do. Both take a plain one for the same (test/unit/cli/plain-words.test.ts).
 */
export const plainly = (
  root: Command,
  args: ReadonlyArray<string>
): Effect.Effect<void, CommandFailed, Shell> | undefined => {
  const { command, words } = findCommand(root, args)
  const options = command.run === undefined ? undefined : readWords(command.parts, words)
  return options === undefined ? undefined : command.run?.(options as never)
}

const findCommand = (command: Command, words: ReadonlyArray<string>): Found => {
  const below = command.subcommands.find(({ name }) => name === words[0])
  return below === undefined ? { command, words } : findCommand(below, words.slice(1))
}

interface Found {
  readonly command: Command
  readonly words: ReadonlyArray<string>
}

type Options = Record<string, unknown>

const readWords = (parts: Parts, words: ReadonlyArray<string>): Options | undefined => {
  const flags = new Map<string, string | true>()
  const others: Array<string> = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (!word.startsWith("-")) others.push(word)
    else {
      const flag = readFlag(parts, word, words[at + 1])
      if (flag === undefined || flags.has(flag.name)) return undefined
      flags.set(flag.name, flag.value)
      at += flag.wordsBehind
    }
  }
  const options: Options = {}
  for (const [name, part] of Object.entries(parts)) {
    const value = part.kind === "flag" ? flagValue(part, flags.get(part.name)) : argumentValue(part, others)
    if (value === unclear) return undefined
    options[name] = value
  }
  return others.length === 0 ? options : undefined
}

interface ReadFlag {
  readonly name: string
  readonly value: string | true
  readonly wordsBehind: number
}

/** `--name`, `--name value` or `--name=value`. */
const readFlag = (parts: Parts, word: string, next: string | undefined): ReadFlag | undefined => {
  const [, name, , value] = /^--([a-z][a-z-]*)(=(.*))?$/s.exec(word) ?? []
  const part = Object.values(parts).find((part) => part.kind === "flag" && part.name === name)
  if (name === undefined || part === undefined) return undefined
  // To the parser, a toggle may have a value.
  if (part.type === "toggle")
    return value === undefined && !isTruth(next) ? { name, value: true, wordsBehind: 0 } : undefined
  if (value !== undefined) return { name, value, wordsBehind: 0 }
  return next === undefined || next.startsWith("-") ? undefined : { name, value: next, wordsBehind: 1 }
}

const isTruth = (word: string | undefined): boolean =>
  word !== undefined && /^(?:true|false|yes|no|on|off|y|n|0|1)$/i.test(word)

/** The parser has to decide. */
const unclear = Symbol("unclear")

const flagValue = (part: Part<unknown>, word: string | true | undefined): unknown => {
  if (word === undefined) return part.presence.kind === "optional" ? part.presence.fallback : unclear
  return word === true ? true : wordValue(part, word)
}

/** Takes what the part needs from the words that are left. */
const argumentValue = (part: Part<unknown>, words: Array<string>): unknown => {
  const { presence } = part
  if (presence.kind === "many") {
    const values = words.splice(0).map((word) => wordValue(part, word))
    return values.length < presence.least || values.includes(unclear) ? unclear : values
  }
  const word = words.shift()
  if (word === undefined) return presence.kind === "optional" ? presence.fallback : unclear
  return wordValue(part, word)
}

const wordValue = ({ least = 0, type }: Part<unknown>, word: string): unknown => {
  if (type === "text") return word
  if (type === "int") return /^(?:0|[1-9]\d{0,8})$/.test(word) && Number(word) >= least ? Number(word) : unclear
  return type.includes(word) ? word : unclear
}
