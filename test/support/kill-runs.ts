const { SXS_KILLS, SXS_SEED } = process.env

/** Each test file has one of its own, unless it is given. */
export const seed = Number(SXS_SEED ?? Math.floor(Math.random() * 2 ** 32))

const allKills = Number(SXS_KILLS ?? 24)

/** Of seven programs one counts turns and five keep books … */
export const killsEach = Math.max(1, Math.ceil((allKills * 5) / 42))

/** … and one calls what is outside: it gets two sevenths, as more can come between there. */
export const killsOutside = Math.max(1, Math.ceil((allKills * 2) / 7))
