/**
 * All commands with their flags: the table that the parser, the help and the completions are made from. What a command
 * does is in `commands/`, and is loaded only when it runs, as loading the compiler and the runtime takes longer than
 * most commands do.
 */

import * as Effect from "effect/Effect"
import {
  type Command,
  choice,
  choiceFlag,
  command,
  group,
  int,
  many,
  natural,
  optional,
  text,
  textFlag,
  toggle,
  withAlias,
  withDefault
} from "./words.ts"

// ─── parts of several commands ───────────────────────────────────────────────────────────────────────────────────

const store = optional(
  textFlag(
    "store",
    "DIR",
    "Folder of the store, or memory: (else SXS_STORE, else .sxs beside the nearest package.json)"
  )
)

const json = toggle("json", "Output for programs")

const task = text("TASK", "Its id, the beginning of it, or its number")

const value = text("VALUE", "One value, as it stands quoted in a program: 42, true, a-symbol, '\"a text\"', '(1 2)'")

const count = (name: string, fallback: number, description: string) => withDefault(natural(name, description), fallback)

const maximum = (name: string, description: string) => optional(natural(name, description))

const running = {
  store,
  fresh: toggle("new", "Start a new run even if one is unfinished"),
  print: toggle("print", "Print the value of the last form"),
  fail: toggle("fail", "Exit with 1 when any task has failed meanwhile, not only the main one"),
  durability: withDefault(
    choiceFlag("durability", ["strict", "relaxed"], "relaxed survives a killed process but not a power cut"),
    "strict"
  ),
  cpuProfile: optional(
    textFlag(
      "cpu-profile",
      "FILE",
      "Write a CPU profile by source line; --cpu-profile alone names it after the program"
    )
  ),
  args: many(text("ARGS", "Programs cannot read arguments yet"))
}

/** Loads what a command does, then does it. */
const lazily = <M, A, E, R>(load: () => Promise<M>, start: (module: M) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Effect.promise(load), start)

// ─── programs ────────────────────────────────────────────────────────────────────────────────────────────────────

const run = command(
  "run",
  "Compiles when needed and ensures the program runs: an unfinished run goes on",
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
)

/** `--cpu-profile` may stand alone, without `=FILE`: then it is taken for one with an empty value, as the parser knows no flag whose
 * value may be missing. */
export const withValues = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  return args.map((arg, at) => (arg === "--cpu-profile" && (end < 0 || at < end) ? `${arg}=` : arg))
}

/** A compiled NAME.js takes the flags of `sxs run`, but for those that are about compiling. */
export const bundleCommand = (path: string, name: string) =>
  command(name, "Ensures the compiled program runs: an unfinished run goes on", running, (options) =>
    lazily(
      () => import("./commands/run-bundle.ts"),
      (module) => module.runBundle({ path, self: name }, options)
    )
  )

const files = many(text("FILE", "Source files"), 1)

const check = command(
  "check",
  "Shows all diagnostics; runs nothing",
  {
    files: many(text("FILE", "Source files, folders for all .sxs files below, - for the standard input"), 1),
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
)

const fmt = command(
  "fmt",
  "Writes sources in the one format",
  {
    files: many(text("FILE", "Source files, folders for all .sxs files below (default .), - for the standard input")),
    check: toggle("check", "List the files that are not in the format, and change nothing"),
    json
  },
  (options) =>
    lazily(
      () => import("./commands/fmt.ts"),
      (module) => module.fmt(options)
    )
)

const build = command(
  "build",
  "Compiles ahead of time; `node DIR/NAME.js` then runs the program",
  {
    files,
    out: withAlias(textFlag("out", "DIR", "Folder for NAME.js, NAME.js.map, NAME.d.ts and NAME.sxs.json"), "o")
  },
  (options) =>
    lazily(
      () => import("./commands/build.ts"),
      (module) => module.build(options)
    )
)

const testCommand = command(
  "test",
  "Runs the tests in sources under a virtual clock, on a store of its own each",
  {
    files: many(text("FILE", "Source files, folders for all .sxs files below (default .), - for the standard input")),
    filter: optional(textFlag("filter", "TEXT", "Only tests with that in their text")),
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
)

const newCommand = command(
  "new",
  "Makes a project: a program, a test, a TypeScript function, package.json",
  {
    name: text("NAME", "The folder to make; its last part is the name of the project"),
    sxs: optional(
      textFlag("sxs", "SPEC", "What npm shall install as sxs: a version, a path, file:… (default: this sxs)")
    )
  },
  (options) =>
    lazily(
      () => import("./commands/new.ts"),
      (module) => module.newProject(options)
    )
)

const explain = command(
  "explain",
  "Shows what the compiler knows of a program: its bus, or one of its functions",
  {
    file: text("FILE", "The source file, - for the standard input"),
    function: optional(text("FUNCTION", "Shows how it runs, and what is kept where it can wait")),
    bus: toggle("bus", "Show who publishes and who listens, by channel and topic"),
    mermaid: toggle("mermaid", "The bus as a flowchart in the language of Mermaid"),
    json
  },
  (options) =>
    lazily(
      () => import("./commands/explain.ts"),
      (module) => module.explain(options)
    )
)

// ─── tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────

const resume = command(
  "resume",
  "Resumes everything interrupted, or wakes a paused task with VALUE",
  { task: optional(task), value: optional(value), store, durability: running.durability },
  (options) =>
    lazily(
      () => import("./commands/resume.ts"),
      (module) => module.resume(options)
    )
)

const ps = command(
  "ps",
  "Lists tasks: where each stands in the source, and what it waits for",
  {
    all: toggle("all", "Also tasks that have ended"),
    state: optional(
      choiceFlag(
        "state",
        ["initialized", "running", "paused", "waiting", "done", "failed", "cancelled"],
        "Only tasks in that state"
      )
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
)

const inspect = command(
  "inspect",
  "Shows a task's frames with their source, arguments and locals",
  { task, raw: toggle("raw", "The task's keys in the store"), json, store },
  (options) =>
    lazily(
      () => import("./commands/inspect.ts"),
      (module) => module.inspect(options)
    )
)

const logs = command(
  "logs",
  "Prints what a task has logged, with times",
  {
    task,
    follow: withAlias(toggle("follow", "Also what is still to come, until the task has ended"), "f"),
    lines: withAlias(maximum("lines", "Only the last N lines of those that are there"), "n"),
    since: optional(textFlag("since", "DURATION", "Only lines that are no older: 30s, 90min, 12h, 7d")),
    json,
    store
  },
  (options) =>
    lazily(
      () => import("./commands/logs.ts"),
      (module) => module.logs(options)
    )
)

const pause = command("pause", "Pauses a task at its next suspension point", { task, store }, (options) =>
  lazily(
    () => import("./commands/pause.ts"),
    (module) => module.pause(options)
  )
)

const cancel = command("cancel", "Ends a task, after what its functions have deferred", { task, store }, (options) =>
  lazily(
    () => import("./commands/cancel.ts"),
    (module) => module.cancel(options)
  )
)

// ─── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

const channel = text("CHANNEL", "A, B, C, D, E or F; EXEC can be listened to")
const topic = int("TOPIC", "An int from 0 to 65535")
const subscription = optional(textFlag("subscription", "ID", "Only those of that subscription"))

const pub = command(
  "pub",
  "Publishes an event; it is on the disk when the command ends",
  { channel, topic, data: text("DATA", "One value, as it stands quoted in a program; - reads it from stdin"), store },
  (options) =>
    lazily(
      () => import("./commands/pub.ts"),
      (module) => module.pub(options)
    )
)

const sub = command(
  "sub",
  "Shows events as they are published, until Ctrl-C",
  {
    channel,
    topic: optional(topic),
    count: withAlias(maximum("count", "End after N events"), "n"),
    json,
    store
  },
  (options) =>
    lazily(
      () => import("./commands/sub.ts"),
      (module) => module.sub(options)
    )
)

const subs = command(
  "subs",
  "Lists subscriptions: who handles which events, and how many wait",
  { limit: count("limit", 50, "Rows at most; 0 shows all (default 50)"), json, store },
  (options) =>
    lazily(
      () => import("./commands/subs.ts"),
      (module) => module.subs(options)
    )
)

const deadCommands = () => import("./commands/dead.ts")
const deadList = { subscription, limit: count("limit", 50, "Rows at most; 0 shows all (default 50)"), json, store }
const deadChoice = {
  id: optional(text("ID", "The dead letter")),
  subscription,
  all: toggle("all", "All dead letters of the store"),
  store
}

const dead = command(
  "dead",
  "Dead letters: events whose handlers have failed too often",
  deadList,
  (options) => lazily(deadCommands, (module) => module.list(options)),
  [
    command("ls", "Lists them with what they failed with", deadList, (options) =>
      lazily(deadCommands, (module) => module.list(options))
    ),
    command("retry", "Has them handled again, with as many attempts as the first time", deadChoice, (choice) =>
      lazily(deadCommands, (module) => module.retry(choice))
    ),
    command("drop", "Gives them up", deadChoice, (choice) => lazily(deadCommands, (module) => module.drop(choice)))
  ]
)

// ─── the store ───────────────────────────────────────────────────────────────────────────────────────────────────

const key = text("KEY", "The key")
const kvCommands = () => import("./commands/kv.ts")

const kv = group("kv", "Reads and writes the key-value store", [
  command("get", "Prints the value", { key, json, store }, (options) =>
    lazily(kvCommands, (module) => module.get(options))
  ),
  command("set", "Writes the value", { key, value, store }, (options) =>
    lazily(kvCommands, (module) => module.set(options))
  ),
  command("del", "Deletes the key, if it is there", { key, store }, (options) =>
    lazily(kvCommands, (module) => module.del(options))
  ),
  command(
    "cas",
    "Writes VALUE if the value equals OLD; exits with 1 if not",
    { key, old: text("OLD", "The value that must be there"), value, store },
    (options) => lazily(kvCommands, (module) => module.cas(options))
  ),
  command("snx", "Writes the value if the key is missing; exits with 1 if not", { key, value, store }, (options) =>
    lazily(kvCommands, (module) => module.snx(options))
  ),
  command(
    "incr",
    "Adds to the int under the key, from 0 when it is missing, and prints the sum",
    { key, by: optional(text("BY", "An int (default 1)")), store },
    (options) => lazily(kvCommands, (module) => module.incr(options))
  ),
  command(
    "ls",
    "Lists keys and values in byte order",
    {
      prefix: optional(text("PREFIX", "What the keys begin with")),
      offset: count("offset", 0, "Keys to skip (default 0)"),
      limit: count("limit", 50, "Keys at most; 0 shows all (default 50)"),
      json,
      store
    },
    (options) => lazily(kvCommands, (module) => module.ls(options))
  )
])

// ─── new code ────────────────────────────────────────────────────────────────────────────────────────────────────

const upgrade = command(
  "upgrade",
  "Says which running tasks can go on in changed source, and moves them",
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
)

const clean = command(
  "clean",
  "Removes ended tasks whose time is over, and code that nothing needs",
  { store },
  (options) =>
    lazily(
      () => import("./commands/clean.ts"),
      (module) => module.clean(options)
    )
)

const doctor = command(
  "doctor",
  "Checks Node and the store, and says what to do",
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
)

const repl = command(
  "repl",
  "Runs what is typed: expressions and definitions, each in a task of its own",
  {
    store: optional(textFlag("store", "DIR", "Folder of the store (default memory:)")),
    durability: running.durability
  },
  (options) =>
    lazily(
      () => import("./commands/repl.ts"),
      (module) => module.repl(options)
    )
)

const completions = command(
  "completions",
  "Prints the script that completes commands, flags and files in a shell",
  {
    shell: choice("SHELL", ["bash", "zsh", "fish"], "The shell to complete in")
  },
  (options) =>
    lazily(
      () => import("./commands/completions.ts"),
      (module) => module.completions(options, allCommands())
    )
)

/** Has a type of its own, as the completions are part of what they are made from. */
const allCommands = (): Command => sxsCommand

export const sxsCommand = group("sxs", "A small Lisp whose programs survive crashes", [
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
