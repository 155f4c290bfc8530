import { type Random, seeded } from "./random.ts"

/**
 * Programs in two versions, and what each of them does, known without any of our code: a list of statements, some edits of
 * it, and an interpreter that can begin behind any statement that waits. Statements have numbers that survive edits.
 */
export type Statement =
  | { readonly id: number; readonly kind: "pause" }
  | { readonly id: number; readonly kind: "tick"; readonly amount: number }
  | { readonly id: number; readonly kind: "log"; readonly word: string; readonly name: string }
  | { readonly id: number; readonly kind: "add"; readonly name: string; readonly amount: number }
  | { readonly id: number; readonly kind: "define"; readonly name: string; readonly amount: number }
  | { readonly id: number; readonly kind: "if"; readonly name: string; readonly body: Body }
  | { readonly id: number; readonly kind: "for"; readonly turns: number; readonly body: Body }
  | { readonly id: number; readonly kind: "recover"; readonly body: Body }

export type Body = ReadonlyArray<Statement>

export interface EditedProgram {
  readonly old: Body
  readonly now: Body
  /** What the new one calls the parameters. */
  readonly params: ReadonlyArray<string>
  /** What was done to it, for messages. */
  readonly edits: ReadonlyArray<string>
  /** Statements that an edit has touched: moved, deleted, changed. */
  readonly touched: ReadonlySet<number>
}

export const originalParams: ReadonlyArray<string> = ["a", "b", "c"]
const words = ["u", "v", "w", "x", "y", "z"]
const depthMax = 2

class Maker {
  readonly #random: Random
  /** Of the locals that statements use. */
  names = originalParams
  #id = 0

  constructor(seed: number) {
    this.#random = seeded(seed)
  }

  below(bound: number): number {
    return Math.floor(this.#random.below(bound))
  }

  pick<A>(items: ReadonlyArray<A>): A {
    return items[this.below(items.length)]!
  }

  body(size: number, depth = 0): Body {
    return Array.from({ length: size }, () => this.statement(depth))
  }

  statement(depth: number): Statement {
    const id = ++this.#id
    const kind = this.pick(["pause", "tick", "tick", "log", "log", "add", ...(depth < depthMax ? ["block"] : [])])
    if (kind === "pause") return { id, kind }
    if (kind === "tick") return { id, kind, amount: 1 + this.below(2) }
    if (kind === "log") return { id, kind, word: this.pick(words), name: this.pick(this.names) }
    if (kind === "add") return { id, kind, name: this.pick(this.names), amount: 1 + this.below(2) }
    const body = this.body(1 + this.below(3), depth + 1)
    const block = this.pick(["if", "for", "recover"])
    if (block === "if") return { id, kind: "if", name: this.pick(this.names), body }
    if (block === "for") return { id, kind: "for", turns: 1 + this.below(2), body }
    return { id, kind: "recover", body }
  }

  define(name: string): ReadonlyArray<Statement> {
    const first: Statement = { id: ++this.#id, kind: "define", name, amount: 7 }
    return [first, { id: ++this.#id, kind: "log", word: "new", name }]
  }
}

/** The same for the same numbers. */
export const editedProgram = (seed: number, size: number, editCount: number): EditedProgram => {
  const maker = new Maker(seed)
  const old = maker.body(size)
  let now = old
  const edits: Array<string> = []
  const touched = new Set<number>()
  for (let each = 0; each < editCount; each++) {
    const edit = maker.pick(["insert", "insert", "delete", "move", "change", "define", "rename"])
    edits.push(edit)
    if (edit === "insert") now = insertInside(maker, now, maker.statement(1))
    else if (edit === "define") now = inserted(maker, now, maker.define(`d${each}`))
    else if (edit === "rename") {
      const from = maker.pick(maker.names)
      const to = `${maker.pick(originalParams)}${each}`
      now = renamed(now, from, to)
      maker.names = maker.names.map((name) => (name === from ? to : name))
    } else {
      const place = maker.below(now.length)
      const gone = now[place]
      if (gone === undefined) continue
      for (const { id } of inside([gone])) touched.add(id)
      now = now.toSpliced(place, 1)
      if (edit === "move") now = now.toSpliced(maker.below(now.length + 1), 0, gone)
      if (edit === "change") now = now.toSpliced(place, 0, maker.statement(1))
    }
  }
  return { old, now, params: maker.names, edits, touched }
}

const insertInside = (maker: Maker, body: Body, statement: Statement): Body => {
  const place = maker.below(body.length + 1)
  const inner = body[place]
  if (inner !== undefined && "body" in inner && maker.below(2) === 0)
    return body.with(place, { ...inner, body: insertInside(maker, inner.body, statement) })
  return body.toSpliced(place, 0, statement)
}

/** Each behind the one before. */
const inserted = (maker: Maker, body: Body, statements: ReadonlyArray<Statement>): Body => {
  let result = body
  let from = 0
  for (const statement of statements) {
    from += maker.below(result.length + 1 - from)
    result = result.toSpliced(from, 0, statement)
    from++
  }
  return result
}

const renamed = (body: Body, from: string, to: string): Body =>
  body.map((statement) => {
    const name = "name" in statement && statement.name === from ? { name: to } : {}
    return "body" in statement
      ? { ...statement, ...name, body: renamed(statement.body, from, to) }
      : { ...statement, ...name }
  })

/** The statements with all that is in them. */
export const inside = (body: Body): ReadonlyArray<Statement> =>
  body.flatMap((statement) => ("body" in statement ? [statement, ...inside(statement.body)] : [statement]))

/** Words of log statements that stand outside of all blocks in both versions, and of which no other statement prints one. */
export const wordsPrintedOnce = ({ now, old }: EditedProgram): ReadonlyArray<string> =>
  words.filter((word) => {
    const isOnce = (body: Body) => inside(body).filter((each) => "word" in each && each.word === word).length === 1
    const outer = (body: Body) => body.find((each) => "word" in each && each.word === word)?.id
    return isOnce(old) && isOnce(now) && outer(old) !== undefined && outer(old) === outer(now)
  })

/** Without its number: what the compiler sees. */
export const textOf = (statement: Statement): string => {
  switch (statement.kind) {
    case "pause":
      return "(core/task/pause)"
    case "tick":
      return `(tick ${statement.amount})`
    case "log":
      return `(log "${statement.word}" ${statement.name})`
    case "add":
      return `(set ${statement.name} (+ ${statement.name} ${statement.amount}))`
    case "define":
      return `(def ${statement.name} ${statement.amount})`
    case "if":
      return `(if (> ${statement.name} 2) [${textOfBody(statement.body)}])`
    case "for":
      return `(for (i 0 ${statement.turns}) ${textOfBody(statement.body)})`
    case "recover":
      return `(recover [${textOfBody(statement.body)}] (log "caught"))`
  }
}

const textOfBody = (body: Body): string => body.map(textOf).join(" ")

/** Parameters are `a`, `b` and `c` under the names that the body has for them. */
export const programOf = (body: Body, params: ReadonlyArray<string>): string =>
  `(defn tick (n) (core/task/pause) (log "tick" n))
(defn work (${params.join(" ")}) ${textOfBody(body)} (log "end") 1)
(log "done" (work 1 2 3))`

/** Where a run waits. */
export interface Waiting {
  readonly statement: number
  /** The turn, from 0, of each loop around it. */
  readonly turns: ReadonlyMap<number, number>
  readonly values: ReadonlyMap<string, number>
  readonly lines: ReadonlyArray<string>
}

/** The waits of a run from its beginning, in their order. */
export const waitsOf = (body: Body, params: ReadonlyArray<string>): ReadonlyArray<Waiting> => {
  const values = new Map(params.map((name, index) => [name, index + 1]))
  const run = new Run(values, undefined)
  run.body(body)
  return run.waits
}

/** What a run prints from behind that wait to its end; undefined when it needs a value that it does not have. */
export const linesFrom = (body: Body, waiting: Waiting): ReadonlyArray<string> | undefined => {
  const run = new Run(new Map(waiting.values), waiting)
  run.body(body)
  if (!run.hasBegun || run.isBroken) return undefined
  return [...run.lines, "end", "done 1"]
}

/** Statements are passed over until the one where it begins. */
class Run {
  readonly lines: Array<string> = []
  readonly waits: Array<Waiting> = []
  readonly #values: Map<string, number>
  readonly #turns = new Map<number, number>()
  readonly #from: Waiting | undefined
  hasBegun: boolean
  isBroken = false

  constructor(values: Map<string, number>, from: Waiting | undefined) {
    this.#values = values
    this.#from = from
    this.hasBegun = from === undefined
  }

  body(body: Body): void {
    for (const statement of body) this.#statement(statement)
  }

  #statement(statement: Statement): void {
    if (!this.hasBegun && "body" in statement) return this.#search(statement)
    if (!this.hasBegun && statement.id !== this.#from!.statement) return
    switch (statement.kind) {
      case "pause":
      case "tick":
        this.#wait(statement.id)
        if (statement.kind === "tick") this.lines.push(`tick ${statement.amount}`)
        return
      case "log":
        this.lines.push(`${statement.word} ${this.#read(statement.name)}`)
        return
      case "add":
        this.#values.set(statement.name, this.#read(statement.name) + statement.amount)
        return
      case "define":
        this.#values.set(statement.name, statement.amount)
        return
      case "if":
        if (this.#read(statement.name) > 2) this.body(statement.body)
        return
      case "for":
        return this.#loop(statement, 0)
      case "recover":
        return this.body(statement.body)
    }
  }

  #search(statement: Statement & { readonly body: Body }): void {
    if (!inside(statement.body).some(({ id }) => id === this.#from!.statement)) return
    if (statement.kind === "for") return this.#loop(statement, this.#from!.turns.get(statement.id) ?? 0)
    this.body(statement.body)
  }

  #loop(statement: Statement & { readonly kind: "for" }, first: number): void {
    for (let turn = first; turn < statement.turns; turn++) {
      this.#turns.set(statement.id, turn)
      this.body(statement.body)
    }
    this.#turns.delete(statement.id)
  }

  #wait(statement: number): void {
    if (!this.hasBegun) {
      this.hasBegun = true
      return
    }
    const { lines } = this
    this.waits.push({ statement, turns: new Map(this.#turns), values: new Map(this.#values), lines: [...lines] })
  }

  #read(name: string): number {
    const value = this.#values.get(name)
    if (value === undefined) this.isBroken = true
    return value ?? 0
  }
}
