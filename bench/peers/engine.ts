/** Steps of a run that is to be killed. */
export const leftSteps = 10

/** The step, counted from 0, in which it is: those before it are durable, it and those behind it are still to do. */
export const gateStep = 5

/** What the runs of a process do and tell. */
export interface Hooks {
  /** What a step does: the next sum. Waits for ever at `gateStep` in a process that is to be killed. */
  readonly step: (index: number, sum: number) => number | Promise<number>
  /** Called when the function of a run returns. */
  readonly ended: (id: string, sum: number) => void
}

/** Where an engine keeps what it does. All of it stays when its process is killed. */
export interface Place {
  readonly directory: string
  /** Of PostgreSQL; empty for those that need none. */
  readonly databaseUrl: string
  /** The server that works for the engine, whose processor time counts too; undefined when there is none. */
  readonly server: number | undefined
  /** Of Restate, on 127.0.0.1: where its server takes calls, where it is managed, and where it calls the worker. */
  readonly ports: { readonly ingress: number; readonly admin: number; readonly node: number; readonly worker: number }
}

/** `fresh`: nothing is there yet. `again`: the runs of a process that was killed go on. */
export type Opening = "fresh" | "again"

/** A system under comparison, opened in a process of its own. A run takes `steps` steps, each of which adds 1 to its sum and keeps
 * that durably; it yields the last sum. */
export interface Engine {
  /** Starts a run and waits until it has ended durably; its sum. */
  readonly run: (id: string, steps: number) => Promise<number>
  /** Starts a run; resolves when that is durable, or with the start of its first step. */
  readonly begin: (id: string, steps: number) => Promise<unknown>
  /** `lanes` side by side, each of which takes so many runs one after another. When it is left out, `run` is called for each. */
  readonly lanes?: (
    tag: string,
    load: { readonly lanes: number; readonly runs: number; readonly steps: number }
  ) => Promise<void>
  /** Resolves when so many runs have come to `gateStep`. When it is left out, calls of `Hooks.step` are counted. */
  readonly atGate?: (runs: number) => Promise<void>
  /** Resolves when these runs, which another process has begun, have ended durably. When it is left out, `Hooks.ended` is
   * counted, which is a little before that. */
  readonly ended?: (ids: ReadonlyArray<string>) => Promise<unknown>
}

export interface EngineModule {
  readonly open: (place: Place, hooks: Hooks, opening: Opening) => Promise<Engine>
}
