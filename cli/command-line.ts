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
  fail: toggle("fail", "Exit with 1 when any task has failed meanwhile, not only the main one"),
  durability: Flag.Literals("durability", ["strict", "relaxed"]).pipe(
    Flag.withDescription("relaxed survives a killed process but not a power cut"),
    Flag.withDefault("strict" as const)
  ),
  cpuProfile: Flag.String("cpu-profile").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Write a CPU profile by source line; --cpu-profile alone names it after the program"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
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
    watch: toggle(
      "watch",
      "Run it again whenever one of its files changes; tasks get the new code where they can go on in it"
    ),
    ...running
  },
  (options) =>
    lazily(
      () => import("./commands/run.ts"),
      (module) => module.run(options)
    )
).pipe(Command.withDescription("Compiles when needed and ensures the program runs: an unfinished run goes on"))

/** `--cpu-profile` may stand alone, without `=FILE`: then it is taken for one with an empty value, as the parser knows no flag whose
 * value may be missing. */
export const withValues = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  return args.map((arg, at) => (arg === "--cpu-profile" && (end < 0 || at < end) ? `${arg}=` : arg))
}

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
    check: toggle("check", "List the files that are not in the format, and change nothing"),
    json
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

const newCommand = Command.make(
  "new",
  {
    name: text("NAME", "The folder to make; its last part is the name of the project"),
    sxs: Flag.String("sxs").pipe(
      Flag.withMetavar("SPEC"),
      Flag.withDescription("What npm shall install as sxs: a version, a path, file:… (default: this sxs)"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    )
  },
  (options) =>
    lazily(
      () => import("./commands/new.ts"),
      (module) => module.newProject(options)
    )
).pipe(Command.withDescription("Makes a project: a program, a test, a TypeScript function, package.json"))

const explain = Command.make(
  "explain",
  {
    file: text("FILE", "The source file, - for the standard input"),
    function: optionalArgument(text("FUNCTION", "Shows how it runs, and what is kept where it can wait")),
    bus: toggle("bus", "Show who publishes and who listens, by channel and topic"),
    mermaid: toggle("mermaid", "The bus as a flowchart in the language of Mermaid"),
    json
  },
  (options) =>
    lazily(
      () => import("./commands/explain.ts"),
      (module) => module.explain(options)
    )
).pipe(Command.withDescription("Shows what the compiler knows of a program: its bus, or one of its functions"))

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

const logs = Command.make(
  "logs",
  {
    task,
    follow: toggle("follow", "Also what is still to come, until the task has ended").pipe(Flag.withAlias("f")),
    lines: maximum("lines", "Only the last N lines of those that are there").pipe(Flag.withAlias("n")),
    since: Flag.String("since").pipe(
      Flag.withMetavar("DURATION"),
      Flag.withDescription("Only lines that are no older: 30s, 90min, 12h, 7d"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    json,
    store
  },
  (options) =>
    lazily(
      () => import("./commands/logs.ts"),
      (module) => module.logs(options)
    )
).pipe(Command.withDescription("Prints what a task has logged, with times"))

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

// ─── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

const channel = text("CHANNEL", "A, B, C, D, E or F; EXEC can be listened to")
const topic = Argument.Int("TOPIC").pipe(Argument.withDescription("An int from 0 to 65535"))
const subscription = Flag.String("subscription").pipe(
  Flag.withMetavar("ID"),
  Flag.withDescription("Only those of that subscription"),
  Flag.optional,
  Flag.map(Option.getOrUndefined)
)

const pub = Command.make(
  "pub",
  { channel, topic, data: text("DATA", "One value, as it stands quoted in a program; - reads it from stdin"), store },
  (options) =>
    lazily(
      () => import("./commands/pub.ts"),
      (module) => module.pub(options)
    )
).pipe(Command.withDescription("Publishes an event; it is on the disk when the command ends"))

const sub = Command.make(
  "sub",
  {
    channel,
    topic: optionalArgument(topic),
    count: maximum("count", "End after N events").pipe(Flag.withAlias("n")),
    json,
    store
  },
  (options) =>
    lazily(
      () => import("./commands/sub.ts"),
      (module) => module.sub(options)
    )
).pipe(Command.withDescription("Shows events as they are published, until Ctrl-C"))

const subs = Command.make(
  "subs",
  { limit: count("limit", 50, "Rows at most; 0 shows all (default 50)"), json, store },
  (options) =>
    lazily(
      () => import("./commands/subs.ts"),
      (module) => module.subs(options)
    )
).pipe(Command.withDescription("Lists subscriptions: who handles which events, and how many wait"))

const deadCommands = () => import("./commands/dead.ts")
const deadList = { subscription, limit: count("limit", 50, "Rows at most; 0 shows all (default 50)"), json, store }
const deadChoice = {
  id: optionalArgument(text("ID", "The dead letter")),
  subscription,
  all: toggle("all", "All dead letters of the store"),
  store
}

const dead = Command.make("dead", deadList, (options) => lazily(deadCommands, (module) => module.list(options))).pipe(
  Command.withDescription("Dead letters: events whose handlers have failed too often"),
  Command.withSubcommands([
    Command.make("ls", deadList, (options) => lazily(deadCommands, (module) => module.list(options))).pipe(
      Command.withDescription("Lists them with what they failed with")
    ),
    Command.make("retry", deadChoice, (choice) => lazily(deadCommands, (module) => module.retry(choice))).pipe(
      Command.withDescription("Has them handled again, with as many attempts as the first time")
    ),
    Command.make("drop", deadChoice, (choice) => lazily(deadCommands, (module) => module.drop(choice))).pipe(
      Command.withDescription("Gives them up")
    )
  ])
)

// ─── the store ───────────────────────────────────────────────────────────────────────────────────────────────────

const key = text("KEY", "The key")
const kvCommands = () => import("./commands/kv.ts")

const kv = Command.make("kv").pipe(
  Command.withDescription("Reads and writes the key-value store"),
  Command.withSubcommands([
    Command.make("get", { key, json, store }, (options) => lazily(kvCommands, (module) => module.get(options))).pipe(
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

const repl = Command.make(
  "repl",
  {
    store: Flag.String("store").pipe(
      Flag.withMetavar("DIR"),
      Flag.withDescription("Folder of the store (default memory:)"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    durability: running.durability
  },
  (options) =>
    lazily(
      () => import("./commands/repl.ts"),
      (module) => module.repl(options)
    )
).pipe(Command.withDescription("Runs what is typed: expressions and definitions, each in a task of its own"))

const completions = Command.make(
  "completions",
  {
    shell: Argument.Literals("SHELL", ["bash", "zsh", "fish"]).pipe(
      Argument.withDescription("The shell to complete in")
    )
  },
  (options) =>
    lazily(
      () => import("./commands/completions.ts"),
      (module) => module.completions(options, allCommands())
    )
).pipe(Command.withDescription("Prints the script that completes commands, flags and files in a shell"))

/** Has a type of its own, as the completions are part of what they are made from. */
const allCommands = (): Command.Command.Any => sxsCommand

export const sxsCommand = Command.make("sxs").pipe(
  Command.withDescription("A small Lisp whose programs survive crashes"),
  Command.withSubcommands([
    run,
    check,
    build,
    fmt,
    testCommand,
    explain,
    resume,
    ps,
    inspect,
    logs,
    pause,
    cancel,
    pub,
    sub,
    subs,
    dead,
    kv,
    upgrade,
    clean,
    doctor,
    newCommand,
    repl,
    completions
  ])
)
