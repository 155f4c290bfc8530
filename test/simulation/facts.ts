import * as Effect from "effect/Effect"
import {
  type BusOptions,
  ErrorValue,
  List,
  type Namespace,
  StoreUnavailable,
  type TaskView,
  type Value
} from "../../runtime/index.ts"
import type { Outside, Picture, RunFacts, SimulatedProgram } from "../../runtime/testing/index.ts"

/** What happens to a program from outside, and what must always be true of what it leaves in the store. */
export interface Facts extends Pick<SimulatedProgram, "client" | "externs" | "whenIdle" | "invariant" | "atEnd"> {
  /** True when left out; see `Case`. */
  readonly endsAlike?: boolean
  readonly fuelPerSlice?: number
  readonly bus?: Partial<BusOptions>
}

/** What a function of a module gets behind its arguments. */
interface Call {
  readonly attempt: number
  readonly idempotencyKey: string
  readonly signal: AbortSignal
}

const must = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what)
}

const numberAt = ({ kv }: Picture, key: string): number => {
  const value = kv.get(key) ?? 0
  must(typeof value === "number", `${key} is a number`)
  return value as number
}

const sumOf = (picture: Picture, keys: ReadonlyArray<string>): number =>
  keys.reduce((sum, key) => sum + numberAt(picture, key), 0)

const keysUnder = ({ kv }: Picture, prefix: string): ReadonlyArray<string> =>
  [...kv.keys()].filter((key) => key.startsWith(prefix))

const equals = (picture: Picture, expected: Readonly<Record<string, number>>): void => {
  for (const [key, value] of Object.entries(expected))
    must(numberAt(picture, key) === value, `${key} is ${numberAt(picture, key)}, it should be ${value}`)
}

const named = (picture: Picture, name: string) =>
  [...picture.tasks.values()].filter(({ id }) => id.startsWith(`${name}-`))

const countOf = (picture: Picture, name: string, state: string): number =>
  named(picture, name).filter((task) => task.state === state).length

/** What a client tries may be refused, as the task has ended or stands elsewhere by now; the store's failure is its own. */
const perhaps = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A | undefined, StoreUnavailable> =>
  Effect.catch(effect, (error) => (error instanceof StoreUnavailable ? Effect.fail(error) : Effect.undefined))

const tasksNamed = (namespace: Namespace, name: string) =>
  Effect.map(namespace.tasks({ limit: 100 }), (tasks) => tasks.filter((task) => task.id.startsWith(`${name}-`)))

/** Does something to a task of that name, a few times, at moments of the seed. */
const nowAndThen = (
  name: string,
  times: number,
  act: (outside: Outside, task: TaskView) => Effect.Effect<unknown, unknown>
) =>
  Effect.fnUntraced(function* (outside: Outside) {
    for (let turn = 0; turn < times; turn++) {
      yield* Effect.sleep(outside.random.below(60))
      const tasks = yield* tasksNamed(outside.namespace, name)
      if (tasks.length > 0) yield* perhaps(act(outside, outside.random.pick(tasks)))
    }
  })

/** Resumes every paused task with `value`; true when there was one. */
const resumeAll = (value: Value) =>
  Effect.fnUntraced(function* ({ namespace }: Outside) {
    const paused = yield* namespace.tasks({ state: "paused", limit: 100 })
    for (const { id } of paused) yield* perhaps(namespace.resume(id, value))
    return paused.length > 0
  })

/** Counts in the store, and what was acknowledged in its memory. */
const countFromOutside = Effect.fnUntraced(function* ({ memory, namespace, random }: Outside) {
  for (let turn = 0; turn < 4; turn++) {
    yield* Effect.sleep(random.below(120))
    const next = (memory.get("tried") ?? 0) + 1
    memory.set("tried", next)
    yield* namespace.kv.set("outside", next)
    memory.set("acknowledged", next)
    const read = yield* namespace.kv.get("outside")
    if (read !== next) return yield* Effect.die(`outside is ${read}, it was just set to ${next}`)
  }
})

const acknowledgedStays = (picture: Picture, { mayLack, memory }: RunFacts): void => {
  const stored = numberAt(picture, "outside")
  must(mayLack || stored >= (memory.get("acknowledged") ?? 0), `outside is ${stored}, more was acknowledged`)
  must(stored <= (memory.get("tried") ?? 0), `outside is ${stored}, less was tried`)
}

/** Publishes numbers, each of them once, and remembers what was acknowledged. */
const publishFromOutside = Effect.fnUntraced(function* ({ memory, namespace, random }: Outside) {
  yield* Effect.forkChild(Effect.scoped(rememberTapped(namespace, memory)))
  for (let turn = 0; turn < 3; turn++) {
    yield* Effect.sleep(10 + random.below(60))
    if ((yield* namespace.bus.subscriptions({ limit: 1 })).length === 0) continue
    const next = (memory.get("tried") ?? 0) + 1
    memory.set("tried", next)
    yield* namespace.bus.publish("A", 1, next)
    memory.set("acknowledged", (memory.get("acknowledged") ?? 0) + 1)
  }
})

/** What is shown to those outside is durable. */
const rememberTapped = (namespace: Namespace, memory: Outside["memory"]) =>
  Effect.flatMap(namespace.bus.tap({ channel: "A" }), ({ take }) =>
    Effect.forever(
      Effect.map(take, (events) => {
        for (const { data } of events) memory.set(`tapped:${data}`, 1)
      })
    )
  )

const isError = (value: Value | undefined, content?: string): boolean =>
  value instanceof ErrorValue && (content === undefined || value.content === content)

const orderOf = ({ kv }: Picture, key: string): ReadonlyArray<Value> => {
  const list = kv.get(key)
  must(list instanceof List, `${key} is a list`)
  return (list as List).toArray()
}

/** Pauses the task and remembers that once it is acknowledged, or forgets that and resumes it. */
const holdOrRelease = ({ memory, namespace, random }: Outside, { id }: TaskView): Effect.Effect<unknown, unknown> => {
  if (random.chance(0.5)) return Effect.tap(namespace.pause(id), () => Effect.sync(() => memory.set(id, 1)))
  memory.delete(id)
  return namespace.resume(id, null)
}

const heldStays = ({ tasks }: Picture, { mayLack, memory }: RunFacts): void => {
  for (const id of memory.keys())
    must(
      mayLack || tasks.get(id)?.state === "paused",
      `${id} is ${tasks.get(id)?.state}, that it is paused was acknowledged`
    )
}

/** By the name of the program. */
export const facts: Readonly<Record<string, Facts>> = {
  "all-of": {
    endsAlike: false,
    invariant: (picture) => {
      must(numberAt(picture, "begun") >= numberAt(picture, "left"), "only who has begun leaves")
      must(numberAt(picture, "done") - numberAt(picture, "left") <= 3, "who is done leaves")
    },
    atEnd: (picture) => {
      // Behind a long pause a child may be cancelled before it has begun.
      must(numberAt(picture, "begun") >= 8, "who was not cancelled has begun")
      equals(picture, { left: numberAt(picture, "begun") })
      must(countOf(picture, "all-of", "done") === 1, "the main task is done")
    }
  },
  "atomic-faults": {
    invariant: (picture) => {
      must(numberAt(picture, "left") === numberAt(picture, "right"), "an attempt is left whole or not at all")
      must(named(picture, "witness").length === numberAt(picture, "left"), "tasks of undone attempts are undone")
    },
    atEnd: (picture) => {
      equals(picture, { left: 3, right: 3, undone: 3, witnessed: 3 })
      equals(picture, { "kept:0": 0, "kept:1": 0, "kept:2": 2, "kept:3": 2, "kept:4": 4, "kept:5": 4 })
    }
  },
  "bus-atomic": {
    invariant: (picture) =>
      must(numberAt(picture, "handled") <= numberAt(picture, "published"), "what is undone is not handled"),
    atEnd: (picture) => equals(picture, { published: 4, handled: 4, value: 0 + 2 + 4 + 6, "late:x": 4 })
  },
  "bus-await": {
    endsAlike: false,
    atEnd: (picture) => {
      for (const n of [1, 2, 3, 4, 5]) must(numberAt(picture, `answer:${n}`) === n * n, `the answer to ${n}`)
      equals(picture, { asked: 5, nested: 3 })
      const { kv } = picture
      must(kv.get("early") === "at once" && kv.get("caught") === "caught", "what came early is there")
      must(isError(kv.get("late"), "timeout") && isError(kv.get("failed"), "not asked"), "what does not come ends")
    }
  },
  "bus-dead": {
    endsAlike: false,
    invariant: (picture) => {
      for (let i = 0; i < 9; i++) {
        must(numberAt(picture, `handled:${i}`) <= 1, `event ${i} was handled twice`)
        must(numberAt(picture, `tried:${i}`) <= 4, `event ${i} was tried too often`)
      }
    },
    atEnd: (picture) => {
      for (const i of [0, 1, 3, 5, 6, 7, 8]) equals(picture, { [`tried:${i}`]: 1, [`handled:${i}`]: 1 })
      equals(picture, { "tried:2": 4, "handled:2": 0, "tried:4": 3, "handled:4": 1 })
      must(named(picture, "on-a-1").length === 6, "of the handlers only those that failed are left")
    }
  },
  "bus-ends": {
    endsAlike: false,
    atEnd: (picture) => {
      equals(picture, { always: 20 })
      for (const topic of ["1", "2", "3"])
        must(numberAt(picture, `heard:${topic}`) <= 20, `${topic} was heard too often`)
      must(numberAt(picture, "heard:nine") <= 40, "nine was heard too often")
      must(picture.kv.get("joined") === "enough", "who was told has ended")
    }
  },
  "bus-fan-out": {
    invariant: (picture) => {
      const published = numberAt(picture, "published")
      must(numberAt(picture, "every") <= published + 1, "no event twice")
      must(numberAt(picture, "paid") <= numberAt(picture, "orders"), "what is handled was published")
    },
    atEnd: (picture) => {
      equals(picture, { published: 12, every: 12, orders: 8, ints: 4, sum: 2 + 5 + 8 + 11, paid: 8 })
      for (const id of [0, 1, 3, 4, 6, 7, 9, 10]) equals(picture, { [`paid:${id}`]: 1 })
      must(named(picture, "on-a-1").length + named(picture, "on-a-2").length === 0, "handlers leave nothing")
    }
  },
  "bus-full": {
    bus: { queueEvents: 5 },
    atEnd: (picture) => equals(picture, { a: 12, b: 12, first: 32, second: 64 })
  },
  "bus-outside": {
    endsAlike: false,
    client: publishFromOutside,
    invariant: (picture) => {
      for (const key of keysUnder(picture, "event:")) must(numberAt(picture, key) === 1, `${key} was handled twice`)
    },
    atEnd: (picture, { mayLack, memory }) => {
      const handled = numberAt(picture, "handled")
      must(mayLack || handled >= (memory.get("acknowledged") ?? 0), `${handled} handled, more was acknowledged`)
      must(handled <= (memory.get("tried") ?? 0), `${handled} handled, less was published`)
      for (const key of memory.keys()) {
        const event = /^tapped:(\d+)$/.exec(key)?.[1]
        must(
          mayLack || event === undefined || numberAt(picture, `event:${event}`) === 1,
          `${event} was shown, and is lost`
        )
      }
    }
  },
  "bus-procs": {
    endsAlike: false,
    atEnd: (picture) => {
      const order = (lane: number) => JSON.stringify(orderOf(picture, `order:${lane}`))
      must(order(0) === "[0,2,4,8]", `lane 0 was ${order(0)}`)
      must(["[1,3,5,7]", "[1,3,5,7,9]"].includes(order(1)), `lane 1 was ${order(1)}`)
      equals(picture, { "inside:0": 0, seen: 5 })
      must(isError(picture.kv.get("unknown")), "there are four processors")
    }
  },
  cancelled: {
    endsAlike: false,
    client: nowAndThen("book", 5, ({ namespace }, { id }) => namespace.cancel(id)),
    invariant: (picture) => {
      const held = keysUnder(picture, "holds:").length
      if (picture.kv.has("seats")) must(numberAt(picture, "seats") + held === 4, `${held} seats are held`)
    },
    atEnd: (picture) => {
      const paid = keysUnder(picture, "paid:").length
      must(paid === keysUnder(picture, "holds:").length, "who holds a seat at the end has paid for it")
      must(countOf(picture, "book", "done") + countOf(picture, "book", "cancelled") === 4, "all four have ended")
      must(countOf(picture, "book", "done") <= paid, "who is done has paid")
    }
  },
  cancels: {
    endsAlike: false,
    atEnd: (picture) => {
      // Behind a long pause it may be cancelled before it has begun.
      equals(picture, { "cleaned:a": numberAt(picture, "began:a"), "ended:a": 0 })
      equals(picture, { "began:b": 1, "cleaned:b": 1, "ended:b": 1, "cleaned:self": 1, never: 0 })
    }
  },
  chatter: {
    atEnd: (picture) => must(picture.tasks.get("chatter-1")?.lines.length === 14, "all lines of the main task")
  },
  closures: { atEnd: (picture) => equals(picture, { direct: 11, spawned: 120 }) },
  counters: {
    invariant: (picture) => {
      const all = numberAt(picture, "all")
      const behind = all - numberAt(picture, "halves")
      must(behind >= 0 && behind <= 3, "at most one turn of each task is under way")
      must(sumOf(picture, ["own:a", "own:b", "own:c"]) === numberAt(picture, "halves"), "what each counted for itself")
    },
    atEnd: (picture) => equals(picture, { all: 9, halves: 9, "own:a": 3, "own:b": 2, "own:c": 4 })
  },
  "deep-recursion": { fuelPerSlice: 12, atEnd: (picture) => equals(picture, { sum: 465, sevens: 4 }) },
  deletes: {
    atEnd: (picture) => {
      must(keysUnder(picture, "k:").length === 0 && keysUnder(picture, "bulk:").length === 0, "all is deleted")
      must(keysUnder(picture, "seen:").length === 8, "the snapshot was seen as a whole")
    }
  },
  evaluated: { atEnd: (picture) => equals(picture, { first: 8, second: 12, third: 8, evaluated: 3 }) },
  externs: {
    externs: ({ memory, random }) => {
      const count = (what: string) => void memory.set(what, (memory.get(what) ?? 0) + 1)
      const later = (n: number) => Effect.sleep(random.pick([0, 0, 3, 700]) * (n % 4))
      return {
        rate: (n: number) => 10 + n,
        charge: (n: number, cents: number, { attempt, idempotencyKey }: Call) => {
          count(`charge ${n} ${idempotencyKey}`)
          must(cents === n * (10 + n), "the amount is that of the order")
          if (n % 4 === 0) throw new Error("declined")
          // What a crash has ended comes again, so that nothing may depend on the number of the attempt but how long it takes.
          return Effect.as(later(n + attempt), `${n} of ${idempotencyKey}`)
        },
        ship: (n: number, { idempotencyKey, signal }: Call) => {
          count(`ship ${n} ${idempotencyKey}`)
          if (n === 100) return new Promise((_, reject) => signal.addEventListener("abort", reject))
          return Effect.andThen(
            later(n),
            n % 3 === 0 ? Effect.fail(new Error("no such street")) : Effect.succeed("sent")
          )
        },
        refund: (payment: string, { idempotencyKey }: Call) => {
          count(`refund ${payment.split(" ")[0]} ${idempotencyKey}`)
          return true
        }
      }
    },
    atEnd: (picture, { mayLack, memory }) => {
      equals(picture, { declined: 2, refunded: 3, shipped: 4 })
      const keysOf = (what: string) => [...memory.keys()].filter((call) => call.startsWith(`${what} `))
      for (let n = 1; n <= 9; n++) {
        const ends = [keysOf(`charge ${n}`), keysOf(`ship ${n}`), keysOf(`refund ${n}`)].map(({ length }) => length)
        const isShipped = n % 4 !== 0
        const wanted = [1, Number(isShipped), Number(isShipped && n % 3 === 0)]
        // Of a call that is lost with all that knew of it another one is made.
        const fits = ends.every((count, what) => count === wanted[what] || (mayLack && count > 0))
        must(fits, `the calls of order ${n} are ${ends}, by their keys, not ${wanted}`)
      }
      const keys = [...memory.keys()].map((call) => call.split(" ").at(-1))
      must(new Set(keys).size === keys.length, "no two calls have the same key")
    }
  },
  failures: {
    atEnd: (picture) => {
      equals(picture, { begun: 2, "half-way": 2, "cleaned-up": 2 })
      must(picture.tasks.get("failures-1")?.state === "failed", "the main task has failed")
    }
  },
  "fan-out": {
    invariant: (picture) =>
      must(numberAt(picture, "ended") >= countOf(picture, "work", "done"), "who is done has counted"),
    atEnd: (picture) => equals(picture, { ended: 5, sum: 55 })
  },
  "first-of": {
    endsAlike: false,
    atEnd: (picture) => equals(picture, { running: 0, "behind-race": 0, "behind-any": 0 })
  },
  fuel: { fuelPerSlice: 25, atEnd: (picture) => equals(picture, { turns: 150, totals: 70210 + 238965, fib: 34 }) },
  held: {
    client: nowAndThen("work", 6, holdOrRelease),
    whenIdle: (outside) => {
      outside.memory.clear()
      return resumeAll(null)(outside)
    },
    invariant: heldStays,
    atEnd: (picture) => equals(picture, { "turns:a": 4, "turns:b": 4 })
  },
  joiners: {
    endsAlike: false,
    invariant: (picture) => {
      must(countOf(picture, "joined", "done") <= numberAt(picture, "woken"), "who is done was woken")
      must(countOf(picture, "impatient", "done") <= numberAt(picture, "late"), "who is done was late")
    },
    atEnd: (picture) => {
      const cancelled = countOf(picture, "joined", "cancelled")
      must(cancelled <= 1 && countOf(picture, "joined", "done") + cancelled === 12, "each of the crowd has ended")
      must(countOf(picture, "impatient", "done") === 3, "so has each of the impatient")
      must([12 - cancelled, 12].includes(numberAt(picture, "woken")), "each was woken once")
      equals(picture, { late: 3 })
    }
  },
  "large-locals": { fuelPerSlice: 40 },
  outside: {
    endsAlike: false,
    client: countFromOutside,
    invariant: acknowledgedStays,
    atEnd: (picture) => equals(picture, { watched: 9 })
  },
  parents: {
    endsAlike: false,
    atEnd: (picture) =>
      equals(picture, { alive: 0, "alive-at-the-end": 0, "parents-left": numberAt(picture, "parents-begun") })
  },
  pauses: {
    whenIdle: resumeAll(10),
    invariant: (picture) => {
      for (const key of ["got:a", "got:b"]) must([0, 10, 20].includes(numberAt(picture, key)), `${key} came twice`)
    },
    atEnd: (picture) => equals(picture, { "got:a": 20, "got:b": 20 })
  },
  queue: {
    endsAlike: false,
    invariant: (picture) => {
      const items = [...keysUnder(picture, "in:"), ...keysUnder(picture, "out:")].map((key) => key.replace(/^\w+:/, ""))
      must(items.length === 0 || (items.length === 6 && new Set(items).size === 6), `each item once: ${items}`)
      must(numberAt(picture, "moved") === keysUnder(picture, "out:").length, "what was moved is counted")
    },
    atEnd: (picture) => must(keysUnder(picture, "out:").length === 6, "all six are out")
  },
  races: {
    endsAlike: false,
    invariant: (picture) => {
      must(numberAt(picture, "taken") === keysUnder(picture, "slot:").length, "each slot was taken once")
      must(numberAt(picture, "tickets") === numberAt(picture, "ticket"), "each ticket was drawn once")
    },
    atEnd: (picture) => equals(picture, { taken: 4 })
  },
  recovers: { atEnd: (picture) => equals(picture, { tried: 7, caught: 4 }) },
  sagas: {
    invariant: (picture) => {
      for (const key of keysUnder(picture, "undone:")) {
        const done = numberAt(picture, key.replace("undone", "done"))
        must(done === 1 && numberAt(picture, key) === 1, `${key}: what was done is undone once`)
      }
    },
    atEnd: (picture) => {
      equals(picture, { "undone:a:1": 1, "undone:a:2": 1, "undone:a:13": 0, "undone:b:5": 1, "undone:c:3": 1 })
    }
  },
  scopes: {},
  "spawn-tree": {
    invariant: (picture) => {
      const begun = named(picture, "tree").filter(({ state }) => state !== "initialized").length
      must(begun <= numberAt(picture, "nodes"), "a task that has begun has counted")
    },
    atEnd: (picture) => {
      equals(picture, { leaves: 8, nodes: 15 })
      must(countOf(picture, "tree", "done") === 14, "every task of the tree is there once")
    }
  },
  "spawned-as": {
    invariant: (picture) => {
      for (const key of keysUnder(picture, "ran:")) must(numberAt(picture, key) === 1, `${key} more than once`)
    },
    atEnd: (picture) => equals(picture, { "ran:1": 1, "ran:2": 1, "ran:7": 0, "ran:99": 0 })
  },
  "time-limits": {
    endsAlike: false,
    atEnd: (picture) => {
      equals(picture, { a3: 100, a4: 100, ended: 5 })
      must([30, "late"].includes(picture.kv.get("b1") as string), "what was joined is what comes back")
      must([80, "late"].includes(picture.kv.get("e1") as string), "what was joined last is what comes back")
    }
  },
  timers: {
    atEnd: (picture) => {
      equals(picture, { "woke:blink": 2, "woke:minute": 2, "woke:hours": 2, "woke:another minute": 2 })
    }
  },
  transfers: {
    endsAlike: false,
    invariant: (picture) => {
      const accounts = ["acc:a", "acc:b", "acc:c"]
      const sum = sumOf(picture, accounts)
      must(sum === (picture.kv.size === 0 ? 0 : 30), `the accounts hold ${sum}`)
      must(
        accounts.every((key) => numberAt(picture, key) >= 0),
        "nobody owes anything"
      )
    },
    atEnd: (picture) => equals(picture, { moves: 9 - numberAt(picture, "given-up") })
  }
}
