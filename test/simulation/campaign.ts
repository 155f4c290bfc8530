import * as Effect from "effect/Effect"
import {
  Counters,
  type Edge,
  edgesOf,
  type Picture,
  parseEdge,
  type Random,
  runStraight,
  runWithCrash,
  runWithFaults,
  SimulationFailed,
  type SimulationReport,
  seeded
} from "../../runtime/testing/index.ts"
import { print } from "../../runtime/value/print.ts"
import type { Case } from "./cases.ts"

/** What is run; the same for the same options. */
export interface CampaignOptions {
  readonly cases: ReadonlyArray<Case>
  readonly seed: number
  /** Edges of each program and level at which it is crashed, spread over all; `Infinity`: all of them. */
  readonly edgesMax: number
  /** Runs with faults of each program. */
  readonly faultyRuns: number
  /** Ends with so many failures; `Infinity` when left out. */
  readonly failuresMax?: number
}

export interface CampaignReport {
  readonly runs: number
  readonly counters: Counters
  readonly failures: ReadonlyArray<SimulationFailed>
}

interface RunOptions {
  readonly seed: number
  readonly durability: "strict" | "relaxed"
}

const levels = ["strict", "relaxed"] as const

/** Crashes each program at its edges, and then lets faults come over it. */
export const campaign = async (options: CampaignOptions): Promise<CampaignReport> => {
  const work = new Campaign(options)
  for (const each of options.cases) {
    for (const durability of levels) await work.crashEverywhere(each, durability)
    await work.faultEverywhere(each)
  }
  return work.report
}

/** One run alone, by the plan that its failure has told, such as `crash before a sync 3, strict`. */
export const rerun = async (each: Case, seed: number, plan: string): Promise<CampaignReport> => {
  const work = new Campaign({ cases: [each], seed, edgesMax: 0, faultyRuns: 0 })
  const [, what, durability] = /^(.+), (strict|relaxed)$/.exec(plan) ?? []
  if (what === undefined) throw new Error(`no plan of a run: ${plan}`)
  const options = { seed, durability: durability as RunOptions["durability"] }
  await work.straight(each, { seed: 1, durability: "strict" })
  if (what === "straight") await work.straight(each, options)
  else if (what === "with faults") await work.faults(each, options)
  else await work.crash(each, { ...options, crashes: crashesOf(what) })
  return work.report
}

const crashesOf = (text: string): ReadonlyArray<Edge> =>
  text
    .replace(/^crash /, "")
    .split(", then ")
    .map((edge) => parseEdge(edge) ?? fail(`no edge: ${edge}`))

const fail = (message: string): never => {
  throw new Error(message)
}

/** How a failed run is run again. */
export const rerunLine = ({ plan, program, seed }: SimulationFailed): string =>
  `SXS_PROGRAM=${program} SXS_SEED=${seed} SXS_PLAN="${plan}" npm run test:simulation`

class Campaign {
  readonly #options: CampaignOptions
  readonly #counters = new Counters()
  readonly #failures: Array<SimulationFailed> = []
  /** How each program ended that always ends alike. */
  readonly #endings = new Map<string, string>()
  #runs = 0

  constructor(options: CampaignOptions) {
    this.#options = options
  }

  get report(): CampaignReport {
    return { runs: this.#runs, counters: this.#counters, failures: this.#failures }
  }

  /** At the edges of an undisturbed run, half of the time at some edge of the process that goes on, too. */
  async crashEverywhere(each: Case, durability: RunOptions["durability"]): Promise<void> {
    const { edgesMax, seed } = this.#options
    const straight = await this.straight(each, { seed, durability })
    if (straight === undefined) return
    const edges = edgesOf(straight)
    const random = seeded(seed)
    for (const edge of spread(edges, edgesMax, random.below(edges.length))) {
      const crashes = random.chance(0.5) ? [edge] : [edge, laterEdge(edges, random)]
      await this.crash(each, { seed, durability, crashes })
    }
  }

  async faultEverywhere(each: Case): Promise<void> {
    for (let run = 0; run < this.#options.faultyRuns; run++)
      await this.faults(each, { seed: this.#options.seed + run, durability: levels[run % levels.length]! })
  }

  straight(each: Case, options: RunOptions): Promise<SimulationReport | undefined> {
    return this.#run(each, options, runStraight(each.program, this.#counted(options)))
  }

  async crash(each: Case, options: RunOptions & { readonly crashes: ReadonlyArray<Edge> }): Promise<void> {
    const report = await this.#run(each, options, runWithCrash(each.program, this.#counted(options)))
    if (report?.crashes === 0)
      this.#fail(each, options, report, "the edge was never reached, as in no run of this seed")
  }

  async faults(each: Case, options: RunOptions): Promise<void> {
    await this.#run(each, options, runWithFaults(each.program, this.#counted(options)))
  }

  #counted<A extends RunOptions>(options: A): A & { readonly counters: Counters } {
    return { ...options, counters: this.#counters }
  }

  /** Undefined when it has failed, or when enough others have. */
  async #run(
    each: Case,
    options: RunOptions,
    run: Effect.Effect<SimulationReport, SimulationFailed>
  ): Promise<SimulationReport | undefined> {
    if (this.#failures.length >= (this.#options.failuresMax ?? Number.POSITIVE_INFINITY)) return undefined
    this.#runs++
    const report = await Effect.runPromise(Effect.catch(run, (failed) => Effect.sync(() => this.#note(failed))))
    if (report !== undefined && each.endsAlike) this.#compare(each, options, report)
    return report
  }

  #compare(each: Case, options: RunOptions, report: SimulationReport): void {
    const { name } = each.program
    const ending = endingOf(report.end)
    const expected = this.#endings.get(name) ?? ending
    this.#endings.set(name, expected)
    if (ending !== expected) this.#fail(each, options, report, `it ended so:\n${ending}\nand undisturbed:\n${expected}`)
  }

  #fail({ program }: Case, { seed }: RunOptions, { lives, plan }: SimulationReport, problem: string): void {
    this.#note(new SimulationFailed({ program: program.name, seed, plan, life: lives, problems: [problem] }))
  }

  #note(failed: SimulationFailed): undefined {
    this.#failures.push(failed)
  }
}

/** At most `max` of the edges, evenly spread from `offset` on. */
const spread = (edges: ReadonlyArray<Edge>, max: number, offset: number): ReadonlyArray<Edge> => {
  if (edges.length <= max) return edges
  const at = (index: number) => edges[(offset + Math.floor((index * edges.length) / max)) % edges.length]!
  return Array.from({ length: max }, (_, index) => at(index))
}

/** Mostly an early one, so that a process dies in its recovery. */
const laterEdge = (edges: ReadonlyArray<Edge>, random: Random): Edge => {
  const edge = random.pick(edges)
  return { ...edge, index: random.chance(0.7) ? random.below(2) : edge.index }
}

/** What a run leaves, without what depends on the order of turns: the numbers of tasks. */
const endingOf = ({ kv, tasks }: Picture): string => {
  const keys = [...kv].map(([key, value]) => `${key} = ${print(value)}`)
  const ends = [...tasks.values()].map(({ fault, id, lines, result, state }) => {
    const end = result === undefined ? (fault ?? "") : print(result)
    return `${id.replace(/-\d+$/, "")} ${state} ${end} ${JSON.stringify(lines)}`
  })
  return [...keys, ...ends.toSorted()].join("\n")
}
