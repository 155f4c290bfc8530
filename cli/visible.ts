import { unprintable } from "../stdlib/abi/literals.ts"

/** Not to be written to a terminal as they are. */
export const unsafe = new RegExp(unprintable.source, "gu")

/** The text on one line with nothing in it that controls a terminal: such characters are shown as escapes. */
export const visible = (text: string): string =>
  text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)

/** As `visible`, line by line: for messages, which may repeat what a user has typed or a store holds. */
export const visibleLines = (text: string): string => text.split("\n").map(visible).join("\n")

/** At most `unitsMax` UTF-16 units of a text, with `…` in place of what is cut off. */
export const clip = (text: string, unitsMax: number): string =>
  text.length <= unitsMax ? text : `${text.slice(0, unitsMax - 1).replace(/[\ud800-\udbff]$/, "")}…`
