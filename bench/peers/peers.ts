/** What is compared: one row of the tables each. */
export interface Peer {
  readonly name: string
  /** A file of `engines/`. */
  readonly engine: string
  /** What it needs besides its own process; it stays when that is killed, unless `killed` says otherwise. */
  readonly server: "none" | "restate" | "postgres"
  /** Measured in the tables of rates and of recovery. */
  readonly tables: ReadonlyArray<"rate" | "recovery">
  /** What SIGKILL ends: the process that runs the workflows, or its server too. */
  readonly killed?: "worker" | "worker and server"
}

/** The first of each table is its control. */
export const peers: ReadonlyArray<Peer> = [
  { name: "sxs", engine: "sxs", server: "none", tables: ["rate"] },
  { name: "sxs, started by a program", engine: "sxs-spawned", server: "none", tables: ["rate"] },
  { name: "sxs", engine: "sxs-gated", server: "none", tables: ["recovery"] },
  { name: "sxs, each step waits", engine: "sxs-each-step-waits", server: "none", tables: ["rate"] },
  { name: "sxs, each step a call of JavaScript", engine: "sxs-each-step-calls", server: "none", tables: ["rate"] },
  { name: "Restate", engine: "restate", server: "restate", tables: ["rate", "recovery"] },
  {
    name: "Restate, its server killed too",
    engine: "restate",
    server: "restate",
    tables: ["recovery"],
    killed: "worker and server"
  },
  { name: "DBOS on PostgreSQL", engine: "dbos", server: "postgres", tables: ["rate", "recovery"] },
  { name: "Effect Workflow on SQLite", engine: "effect-workflow", server: "none", tables: ["rate", "recovery"] }
]
