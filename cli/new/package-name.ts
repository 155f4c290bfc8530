import { builtinModules } from "node:module"

const unitsMax = 214
const reserved: ReadonlySet<string> = new Set(["node_modules", "favicon.ico", "sxs"])

/** Why npm would not take a package of that name, if so: completes "… cannot be the name of a package: ". */
export const wrongPackageName = (name: string): string | undefined => {
  if (name.length > unitsMax) return `it has more than ${unitsMax} characters`
  if (/[A-Z]/.test(name)) return "it has capital letters"
  if (/^[._-]/.test(name)) return `it begins with \`${name[0]}\``
  if (!/^[a-z0-9._-]+$/.test(name)) return "only small letters, digits, `-`, `.` and `_` may stand in it"
  if (reserved.has(name)) return "it means something else already"
  return builtinModules.includes(name) ? "a module of Node is called so" : undefined
}
