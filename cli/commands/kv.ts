import * as Effect from "effect/Effect"
import { ErrorValue, equal, isInt, print, type Value } from "../../runtime/index.ts"
import { CommandFailed, exitCodes, usageError } from "../exit.ts"
import { printJson } from "../json.ts"
import { JsonRows } from "../json-rows.ts"
import { readGiven } from "../read-given.ts"
import { type RuntimeError, type Session, withSession } from "../session.ts"
import { Shell } from "../shell.ts"
import { symbolHint } from "../symbol-hint.ts"
import { visible } from "../visible.ts"

export interface KeyOptions {
  readonly key: string
  readonly store: string | undefined
}

export interface WriteOptions extends KeyOptions {
  readonly value: string
}

/** Prints the value in the form that the reader takes. */
export const get = Effect.fn("kv get")((options: KeyOptions & { readonly json: boolean }) =>
  existing(options, (session) =>
    Effect.gen(function* () {
      const value = yield* session.namespace.kv.get(options.key)
      if (yield* isMissing(session, options.key, value)) return yield* refused(`there is no key ${options.key}`)
      const text = options.json ? printJson({ key: options.key, value: print(value) }) : print(value)
      session.shell.out(`${text}\n`)
    })
  )
)

export const set = Effect.fn("kv set")((options: WriteOptions) =>
  writing(options, ({ namespace }, value) => Effect.flatMap(namespace.kv.set(options.key, value), refuseErrors))
)

export const del = Effect.fn("kv del")((options: KeyOptions) =>
  existing(options, ({ namespace }) => Effect.flatMap(namespace.kv.del(options.key), refuseErrors))
)

export const snx = Effect.fn("kv snx")((options: WriteOptions) =>
  writing(options, ({ namespace }, value) =>
    Effect.gen(function* () {
      const done = yield* namespace.kv.snx(options.key, value)
      yield* refuseErrors(done)
      if (done !== true) return yield* refused(`the key ${options.key} is there already`)
    })
  )
)

export const cas = Effect.fn("kv cas")((options: WriteOptions & { readonly old: string }) =>
  writing(options, ({ namespace }, value) =>
    Effect.gen(function* () {
      const old = yield* readGiven(options.old)
      const done = yield* namespace.kv.cas(options.key, old, value)
      yield* refuseErrors(done)
      if (done !== true) return yield* refused(`the key ${options.key} does not have the value ${print(old)}`)
    })
  )
)

/** Prints the sum. */
export const incr = Effect.fn("kv incr")(function* (options: KeyOptions & { readonly by: string | undefined }) {
  const by = options.by === undefined ? 1 : yield* readInt(options.by)
  yield* withSession({ store: options.store, create: true }, ({ namespace, shell }) =>
    Effect.gen(function* () {
      const sum = yield* namespace.kv.incr(options.key, by)
      yield* refuseErrors(sum)
      shell.out(`${print(sum)}\n`)
    })
  )
})

const readInt = (text: string): Effect.Effect<number | bigint, CommandFailed> =>
  Effect.flatMap(readGiven(text), (by) =>
    isInt(by) ? Effect.succeed(by) : Effect.fail(usageError(`kv incr adds an int, got ${print(by)}`))
  )

export interface ListOptions {
  readonly prefix: string | undefined
  readonly offset: number
  readonly limit: number
  readonly json: boolean
  readonly store: string | undefined
}

/** Lists keys with their values, page by page. */
export const ls = Effect.fn("kv ls")((options: ListOptions) =>
  existing(options, (session) =>
    Effect.gen(function* () {
      const { shell } = session
      const limit = options.limit === 0 ? Number.POSITIVE_INFINITY : options.limit
      const rows = options.json ? jsonRows() : textRows
      const { kv } = session.namespace
      let shown = 0
      let after: string | undefined
      let pageItems = pageItemsMin
      for (;;) {
        // One more than is shown says whether there are more.
        const wanted = Math.min(pageItems, limit - shown + 1)
        const offset = after === undefined ? options.offset : 0
        const entries = yield* kv.list(options.prefix ?? "", offset, wanted, after)
        const page = entries.slice(0, limit - shown)
        const text = page.length === 0 ? "" : rows.print(page)
        shell.out(text)
        shown += page.length
        after = page.at(-1)?.[0] ?? after
        if (entries.length > page.length) {
          shell.err(`… and more; --offset ${options.offset + shown} goes on, --limit 0 shows all\n`)
          break
        }
        if (entries.length < wanted || shell.isOutClosed()) break
        if (text.length < pageUnitsMax) pageItems = Math.min(pageItemsMax, pageItems * 2)
      }
      shell.out(rows.end())
    })
  )
)

// Each page skips all that came before it, so few large pages are better than many; but a value may have 4 MiB.
const pageItemsMin = 1000
const pageItemsMax = 20_000
const pageUnitsMax = 1_000_000

type Entry = readonly [key: string, value: Value]

const textRows = {
  print: (entries: ReadonlyArray<Entry>) =>
    entries.map(([key, value]) => `${printKey(key)}\t${print(value)}\n`).join(""),
  end: () => ""
}

// A key may hold what a terminal or a script that splits lines would take for something else; then it is in quotes.
const printKey = (key: string): string => (key.includes('"') || visible(key) !== key ? print(key) : key)

const jsonRows = () => new JsonRows(([key, value]: Entry) => printJson({ key, value: print(value) }))

// ─── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** For commands that make no store where there is none. */
const existing = <A>(
  options: { readonly store: string | undefined },
  use: (session: Session) => Effect.Effect<A, CommandFailed | RuntimeError>
) => withSession({ store: options.store, create: false }, use)

/** Reads VALUE before the store is touched, so that a mistake creates nothing. */
const writing = Effect.fnUntraced(function* <A>(
  options: WriteOptions,
  use: (session: Session, value: Value) => Effect.Effect<A, CommandFailed | RuntimeError>
) {
  const shell = yield* Shell
  const value = yield* readGiven(options.value)
  yield* withSession({ store: options.store, create: true }, (session) => use(session, value))
  const hint = symbolHint(value)
  if (hint !== undefined) shell.err(`sxs: ${hint}\n`)
})

const refused = (message: string) => new CommandFailed({ exitCode: exitCodes.failed, message })

/** An error value says that nothing was written. */
const refuseErrors = (result: Value): Effect.Effect<void, CommandFailed> =>
  result instanceof ErrorValue
    ? Effect.fail(refused(typeof result.content === "string" ? result.content : print(result.content)))
    : Effect.void

// What stands for a missing key may as well be stored under one.
const isMissing = ({ namespace }: Session, key: string, value: Value) =>
  value instanceof ErrorValue && equal(value.content, "key not found")
    ? Effect.map(namespace.kv.list(key, 0, 1), ([first]) => first?.[0] !== key)
    : Effect.succeed(false)
