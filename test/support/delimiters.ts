/** What begins, ends or changes the meaning of a form: nearly everything that can go wrong in reading has to do with one of these. */
export const delimiters = ["(", ")", "[", "]", "{", "}", '"', "\\", "'", "@", "#", ";", "\n", "\n("] as const
