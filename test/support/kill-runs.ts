const { SXS_KILLS, SXS_SEED } = process.env

/** Each test file has one of its own, unless it is given. */
export const seed = Number(SXS_SEED ?? Math.floor(Math.random() * 2 ** 32))

const allKills = Number(SXS_KILLS ?? 24)

/** The part of each of the seven programs in `SXS_KILLS`: one counts turns, five keep books, one calls what is outside. */
export const killsEach = Math.max(1, Math.ceil(allKills / 7))
