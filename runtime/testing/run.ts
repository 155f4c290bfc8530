import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { StoreUnavailable } from "../store/store.ts"
import { Table } from "../store/table.ts"
import type { Durability } from "../store/writer.ts"
import { auditRecords } from "./audit.ts"
import { describeTasks } from "./describe-tasks.ts"
import { SimulationFailed } from "./failure.ts"
import { Counters, crashAt, type Edge, type Hazards, noHazards, printEdge, randomHazards } from "./hazards.ts"
import { type Life, live, namespaceName } from "./life.ts"
import { auditLines } from "./lines.ts"
import { emptyPicture, type Picture, pictureOf, rawRecords } from "./picture.ts"
import type { TurnOrder } from "./process.ts"
import type { Memory, SimulatedProgram } from "./program.ts"
import { type Random, seeded } from "./random.ts"
import { SimulatedDisk } from "./simulated-store.ts"

export interface SimulationOptions {
  /** The same seed is the same run: order of turns, how long things take, what is lost. */
  readonly seed: number
  /** `strict` when left out. */
  readonly durability?: Durability
  /** Counts what happens; several runs may share one. */
  readonly counters?: Counters
  /** Turns that one process may have before it counts as endless; 500,000 when left out. */
  readonly turnsMax?: number
}

/** What has become of a run that kept all promises. */
export interface SimulationReport {
  readonly end: Picture
  /** What was made to happen, in words. */
  readonly plan: string
  /** How many processes it took. */
  readonly lives: number
  /** Commits and lines of the first process. */
  readonly commitCount: number
  readonly lineCount: number
  /** How many of the crashes that were asked for were reached. */
  readonly crashes: number
}

const turnsMaxDefault = 500_000
/** Any day will do. */
const epochMs = Date.UTC(2030, 0, 1)
const pausesMs = [0, 1, 50, 5_000, 3_600_000]
const turnOrders: ReadonlyArray<TurnOrder> = ["first", "any", "any", "mostly last"]
const faultyLivesMax = 6

/** Runs the program to its end, undisturbed. Fails when a promise is broken. */
export const runStraight = (
  program: SimulatedProgram,
  options: SimulationOptions
): Effect.Effect<SimulationReport, SimulationFailed> => simulate(program, options, "straight", () => undefined)

/** Crashes the first process at the first edge, the next at the second, and so on; the one after the last runs to the end.
 * Edges that a process never reaches end it all. */
export const runWithCrash = (
  program: SimulatedProgram,
  options: SimulationOptions & { readonly crashes: ReadonlyArray<Edge> }
): Effect.Effect<SimulationReport, SimulationFailed> =>
  simulate(program, options, `crash ${options.crashes.map(printEdge).join(", then ")}`, (life) => {
    const edge = options.crashes[life]
    return edge && crashAt(edge)
  })

/** A few processes to which anything may happen; then the faults stop, and the last one must come to the end. */
export const runWithFaults = (
  program: SimulatedProgram,
  options: SimulationOptions
): Effect.Effect<SimulationReport, SimulationFailed> => {
  const random = seeded(options.seed ^ 0x5bd1e995)
  const faultyLives = 1 + random.below(faultyLivesMax)
  return simulate(program, options, "with faults", (life) => (life < faultyLives ? randomHazards(random) : undefined))
}

/** `hazardsOf`: what befalls the life of that index; undefined: nothing, so that it must come to the end. */
const simulate = (
  program: SimulatedProgram,
  options: SimulationOptions,
  plan: string,
  hazardsOf: (life: number) => Hazards | undefined
): Effect.Effect<SimulationReport, SimulationFailed> =>
  Effect.tryPromise({
    try: () => new Run(program, options, plan).toEnd(hazardsOf),
    catch: (failure) => {
      if (failure instanceof SimulationFailed) return failure
      throw failure
    }
  })

class Run {
  readonly #program: SimulatedProgram
  readonly #options: SimulationOptions
  readonly #plan: string
  readonly #durability: Durability
  readonly #disk = new SimulatedDisk()
  readonly #memory: Memory = new Map()
  readonly #counters: Counters
  readonly #random: Random
  readonly #order: TurnOrder
  #lives = 0
  #nowMs = epochMs
  #mayLack = false
  /** What the store holds at the start of the next life. */
  #before: Picture = emptyPicture

  constructor(program: SimulatedProgram, options: SimulationOptions, plan: string) {
    this.#program = program
    this.#options = options
    this.#durability = options.durability ?? "strict"
    this.#plan = `${plan}, ${this.#durability}`
    this.#counters = options.counters ?? new Counters()
    this.#random = seeded(options.seed)
    this.#order = this.#random.pick(turnOrders)
  }

  async toEnd(hazardsOf: (life: number) => Hazards | undefined): Promise<SimulationReport> {
    let first: Life | undefined
    for (let crashes = 0; ; ) {
      const hazards = hazardsOf(this.#lives)
      const life = await this.#live(hazards ?? noHazards)
      first ??= life
      if (life.crashedAt !== undefined) crashes++
      if (!(await this.#isOver(life))) {
        this.#afterDeath(life)
        continue
      }
      const end = this.#check(life, this.#disk.written)
      this.#checkEnd(end)
      return {
        end,
        plan: this.#plan,
        lives: this.#lives,
        commitCount: first.commitCount,
        lineCount: first.lineCount,
        crashes
      }
    }
  }

  #live(hazards: Hazards): Promise<Life> {
    this.#lives++
    return live({
      program: this.#program,
      disk: this.#disk,
      durability: this.#durability,
      hazards,
      counters: this.#counters,
      memory: this.#memory,
      random: this.#random.fork(),
      order: this.#order,
      startMs: this.#nowMs,
      turnsMax: this.#options.turnsMax ?? turnsMaxDefault
    })
  }

  /** Whether the program has come to its end; false when its process died of something that was meant to happen. */
  async #isOver({ ended, faults }: Life): Promise<boolean> {
    switch (ended.end) {
      case "killed":
        return false
      case "exit":
        if (ended.exit._tag === "Success") return true
        if (faults.size > 0 && isOfStore(ended.exit.cause)) return false
        throw this.#failed([`it failed: ${Cause.pretty(ended.exit.cause)}`])
      case "stuck":
        throw this.#failed(["nothing runs, and it has not ended", ...(await describeTasks(this.#program, this.#disk))])
      case "endless":
        throw this.#failed(["it does not come to an end", ...(await describeTasks(this.#program, this.#disk))])
    }
  }

  /** The process is gone; perhaps the machine lost its power, too. Then what is left is checked. */
  #afterDeath(life: Life): void {
    const written = new Table(this.#disk.written)
    const isCut = this.#random.chance(0.5)
    if (isCut) this.#cutPower()
    else this.#counters.count("death of the process alone")
    const isPromised = !isCut || this.#durability === "strict"
    const after = this.#check(life, isPromised ? this.#disk.written : written)
    this.#mayLack ||= !isPromised
    this.#before = isPromised ? after : this.#checkRecords(this.#disk.written)
    this.#nowMs = life.endMs + this.#random.pick(pausesMs)
  }

  #cutPower(): void {
    const { unsyncedCount } = this.#disk
    const kept = this.#random.pick([0, unsyncedCount, this.#random.below(unsyncedCount + 1)])
    if (unsyncedCount === 0) this.#counters.count("power cut, nothing to lose")
    else if (kept === unsyncedCount) this.#counters.count("power cut, nothing lost")
    else this.#counters.count(kept === 0 ? "power cut, all lost that was not synced" : "power cut, a part lost")
    this.#disk.cutPower(kept)
  }

  /** What the store holds, after checking it against what the life has shown and what was acknowledged to it. */
  #check(life: Life, table: Table): Picture {
    const after = this.#checkRecords(table)
    const problems = [...life.problems, ...auditLines({ before: this.#before, shown: life.shown, after })]
    if (after.commit < life.acknowledged)
      problems.push(`commit ${life.acknowledged} was acknowledged, ${after.commit} is the last in the store`)
    if (problems.length > 0) throw this.#failed(problems)
    return after
  }

  #checkRecords(table: Table): Picture {
    const raw = rawRecords(table, namespaceName)
    if (raw === undefined) return emptyPicture
    const problems = auditRecords(raw)
    if (problems.length > 0) throw this.#failed(problems)
    const picture = pictureOf(raw)
    this.#ask(this.#program.invariant, picture)
    return picture
  }

  #checkEnd(end: Picture): void {
    if (end.unshown.length > 0) throw this.#failed([`lines that nobody has seen: ${JSON.stringify(end.unshown)}`])
    this.#ask(this.#program.atEnd, end)
  }

  #ask(check: SimulatedProgram["invariant"], picture: Picture): void {
    try {
      check?.(picture, { memory: this.#memory, mayLack: this.#mayLack })
    } catch (thrown) {
      throw this.#failed([thrown instanceof Error ? thrown.message : String(thrown)])
    }
  }

  #failed(problems: ReadonlyArray<string>): SimulationFailed {
    const { name } = this.#program
    return new SimulationFailed({
      program: name,
      seed: this.#options.seed,
      plan: this.#plan,
      life: this.#lives,
      problems
    })
  }
}

const isOfStore = (cause: Cause.Cause<unknown>): boolean =>
  !Cause.hasDies(cause) &&
  cause.reasons.every((reason) => reason._tag !== "Fail" || reason.error instanceof StoreUnavailable)
