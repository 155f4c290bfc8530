import * as Effect from "effect/Effect"
import { storeFormat } from "../../runtime/store/identity.ts"
import { printNumber } from "../duration.ts"
import { attempt, type CommandFailed, endWith, exitCodes } from "../exit.ts"
import { checkFolder, checkNative, checkNode, checkSpace, checkSync, type Finding } from "../health.ts"
import { withSession } from "../session.ts"
import { Shell } from "../shell.ts"
import { hasStore, locateStore, type StoreLocation } from "../store-location.ts"

export interface DoctorOptions {
  readonly json: boolean
  readonly store: string | undefined
}

/** Checks what a program needs, line by line; ends with 74 when the store cannot be used. Creates nothing that stays. */
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
  options: DoctorOptions
): Effect.fn.Return<ReadonlyArray<Finding>, never, Shell> {
  if (location.kind === "memory") return [{ level: "ok", name: "store", message: "in memory, for throw-away runs" }]
  const { directory } = location
  if (!hasStore(directory)) {
    const message = `none yet in ${directory}; the first sxs run makes it`
    return [checkFolder(directory), checkSpace(directory), { level: "ok", name: "store", message }]
  }
  const folder = [checkFolder(directory), checkSpace(directory)]
  if (folder.some(({ level }) => level === "fail")) return folder
  return [...folder, checkSync(directory), yield* checkContent(options)]
})

const tasksCountedMax = 100_000

/** Opens the store as a program would: that checks its lock, its format and its records. */
const checkContent = (options: DoctorOptions): Effect.Effect<Finding, never, Shell> =>
  withSession({ store: options.store, create: false }, ({ namespace }) =>
    namespace.countTasks({ upTo: tasksCountedMax })
  ).pipe(
    Effect.map((count): Finding => {
      const tasks = count < tasksCountedMax ? printNumber(count) : `at least ${printNumber(count)}`
      return { level: "ok", name: "store", message: `format ${storeFormat}, opens and can be read; tasks: ${tasks}` }
    }),
    Effect.catch((error: CommandFailed) => Effect.succeed(notOpened(error)))
  )

/** A program that runs has its store to itself: that is as it should be. */
const notOpened = ({ holder, message }: CommandFailed): Finding =>
  holder === undefined
    ? { level: "fail", name: "store", message }
    : { level: "ok", name: "store", message: `in use, so it was not read: ${holder}` }

const colours = { ok: "32", warn: "33", fail: "31" } as const

const printFinding = ({ level, message, name }: Finding, colour: boolean): string => {
  const label = level.padEnd(4)
  return `${colour ? `\u001b[${colours[level]}m${label}\u001b[0m` : label}  ${name}: ${message}\n`
}
