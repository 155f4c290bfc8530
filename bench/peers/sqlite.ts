/**
 * SQLite of Node for the SQL client of Effect, whose own package for it has no release for this version of Effect. One
 * connection; a write-ahead log, and what is committed is on the disk.
 */
import { join } from "node:path"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"

export const layerSqlite = (directory: string): Layer.Layer<SqlClient.SqlClient> =>
  Layer.effect(SqlClient.SqlClient)(makeClient(directory)).pipe(Layer.provide(Reactivity.layer))

const makeClient = Effect.fnUntraced(function* (directory: string) {
  const database = new DatabaseSync(join(directory, "workflow.db"))
  database.exec("pragma journal_mode = WAL; pragma synchronous = FULL")
  const acquirers = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(connectionOf(database)),
    semaphore: yield* Semaphore.make(1),
    isTransaction: () => database.isTransaction
  })
  return yield* SqlClient.make({
    ...acquirers,
    compiler: Statement.makeCompilerSqlite(),
    spanAttributes: [],
    driver: "sqlite",
    beginTransaction: "BEGIN IMMEDIATE"
  })
})

type Parameters = ReadonlyArray<unknown>

const connectionOf = (database: DatabaseSync): Connection => {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  const rows = (sql: string, parameters: Parameters) => attempt(() => fetchRows(prepare(sql), parameters))
  const values = (sql: string, parameters: Parameters) =>
    attempt(() => {
      const statement = prepare(sql)
      statement.setReturnArrays(true)
      try {
        return fetchRows(statement, parameters) as unknown as ReadonlyArray<ReadonlyArray<unknown>>
      } finally {
        statement.setReturnArrays(false)
      }
    })
  const execute: Connection["execute"] = (sql, parameters, transform) =>
    transform === undefined ? rows(sql, parameters) : Effect.map(rows(sql, parameters), transform)
  return {
    execute,
    executeRaw: rows,
    executeStream: () => Stream.die("the workflow engine reads no streams"),
    executeValues: values,
    executeValuesUnprepared: values,
    executeUnprepared: execute
  }
}

const fetchRows = (statement: StatementSync, parameters: Parameters) => {
  const given = parameters.map(inputOf)
  if (statement.columns().length > 0) return statement.all(...given)
  statement.run(...given)
  return []
}

const inputOf = (parameter: unknown): SQLInputValue => {
  if (typeof parameter === "boolean") return parameter ? 1 : 0
  if (parameter instanceof Date) return parameter.toISOString()
  return (parameter ?? null) as SQLInputValue
}

const attempt = <A>(work: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({
    try: work,
    catch: (cause) =>
      new SqlError({ reason: new UnknownError({ cause, message: String(cause), operation: "execute" }) })
  })
