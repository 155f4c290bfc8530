// Control characters, marks that turn the direction of writing, line separators, and halves of surrogate pairs.
/** Not to be written to a terminal as they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
export const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

/** The text on one line with nothing in it that controls a terminal: such characters are shown as escapes. */
export const visible = (text: string): string =>
  text.replace(unsafe, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)

/** As `visible`, line by line: for messages, which may repeat what a user has typed or a store holds. */
export const visibleLines = (text: string): string => text.split("\n").map(visible).join("\n")

/** At most `unitsMax` UTF-16 units of a text, with `…` in place of what is cut off. */
export const clip = (text: string, unitsMax: number): string =>
  text.length <= unitsMax ? text : `${text.slice(0, unitsMax - 1).replace(/[\ud800-\udbff]$/, "")}…`
