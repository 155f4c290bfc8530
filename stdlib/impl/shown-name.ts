import { signatureOf } from "../signatures/index.ts"

/** How a message calls the function with this full name: by the shortest name that a script may use. */
export const shownName = (name: string): string =>
  [name, ...(signatureOf(name)?.aliases ?? [])]
    .reduce((best, next) => (next.length < best.length ? next : best))
    .replace(/^core\/form\//, "")
