import type * as Effect from "effect/Effect"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import type { ExternModule } from "../bundle/extern-import.ts"
import type { Namespace, NamespaceOptions } from "../namespace.ts"
import type { Picture } from "./picture.ts"
import type { Random } from "./random.ts"

/** What the world outside remembers, such as what was acknowledged to it; it outlives every crash of a run. */
export type Memory = Map<string, number>

/** A program, what happens to it from outside, and what must always be true of it. */
export interface SimulatedProgram {
  readonly name: string
  /** Compiled once; it is installed and started when the store holds no task, else what is unfinished goes on. */
  readonly bundle: Bundle
  readonly options: Omit<NamespaceOptions, "name" | "durability" | "output">
  /** The functions of JavaScript modules that the program calls: what they do is done in the world outside. */
  readonly externs?: (outside: Omit<Outside, "namespace">) => ExternModule
  /** Runs beside the program in each life, as a caller from outside would. */
  readonly client?: (outside: Outside) => Effect.Effect<void, unknown>
  /** Called when nothing can run any more. True: it did something about that, such as resuming a paused task. */
  readonly whenIdle?: (outside: Outside) => Effect.Effect<boolean, unknown>
  /** Throws when something is not as it must be after any commit. Called after each crash and at the end. */
  readonly invariant?: (picture: Picture, facts: RunFacts) => void
  /** Throws when the end of the run is not as it must be. */
  readonly atEnd?: (picture: Picture, facts: RunFacts) => void
}

export interface Outside {
  readonly namespace: Namespace
  readonly memory: Memory
  readonly random: Random
}

export interface RunFacts {
  readonly memory: Memory
  /** A power cut may have taken what was acknowledged at the level `relaxed`: only what is in the store itself is certain. */
  readonly mayLack: boolean
}
