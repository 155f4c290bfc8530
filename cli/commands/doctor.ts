import * as Effect from "effect/Effect"
import { hasStore } from "../../runtime/store/identity.ts"
import { attempt, endWith, exitCodes } from "../exit.ts"
import { checkFolder, checkNative, checkNode, checkSpace, checkSync, type Finding } from "../health.ts"
import { Shell } from "../shell.ts"
import { checkStoreContent } from "../store-check.ts"
import { locateStore, type StoreLocation } from "../store-location.ts"

export interface DoctorOptions {
  readonly acceptLoss: boolean
  readonly json: boolean
  readonly store: string | undefined
}

/** Checks what a program needs, line by line; ends with 74 when the store cannot be used. Without
 * `acceptLoss` it changes nothing, but that opening a store writes a lost `store.json` again. */
export const doctor = Effect.fn("doctor")(function* (options: DoctorOptions) {
  const shell = yield* Shell
  const location = yield* attempt(() => locateStore(options.store, shell))
  const findings = [checkNode(), yield* Effect.promise(checkNative), ...(yield* checkStore(location, options))]
  if (options.json) shell.out(`${JSON.stringify(findings, undefined, 2)}\n`)
  else for (const finding of findings) shell.out(printFinding(finding, shell.colour.out))
  if (findings.some(({ level }) => level === "fail")) return yield* endWith(exitCodes.store)
})

const checkStore = Effect.fnUntraced(function* (
  location: StoreLocation,
  { acceptLoss }: DoctorOptions
): Effect.fn.Return<ReadonlyArray<Finding>, never, Shell> {
  if (location.kind === "memory") return [{ level: "ok", name: "store", message: "in memory, for throw-away runs" }]
  const { directory } = location
  if (!hasStore(directory)) {
    const message = `none yet in ${directory}; the first sxs run makes it`
    return [checkFolder(directory), checkSpace(directory), { level: "ok", name: "store", message }]
  }
  const folder = [checkFolder(directory), checkSpace(directory)]
  if (folder.some(({ level }) => level === "fail")) return folder
  return [...folder, checkSync(directory), ...(yield* checkStoreContent({ directory, location, acceptLoss }))]
})

const colours = { ok: "32", warn: "33", fail: "31" } as const

const printFinding = ({ level, message, name }: Finding, colour: boolean): string => {
  const label = level.padEnd(4)
  return `${colour ? `\u001b[${colours[level]}m${label}\u001b[0m` : label}  ${name}: ${message}\n`
}
