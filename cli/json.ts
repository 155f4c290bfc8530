import { unsafe } from "./visible.ts"

/** The data as JSON that shows as it is in any terminal: what could control one is an escape, as ESC is in all JSON.
 * `indent` in spaces; on one line without it. */
export const printJson = (data: unknown, indent?: number): string =>
  JSON.stringify(data, undefined, indent).replace(unsafe, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  )
