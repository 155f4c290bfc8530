/**
 * What a command line is made of, as data: flags, arguments in their places, commands. One table of it makes the parser with its help
 * and completions (parser.ts), and tells plain command lines apart that need none of that (plain-words.ts).
 */
import type * as Effect from "effect/Effect"
import type { CommandFailed } from "./exit.ts"
import type { Shell } from "./shell.ts"

/** A flag, or an argument in its place; a command gets an `A` for it. */
export interface Part<out A> {
  readonly kind: "flag" | "argument"
  /** Of a flag without its dashes. */
  readonly name: string
  readonly description: string
  /** The words for a choice. A toggle is true where it stands. */
  readonly type: "text" | "toggle" | "int" | ReadonlyArray<string>
  readonly presence: Presence
  /** One letter that stands for the flag. */
  readonly alias?: string
  /** What stands for the value of a flag in the help. */
  readonly metavar?: string
  /** The smallest int; any when left out. */
  readonly least?: number
  /** Nobody sets it: it tells which `A` it is. */
  readonly value?: A
}

type Presence =
  | { readonly kind: "required" }
  /** When it is missing a command gets `fallback`. */
  | { readonly kind: "optional"; readonly fallback: unknown }
  /** Any number of words, and at least so many. */
  | { readonly kind: "many"; readonly least: number }

export type Parts = Readonly<Record<string, Part<unknown>>>

/** What a command gets for its parts. */
export type OptionsOf<P extends Parts> = { readonly [Name in keyof P]: P[Name] extends Part<infer A> ? A : never }

type Run = Effect.Effect<void, CommandFailed, Shell>

export interface Command {
  readonly name: string
  readonly description: string
  readonly parts: Parts
  /** Undefined: it stands for nothing without one of its subcommands. */
  readonly run: ((options: never) => Run) | undefined
  readonly subcommands: ReadonlyArray<Command>
}

/** A command, perhaps with others below it. */
export const command = <const P extends Parts>(
  name: string,
  description: string,
  parts: P,
  run: (options: OptionsOf<P>) => Run,
  subcommands: ReadonlyArray<Command> = []
): Command => ({ name, description, parts, run, subcommands })

/** A name for several commands. */
export const group = (name: string, description: string, subcommands: ReadonlyArray<Command>): Command => ({
  name,
  description,
  parts: {},
  run: undefined,
  subcommands
})

const required = { kind: "required" } as const

const argument = { kind: "argument", presence: required } as const
const flag = { kind: "flag", presence: required } as const

export const text = (name: string, description: string): Part<string> => ({
  ...argument,
  name,
  description,
  type: "text"
})

export const int = (name: string, description: string): Part<number> => ({
  ...argument,
  name,
  description,
  type: "int"
})

export const choice = <const C extends ReadonlyArray<string>>(
  name: string,
  choices: C,
  description: string
): Part<C[number]> => ({ ...argument, name, description, type: choices })

export const textFlag = (name: string, metavar: string, description: string): Part<string> => ({
  ...flag,
  name,
  metavar,
  description,
  type: "text"
})

/** False when it is missing. */
export const toggle = (name: string, description: string): Part<boolean> => ({
  ...flag,
  name,
  description,
  type: "toggle",
  presence: { kind: "optional", fallback: false }
})

/** An int from 0 on. */
export const natural = (name: string, description: string): Part<number> => ({
  ...flag,
  name,
  metavar: "N",
  description,
  type: "int",
  least: 0
})

export const choiceFlag = <const C extends ReadonlyArray<string>>(
  name: string,
  choices: C,
  description: string
): Part<C[number]> => ({ ...flag, name, description, type: choices })

/** The command gets undefined when it is missing. */
export const optional = <A>(part: Part<A>): Part<A | undefined> => withDefault<A | undefined>(part, undefined)

export const withDefault = <A>({ value: _, ...part }: Part<A>, fallback: A): Part<A> => ({
  ...part,
  presence: { kind: "optional", fallback }
})

/** Any number of words, from `least` on. */
export const many = <A>({ value: _, ...part }: Part<A>, least = 0): Part<ReadonlyArray<A>> => ({
  ...part,
  presence: { kind: "many", least }
})

export const withAlias = <A>(part: Part<A>, alias: string): Part<A> => ({ ...part, alias })
