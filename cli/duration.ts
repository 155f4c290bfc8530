const units = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
  { name: "s", ms: 1000 }
] as const

/** A span of time for people, in its largest whole unit: `0 s`, `59 s`, `5 min`, `3 h`, `12 d`. */
export const printDuration = (durationMs: number): string => {
  const unit = units.find(({ ms }) => durationMs >= ms) ?? units[3]
  return `${Math.max(0, Math.floor(durationMs / unit.ms))} ${unit.name}`
}

/** A span of time as people type it, in ms: `30s`, `90min`, `12h`, `7d`; undefined for any other text. */
export const readDuration = (text: string): number | undefined => {
  const [, digits, name] = /^(\d{1,9})(d|h|min|s)$/.exec(text) ?? []
  const unit = units.find((unit) => unit.name === name)
  return unit && Number(digits) * unit.ms
}

/** How much there is of something: `1 task`, `50 tasks`, `99,950 tasks`. */
export const printCount = (count: number, one: string): string =>
  `${printNumber(count)} ${count === 1 ? one : `${one}s`}`

/** `99,950`, of a whole number. */
// `toLocaleString` loads the tables of the language first: 11 ms at the end of a command that takes 100.
export const printNumber = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")
