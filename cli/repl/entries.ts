import * as Effect from "effect/Effect"
import { type Inspection, print, type TaskView, type Value } from "../../runtime/index.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { compileBytes } from "../compile-file.ts"
import { showDiagnostics } from "../diagnostics.ts"
import { renderFault, textsOf } from "../fault.ts"
import { ImportedFiles } from "../imported-files.ts"
import { atPlace } from "../place.ts"
import type { OwnSession, RuntimeError } from "../session.ts"
import { visible } from "../visible.ts"
import { type Composition, Definitions, entryFunction } from "./definitions.ts"
import type { Entry } from "./entry.ts"
import type { Terminal } from "./terminal.ts"
import { TypedTexts } from "./typed-texts.ts"

/** Compiles entries, runs each in a task of its own, and keeps what they define. */
export class Entries {
  readonly definitions = new Definitions()
  readonly texts = new TypedTexts()
  readonly #session: OwnSession
  readonly #terminal: Terminal
  /** Entries whose tasks have not ended. */
  readonly #left = new Map<string, Composition>()
  #count = 0
  #latest: string | undefined

  constructor(session: OwnSession, terminal: Terminal) {
    this.#session = session
    this.#terminal = terminal
  }

  /** The task of the entry that ran last. */
  get latest(): string | undefined {
    return this.#latest
  }

  /** Whether the task is that of an entry that has not ended: its fault is shown where it is waited for. */
  isEntry(task: string): boolean {
    return this.#left.has(task)
  }

  /** Runs what was typed and shows its value, or what is wrong. Yields whether it went well. */
  readonly run = (entry: Entry): Effect.Effect<boolean, RuntimeError> =>
    Effect.suspend(() => {
      const composition = this.definitions.compose(entry, `${entryFunction}-${++this.#count}`)
      const bundle = this.#compile(composition)
      if (bundle === undefined) return Effect.succeed(false)
      if (composition.isRun) return this.#start(composition, bundle)
      this.definitions.accept(composition, null)
      return Effect.succeed(true)
    })

  #compile({ source, text }: Composition): Bundle | undefined {
    const { shell } = this.#session
    this.texts.add(text)
    const { bundle, findings } = compileBytes(text.name, Buffer.from(text.text), new ImportedFiles(shell.cwd))
    showDiagnostics(this.texts.findings(findings, source.name), shell)
    return bundle
  }

  #start(composition: Composition, bundle: Bundle): Effect.Effect<boolean, RuntimeError> {
    const { namespace, shell } = this.#session
    const call = namespace.call({ bundle: bundle.hash, name: entryFunction, args: composition.args })
    return Effect.flatMap(Effect.andThen(namespace.install(bundle, shell.cwd), call), ({ task }) => {
      this.#latest = task
      this.#left.set(task, composition)
      return this.follow(task)
    })
  }

  /** Waits until the task has ended, or until nothing can run any more, and shows what has become of it. Ctrl-C cancels it; a
   * second one stops waiting for what it has deferred. */
  readonly follow = (task: string): Effect.Effect<boolean, RuntimeError> => {
    const { namespace } = this.#session
    const { interrupted } = this.#terminal
    const rest = Effect.raceFirst(Effect.asVoid(namespace.ended(task)), namespace.idle)
    const cancel = Effect.catchTag(namespace.cancel(task), "TaskEnded", () => Effect.void)
    return Effect.raceFirst(Effect.as(rest, false), Effect.as(interrupted, true)).pipe(
      Effect.flatMap((isInterrupted) =>
        isInterrupted ? Effect.andThen(cancel, Effect.raceFirst(rest, interrupted)) : Effect.void
      ),
      Effect.andThen(namespace.result(task)),
      Effect.map((inspection) => this.#show(inspection))
    )
  }

  #show(untold: Inspection): boolean {
    const { shell } = this.#session
    const inspection = this.texts.inspection(untold)
    const { error, result = null, task } = inspection
    const composition = this.#left.get(task.id)
    if (error !== undefined || task.state === "done" || task.state === "cancelled") this.#left.delete(task.id)
    if (error !== undefined) {
      shell.err(renderFault(error, textsOf(inspection), { colour: shell.colour.err }))
    } else if (task.state === "done") this.#showValue(composition, result)
    else if (task.state === "cancelled") shell.err(`${task.id} was cancelled\n`)
    else shell.err(this.#unfinished(task))
    return error === undefined && task.state !== "cancelled"
  }

  #showValue(composition: Composition | undefined, result: Value): void {
    const value = composition === undefined ? result : this.definitions.accept(composition, result)
    if (value !== null) this.#session.shell.out(`${print(value)}\n`)
  }

  #unfinished(task: TaskView): string {
    const at = atPlace(task)
    if (task.state === "paused") return `${task.id} is paused${at}. Wake it: :resume ${task.id} [VALUE]\n`
    return `${task.id} goes on${at}${task.waitsFor === undefined ? "" : `: it waits for ${visible(task.waitsFor)}`}\n`
  }
}
