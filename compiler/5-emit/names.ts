import type { Machine, Slot } from "../4-lower/machine.ts"

/**
 * JavaScript names for source names, one to one. No text of a source reaches the output unchanged: what is not an ASCII
 * letter, digit or `_` becomes `_`, and a name that is taken or has a meaning of its own gets a number. Names of the
 * module all contain `$`, names of locals never do, so that the two cannot meet.
 */
const plain = (name: string): string => {
  const text = isPlain.test(name) ? name : name.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 40)
  return text === "" || isDigit(text.charCodeAt(0)) ? `_${text}` : text
}

const isPlain = /^[A-Za-z0-9_]{1,40}$/

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39

export const moduleName = (name: string, ordinal: number, suffix = ""): string => `${plain(name)}$${ordinal}${suffix}`

/** Names of a machine's slots; all functions that are emitted for it share them. */
export class SlotNames {
  readonly #names: ReadonlyArray<string>

  constructor(machine: Machine) {
    // The names that are taken, each with the last number that was put behind it.
    const taken = new Map<string, number>()
    this.#names = machine.slots.map((slot) => {
      const base = plain(slot.kind === "temp" ? `t_${slot.name.slice(1)}` : slot.name)
      let name = base
      while (reserved.has(name) || taken.has(name)) {
        const number = (taken.get(base) ?? 1) + 1
        taken.set(base, number)
        name = `${base}_${number}`
      }
      taken.set(name, 1)
      return name
    })
  }

  of(slot: Slot): string {
    return this.#names[slot.ordinal]!
  }
}

// Words of the language, globals whose shadowing would confuse a reader, and the names that emitted functions use.
const reserved: ReadonlySet<string> = new Set(
  (
    "abstract arguments async await boolean break byte case catch char class const constructor continue debugger default delete do double else enum " +
    "eval export extends false final finally float for function get goto if implements import in instanceof int interface let long " +
    "native new null of package private protected prototype public return set short static super switch synchronized this throw throws " +
    "transient true try typeof undefined var void volatile while with yield __proto__ NaN Infinity globalThis Math Number Object Array " +
    "manifest link pc frame saved value"
  ).split(" ")
)
