import { dirname, resolve } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { hasErrors } from "../../compiler/diagnostic.ts"
import { hasStore } from "../../runtime/store/identity.ts"
import type { Bundle } from "../../stdlib/abi/bundle.ts"
import { upgrade } from "../commands/upgrade.ts"
import { compileBytes } from "../compile-file.ts"
import { areUnchanged, hashOf } from "../dependencies.ts"
import { showDiagnostics } from "../diagnostics.ts"
import { printCount } from "../duration.ts"
import { attempt, CommandFailed } from "../exit.ts"
import { ImportedFiles } from "../imported-files.ts"
import { Shell, type ShellService } from "../shell.ts"
import { readSourceFile } from "../source-file.ts"
import { locateStore, shellWord } from "../store-location.ts"
import { visible } from "../visible.ts"
import { type Child, startChild } from "./child.ts"
import { type WatchedFiles, watchedFiles } from "./watched-files.ts"

export interface WatchOptions {
  readonly file: string
  readonly store: string | undefined
  readonly noCheck: boolean
  /** For the first start; after a change a run goes on. */
  readonly fresh: boolean
  /** The words of `sxs run` but for --new and --watch. */
  readonly args: ReadonlyArray<string>
}

/** What would be run now. */
interface Version {
  /** Differs when the code differs, or a module that it calls. */
  readonly key: string
}

/**
 * Runs the program in a process of its own, and again whenever a file changes that it is made from: what it has done is written,
 * its tasks are given the new code where they can go on in it, and the rest goes on with the code that it has. What does not
 * compile is shown, and what runs runs on. Ends when it is interrupted.
 */
export const watchProgram = (options: WatchOptions): Effect.Effect<never, CommandFailed, Shell> =>
  Effect.gen(function* () {
    const shell = yield* Shell
    const files = yield* watchedFiles
    const watch = yield* Effect.acquireRelease(
      Effect.sync(() => new Watch(options, shell, files)),
      (each) => each.end
    )
    return yield* watch.run
  }).pipe(Effect.scoped)

class Watch {
  readonly #options: WatchOptions
  readonly #shell: ShellService
  readonly #files: WatchedFiles
  #child: Child | undefined
  /** The key of what runs, or has run. */
  #running: string | undefined
  /** Besides the program's own file. */
  #watched: ReadonlyArray<string> = []

  constructor(options: WatchOptions, shell: ShellService, files: WatchedFiles) {
    this.#options = options
    this.#shell = shell
    this.#files = files
  }

  readonly run: Effect.Effect<never, CommandFailed, Shell | Scope.Scope> = Effect.gen({ self: this }, function* () {
    for (;;) {
      const version = yield* this.#compile()
      if (version !== undefined && version.key !== this.#running) yield* this.#turnTo(version)
      yield* this.#files.changed
    }
  })

  /** When nobody watches any more. */
  readonly end: Effect.Effect<void> = Effect.suspend(() => {
    if (this.#child === undefined) return Effect.void
    const self = `sxs run ${shellWord(this.#options.file)}`
    return Effect.map(this.#child.stop, (wasRunning) => {
      if (wasRunning) this.#shell.err(`sxs: stopped; go on where it stood with: ${visible(self)}\n`)
    })
  })

  /** Compiles what is there, and watches all that this depends on. Shows mistakes. A file that cannot be read is one too, but at first
   * a mistake of the command. */
  #compile(): Effect.Effect<Version | undefined, CommandFailed> {
    const { file } = this.#options
    const path = resolve(this.#shell.cwd, file)
    this.#files.watch([path, ...this.#watched])
    return attempt(() => readSourceFile(file, this.#shell)).pipe(
      Effect.map((bytes) => this.#compileBytes(path, bytes)),
      Effect.catchIf(
        () => this.#running !== undefined,
        ({ message }) => Effect.sync(() => this.#say(message)).pipe(Effect.as(undefined))
      )
    )
  }

  #compileBytes(path: string, bytes: Uint8Array): Version | undefined {
    const { file, noCheck } = this.#options
    const { cwd } = this.#shell
    for (;;) {
      const { bundle, dependencies, findings } = compileBytes(file, bytes, new ImportedFiles(cwd), { noCheck })
      const modules = bundle === undefined ? [] : modulesOf(bundle, path)
      this.#watched = [...dependencies.map((each) => resolve(cwd, each.path)), ...modules]
      this.#files.watch([path, ...this.#watched])
      // One that has changed before it was watched would never be told.
      const found = dependencies.filter(({ hash }) => hash !== "")
      if (!areUnchanged(found, cwd)) continue
      if (bundle !== undefined && !hasErrors(findings.diagnostics)) return { key: keyOf(bundle, modules, this.#shell) }
      showDiagnostics(findings, this.#shell)
      this.#say(this.#running === undefined ? "nothing runs yet; waiting for a change" : "what runs is left as it is")
      return undefined
    }
  }

  #turnTo({ key }: Version) {
    return Effect.gen({ self: this }, function* () {
      const isFirst = this.#running === undefined
      if (this.#child !== undefined) {
        const wasRunning = yield* this.#child.stop
        this.#say(wasRunning ? "changed: the program was stopped where it stood" : "changed")
        yield* this.#moveTasks()
      }
      this.#running = key
      const fresh = isFirst && this.#options.fresh ? ["--new"] : []
      const child = startChild(["run", this.#options.file, ...fresh, ...this.#options.args], this.#shell.cwd)
      this.#child = child
      yield* Effect.forkScoped(Effect.map(child.ended, (code) => this.#hasEnded(child, code)))
    })
  }

  #hasEnded(child: Child, code: number): void {
    // One that was stopped has been replaced already, or will be.
    if (child === this.#child && code !== interruptedCode)
      this.#say(`ended${code === 0 ? "" : ` with ${code}`}; waiting for a change`)
  }

  /** Gives the new code to the tasks that can go on in it, as `sxs upgrade --apply` does. */
  #moveTasks(): Effect.Effect<void, never, Shell> {
    const { file, noCheck, store } = this.#options
    const location = locateStore(store, this.#shell)
    if (location.kind === "memory" || !hasStore(location.directory)) return Effect.void
    let said = ""
    const quiet: ShellService = {
      ...this.#shell,
      out: (text) => {
        said += text
        return undefined
      },
      err: () => {}
    }
    return upgrade({ file, noCheck, store, apply: true, strict: false, json: true }).pipe(
      Effect.provideService(Shell, quiet),
      Effect.match({
        onFailure: ({ message }) => this.#say(`no task was given the new code: ${message}`),
        onSuccess: () => this.#tellMoved(JSON.parse(said) as Verdict)
      })
    )
  }

  #tellMoved({ isApplied, points, tasks: { movable, pinned } }: Verdict): void {
    if (isApplied) this.#say(`${printCount(movable, "task")} moved to the new code`)
    if (pinned === 0) return
    this.#say(`${printCount(pinned, "task")} on the old code until ${pinned === 1 ? "it ends" : "they end"}:`)
    for (const { function: name, old, reason } of points) {
      const at = old === undefined ? "" : ` at ${old.source}:${old.line}`
      if (reason !== undefined) this.#shell.err(`  ${visible(`${name}${at}: ${reason}`)}\n`)
    }
  }

  #say(text: string): void {
    this.#shell.err(`sxs: ${this.#options.file}: ${text}\n`)
  }
}

/** What `sxs upgrade --json` prints. */
interface Verdict {
  readonly isApplied: boolean
  readonly tasks: { readonly movable: number; readonly pinned: number }
  readonly points: ReadonlyArray<{
    readonly function: string
    readonly reason?: string
    readonly old?: { readonly source: string; readonly line: number }
  }>
}

const interruptedCode = 130

/** The files of the modules that the program calls. What they import in turn, and packages, are not watched. */
const modulesOf = ({ manifest }: Bundle, path: string): ReadonlyArray<string> => {
  const files = manifest.externs.map(({ module }) => module).filter((module) => /^\.\.?\//.test(module))
  return [...new Set(files)].map((module) => resolve(dirname(path), module))
}

const keyOf = ({ hash }: Bundle, modules: ReadonlyArray<string>, shell: ShellService): string =>
  [hash, ...modules.map((each) => contentOf(each, shell))].join(" ")

const contentOf = (path: string, shell: ShellService): string => {
  try {
    return hashOf(readSourceFile(path, shell))
  } catch (error) {
    if (error instanceof CommandFailed) return "missing"
    throw error
  }
}
