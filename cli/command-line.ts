/**
 * All commands with their flags: the table that the parser, the help and the completions are made from. What a command
 * does is in `commands/`, and is loaded only when it runs, as loading the compiler and the runtime takes longer than
 * most commands do.
 */

import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

// ─── parts of several commands ───────────────────────────────────────────────────────────────────────────────────

const store = Flag.String("store").pipe(
  Flag.withMetavar("DIR"),
  Flag.withDescription("Folder of the store, or memory: (else SXS_STORE, else .sxs beside the nearest package.json)"),
  Flag.optional,
  Flag.map(Option.getOrUndefined)
)

const toggle = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))

const json = toggle("json", "Output for programs")

const text = (name: string, description: string) => Argument.String(name).pipe(Argument.withDescription(description))

const task = text("TASK", "Its id, the beginning of it, or its number")

const value = text("VALUE", "One value, as it stands quoted in a program: 42, true, a-symbol, '\"a text\"', '(1 2)'")

const optionalArgument = <A>(argument: Argument.Argument<A>) =>
  argument.pipe(Argument.optional, Argument.map(Option.getOrUndefined))

const natural = (name: string, description: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar("N"),
    Flag.withDescription(description),
    Flag.filter(
      (n) => n >= 0,
      (n) => `--${name} must be 0 or more, got ${n}`
    )
  )

const count = (name: string, fallback: number, description: string) =>
  natural(name, description).pipe(Flag.withDefault(fallback))

const maximum = (name: string, description: string) =>
  natural(name, description).pipe(Flag.optional, Flag.map(Option.getOrUndefined))

const running = {
  store,
  fresh: toggle("new", "Start a new run even if one is unfinished"),
  print: toggle("print", "Print the value of the last form"),
  durability: Flag.Literals("durability", ["strict", "relaxed"]).pipe(
    Flag.withDescription("relaxed survives a killed process but not a power cut"),
    Flag.withDefault("strict" as const)
  ),
  args: Argument.String("ARGS").pipe(
    Argument.withDescription("Programs cannot read arguments yet"),
    Argument.variadic()
  )
}

/** Loads what a command does, then does it. */
const lazily = <M, A, E, R>(load: () => Promise<M>, start: (module: M) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Effect.promise(load), start)

// ─── programs ────────────────────────────────────────────────────────────────────────────────────────────────────

const run = Command.make(
  "run",
  {
    file: text("FILE", "The source file"),
    noCheck: toggle("no-check", "Run in spite of type errors; a value of a wrong type is then a fault"),
    ...running
  },
  (options) =>
    lazily(
      () => import("./commands/run.ts"),
      (module) => module.run(options)
    )
).pipe(Command.withDescription("Compiles when needed and ensures the program runs: an unfinished run goes on"))

/** A compiled NAME.js takes the flags of `sxs run`, but for those that are about compiling. */
export const bundleCommand = (path: string, name: string) =>
  Command.make(name, running, (options) =>
    lazily(
      () => import("./commands/run-bundle.ts"),
      (module) => module.runBundle({ path, self: name }, options)
    )
  ).pipe(Command.withDescription("Ensures the compiled program runs: an unfinished run goes on"))

const files = Argument.String("FILE").pipe(Argument.withDescription("Source files"), Argument.variadic({ min: 1 }))

const check = Command.make(
  "check",
  {
    files: Argument.String("FILE").pipe(
      Argument.withDescription("Source files, folders for all .sxs files below, - for the standard input"),
      Argument.variadic({ min: 1 })
    ),
    json,
    sarif: toggle("sarif", "Output for code scanning: a SARIF 2.1.0 log"),
    strict: toggle("strict", "Fail when there is a warning, as --max-warnings 0"),
    warningsMax: maximum("max-warnings", "Fail when there are more warnings than that")
  },
  ({ strict, warningsMax, ...options }) =>
    lazily(
      () => import("./commands/check.ts"),
      (module) => module.check({ ...options, warningsMax: strict ? 0 : warningsMax })
    )
).pipe(Command.withDescription("Shows all diagnostics; runs nothing"))

const fmt = Command.make(
  "fmt",
  {
    files: Argument.String("FILE").pipe(
      Argument.withDescription("Source files, folders for all .sxs files below (default .), - for the standard input"),
      Argument.variadic()
    ),
    check: toggle("check", "List the files that are not in the format, and change nothing")
  },
  (options) =>
    lazily(
      () => import("./commands/fmt.ts"),
      (module) => module.fmt(options)
    )
).pipe(Command.withDescription("Writes sources in the one format"))

const build = Command.make(
  "build",
  {
    files,
    out: Flag.String("out").pipe(
      Flag.withAlias("o"),
      Flag.withMetavar("DIR"),
      Flag.withDescription("Folder for NAME.js, NAME.js.map, NAME.d.ts and NAME.sxs.json")
    )
  },
  (options) =>
    lazily(
      () => import("./commands/build.ts"),
      (module) => module.build(options)
    )
).pipe(Command.withDescription("Compiles ahead of time; `node DIR/NAME.js` then runs the program"))

const testCommand = Command.make(
  "test",
  {
    files: Argument.String("FILE").pipe(
      Argument.withDescription("Source files, folders for all .sxs files below (default .), - for the standard input"),
      Argument.variadic()
    ),
    filter: Flag.String("filter").pipe(
      Flag.withMetavar("TEXT"),
      Flag.withDescription("Only tests with that in their text"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    crash: toggle("crash", "Crash each test also at each of its commits, and resume it"),
    crashAt: maximum("crash-at", "Crash behind that commit only"),
    crashesMax: count("max-crashes", 500, "Crashes of one test at most, spread over its commits (default 500)"),
    seed: maximum("seed", "Let tasks have their turns in the order of that seed"),
    turns: count("turns", 50_000, "Turns after which a test is taken to be endless (default 50000)"),
    json,
    verbose: toggle("verbose", "Show what tests log also when they pass")
  },
  (options) =>
    lazily(
      () => import("./commands/test.ts"),
      (module) => module.test(options)
    )
).pipe(Command.withDescription("Runs the tests in sources under a virtual clock, on a store of its own each"))

// ─── tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────

const resume = Command.make(
  "resume",
  { task: optionalArgument(task), value: optionalArgument(value), store, durability: running.durability },
  (options) =>
    lazily(
      () => import("./commands/resume.ts"),
      (module) => module.resume(options)
    )
).pipe(Command.withDescription("Resumes everything interrupted, or wakes a paused task with VALUE"))

const ps = Command.make(
  "ps",
  {
    all: toggle("all", "Also tasks that have ended"),
    state: Flag.Literals("state", ["initialized", "running", "paused", "waiting", "done", "failed", "cancelled"]).pipe(
      Flag.withDescription("Only tasks in that state"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    limit: count("limit", 50, "Rows at most; 0 shows all (default 50)"),
    json,
    store
  },
  (options) =>
    lazily(
      () => import("./commands/ps.ts"),
      (module) => module.ps(options)
    )
).pipe(Command.withDescription("Lists tasks: where each stands in the source, and what it waits for"))

const inspect = Command.make(
  "inspect",
  { task, raw: toggle("raw", "The task's keys in the store"), json, store },
  (options) =>
    lazily(
      () => import("./commands/inspect.ts"),
      (module) => module.inspect(options)
    )
).pipe(Command.withDescription("Shows a task's frames with their source, arguments and locals"))

const pause = Command.make("pause", { task, store }, (options) =>
  lazily(
    () => import("./commands/pause.ts"),
    (module) => module.pause(options)
  )
).pipe(Command.withDescription("Pauses a task at its next suspension point"))

const cancel = Command.make("cancel", { task, store }, (options) =>
  lazily(
    () => import("./commands/cancel.ts"),
    (module) => module.cancel(options)
  )
).pipe(Command.withDescription("Ends a task, after what its functions have deferred"))

// ─── the store ───────────────────────────────────────────────────────────────────────────────────────────────────

const key = text("KEY", "The key")
const kvCommands = () => import("./commands/kv.ts")

const kv = Command.make("kv").pipe(
  Command.withDescription("Reads and writes the key-value store"),
  Command.withSubcommands([
    Command.make("get", { key, store }, (options) => lazily(kvCommands, (module) => module.get(options))).pipe(
      Command.withDescription("Prints the value")
    ),
    Command.make("set", { key, value, store }, (options) => lazily(kvCommands, (module) => module.set(options))).pipe(
      Command.withDescription("Writes the value")
    ),
    Command.make("del", { key, store }, (options) => lazily(kvCommands, (module) => module.del(options))).pipe(
      Command.withDescription("Deletes the key, if it is there")
    ),
    Command.make("cas", { key, old: text("OLD", "The value that must be there"), value, store }, (options) =>
      lazily(kvCommands, (module) => module.cas(options))
    ).pipe(Command.withDescription("Writes VALUE if the value equals OLD; exits with 1 if not")),
    Command.make("snx", { key, value, store }, (options) => lazily(kvCommands, (module) => module.snx(options))).pipe(
      Command.withDescription("Writes the value if the key is missing; exits with 1 if not")
    ),
    Command.make("incr", { key, by: optionalArgument(text("BY", "An int (default 1)")), store }, (options) =>
      lazily(kvCommands, (module) => module.incr(options))
    ).pipe(Command.withDescription("Adds to the int under the key, from 0 when it is missing, and prints the sum")),
    Command.make(
      "ls",
      {
        prefix: optionalArgument(text("PREFIX", "What the keys begin with")),
        offset: count("offset", 0, "Keys to skip (default 0)"),
        limit: count("limit", 50, "Keys at most; 0 shows all (default 50)"),
        json,
        store
      },
      (options) => lazily(kvCommands, (module) => module.ls(options))
    ).pipe(Command.withDescription("Lists keys and values in byte order"))
  ])
)

// ─── new code ────────────────────────────────────────────────────────────────────────────────────────────────────

const upgrade = Command.make(
  "upgrade",
  {
    file: text("FILE", "The source file as it is now"),
    apply: toggle("apply", "Move the tasks that can go on in the new code, all of them or none"),
    strict: toggle("strict", "Exit with 1 when a task cannot move; with --apply nothing is moved then"),
    noCheck: toggle("no-check", "Compile in spite of type errors"),
    json,
    store
  },
  (options) =>
    lazily(
      () => import("./commands/upgrade.ts"),
      (module) => module.upgrade(options)
    )
).pipe(Command.withDescription("Says which running tasks can go on in changed source, and moves them"))

const clean = Command.make("clean", { store }, (options) =>
  lazily(
    () => import("./commands/clean.ts"),
    (module) => module.clean(options)
  )
).pipe(Command.withDescription("Removes ended tasks whose time is over, and code that nothing needs"))

const doctor = Command.make(
  "doctor",
  {
    acceptLoss: toggle("accept-loss", "Go on with what is there of a store that has lost writes"),
    json,
    store
  },
  (options) =>
    lazily(
      () => import("./commands/doctor.ts"),
      (module) => module.doctor(options)
    )
).pipe(Command.withDescription("Checks Node and the store, and says what to do"))

export const sxsCommand = Command.make("sxs").pipe(
  Command.withDescription("A small Lisp whose programs survive crashes"),
  Command.withSubcommands([
    run,
    check,
    build,
    fmt,
    testCommand,
    resume,
    ps,
    inspect,
    pause,
    cancel,
    kv,
    upgrade,
    clean,
    doctor
  ])
)
