// biome-ignore-all lint/suspicious/noTemplateCurlyInString: text that would do harm in a template
import { formStyles } from "../../compiler/format/style.ts"
import { library } from "../../stdlib/signatures/index.ts"
import type { Random } from "../support/random.ts"

/** Names that mean something in JavaScript, in emitted code or in the language, and some that mean nothing. */
export const names = [
  ..."a b c f g x $key $value $error & _ else true none :int :str :list-b :any :point point point/x".split(" "),
  ..."__proto__ constructor toString hasOwnProperty prototype arguments eval await yield class this let".split(" "),
  ..."$ $$ $0 $literal0 $NEXT manifest link pc frame saved value undefined NaN Math ${x} */ //x `t` été a.b a-b a_b".split(
    " "
  )
] as const

const atoms = [
  ..."0 1 -1 7 2.5 -0.0 1e300 +inf nan 9007199254740993 12345678901234567890".split(" "),
  '""',
  '"t"',
  '"</script> ${x} `"',
  '"\\u{2028}\\u{d800}"',
  "'sym",
  "'(1 (two) [3])",
  '@"no"',
  "@(a b)"
] as const

const directives = [
  ...[
    '#(program "t")',
    "#(export f)",
    "#(export f)",
    "#(export f a)",
    '#(extern "./m.ts" (pay (n :int) :str {retry 5}))'
  ],
  ...['#(import "./t.sxs")', "#(frob)", "#(form q {__proto__ :int constructor :str})"]
] as const

/** Beginnings of names that could do harm as names in JavaScript. */
const wild = ["__proto__", "été", "${x}", "*/", "//", "a-b", "a.b", "$", "class", "pc"] as const

const types = [":any", ":any", ":any", ":any", ":int", ":list", ":str", ":point"] as const

/**
 * Programs of the language from a seed: forms as they should be, with here and there a wrong argument, one too many, or
 * one too few. A few dozen forms at most, so that some have no mistake at all.
 */
export const grammarProgram = (random: Random): string => {
  const grammar = new Grammar(random)
  const forms = Array.from({ length: 1 + random.below(3) }, () => grammar.topLevel())
  return [...(random.chance(0.9) ? [known] : []), ...forms].join("\n")
}

/** What most programs begin with: definitions of the names that are used most. */
const known = "(def a 1) (def b (cast :any 2)) (def c '(1 2)) (defn f (x) x) #(form point {x :int y :int})"

class Grammar {
  readonly #random: Random
  readonly #known: Array<string> = ["a", "b", "b", "b", "c"]
  #place = { isInFunction: false, isInLoop: false }
  #count = 0
  #depth = 0
  /** Forms that may still be made. */
  #budget = 30

  constructor(random: Random) {
    this.#random = random
  }

  topLevel(): string {
    return this.#pick([
      () => this.#definition(),
      () => this.#function(),
      () => this.#function(),
      () => `#(form ${this.#fresh()} {${this.#pick(wild)} ${this.#type()}})`,
      () => this.#pick(directives),
      () => `(deftest "t" (expect ${this.#condition()}) (expect-equal ${this.#expression()} ${this.#atom()}))`,
      () => this.#statement(),
      () => this.#statement()
    ])()
  }

  #definition(): string {
    const value = this.#expression()
    return `(def ${this.#fresh()} ${value})`
  }

  #function(): string {
    const rest = this.#random.chance(0.2) ? ` & ${this.#fresh()}` : ""
    const type = this.#random.chance(0.3) ? `${this.#type()} ` : ""
    const params = `(${this.#fresh()} ${this.#type()} ${this.#fresh()}${rest})`
    return `(defn ${this.#fresh()} ${params} ${type}${this.#inFunction(() => this.#body())})`
  }

  #statement(): string {
    return this.#deeper(() => this.#anyStatement())
  }

  #expression(): string {
    return this.#deeper(() => this.#slip(this.#anyExpression()))
  }

  /** The form, or something small where there is enough. */
  #deeper(make: () => string): string {
    if (this.#budget-- <= 0 || this.#depth > 4) return this.#random.chance(0.5) ? this.#atom() : this.#name()
    this.#depth++
    const form = make()
    this.#depth--
    return form
  }

  /** What is in a function of its own, or with names of its own: they are not known behind it. */
  #inside(make: () => string): string {
    const count = this.#known.length
    const form = make()
    this.#known.length = count
    return form
  }

  #inFunction(make: () => string): string {
    const { isInFunction, isInLoop } = this.#place
    this.#place = { isInFunction: true, isInLoop: false }
    const form = this.#inside(make)
    this.#place = { isInFunction, isInLoop }
    return form
  }

  #inLoop(make: () => string): string {
    const place = this.#place
    this.#place = { ...place, isInLoop: true }
    const form = this.#inside(make)
    this.#place = place
    return form
  }

  #anyStatement(): string {
    const { isInFunction, isInLoop } = this.#place
    return this.#pick([
      () => this.#definition(),
      () => `(set ${this.#name()} ${this.#expression()})`,
      () => `(if ${this.#condition()} ${this.#block()} ${this.#block()})`,
      () => this.#inLoop(() => `(while ${this.#condition()} ${this.#body()})`),
      () => this.#inLoop(() => `(for (${this.#fresh()} (list ${this.#expression()} 2)) ${this.#body()})`),
      () => this.#inLoop(() => `(for (${this.#fresh()} 0 ${this.#pick(["3", "a", "b"])}) ${this.#body()})`),
      () => this.#inLoop(() => `(core/kv/iterate "k" 0 none {${this.#body()}})`),
      () => this.#inside(() => `(core/kv/scope ${this.#pick(['"s:"', "s:", "$b"])} {${this.#body()}})`),
      () => this.#inFunction(() => `(defer ${this.#body()})`),
      () => `(log ${this.#expression()} ${this.#expression()})`,
      () => this.#expression(),
      ...(isInFunction ? [() => `(return ${this.#expression()})`] : []),
      ...(isInLoop ? [() => `(done ${this.#expression()})`] : [])
    ])()
  }

  #condition(): string {
    return this.#random.chance(0.9)
      ? `(${this.#pick(["=", "!="])} ${this.#expression()} ${this.#atom()})`
      : this.#expression()
  }

  #anyExpression(): string {
    return this.#pick([
      () => this.#atom(),
      () => this.#name(),
      () => this.#name(),
      () => `(${this.#pick(["+", "-", "*", "<", "max"])} ${this.#number()} ${this.#number()})`,
      () => `(${this.#pick(["eq", "str", "list", "="])} ${this.#expression()} ${this.#expression()})`,
      () => `(map "k" ${this.#expression()} "__proto__" ${this.#expression()})`,
      () => `(f ${this.#expression()})`,
      () => `(${this.#random.chance(0.1) ? this.#name() : "f"} ${this.#expression()})`,
      () => this.#inFunction(() => `(fn (${this.#fresh()} ${this.#type()}) ${this.#block()})`),
      () => this.#inLoop(() => `(do [${this.#body()} (done ${this.#expression()})])`),
      () => `(cond (${this.#condition()} ${this.#expression()}) (else ${this.#expression()}))`,
      () => `(${this.#pick(["and", "or"])} ${this.#condition()} ${this.#condition()})`,
      () => `(try ${this.#expression()} ${this.#expression()})`,
      () => `(recover ${this.#block()} ${this.#pick(["$exception", "$fault", "none"])})`,
      () => `(atomic (core/kv/set k ${this.#expression()}))`,
      () => `(cast ${this.#type()} ${this.#expression()})`,
      () => `(apply f (list ${this.#expression()}))`,
      () => `(${this.#pick(["error", "fault"])} "m" ${this.#expression()})`,
      () => `(match ${this.#expression()} ${this.#clause()} ${this.#clause()} (else ${this.#expression()}))`,
      () => `(reflect ${this.#name()} (${this.#type()} ${this.#expression()}) (else ${this.#expression()}))`,
      () => `(core/task/spawn f ${this.#expression()})`,
      () => `(core/task/${this.#pick(["all", "race", "any"])} (list f (fn () ${this.#expression()})))`,
      () => `(core/task/spawn-as ${this.#pick(['"id"', "b"])} f ${this.#expression()})`,
      () => `(core/task/${this.#pick(["cancel", "inspect", "state"])} (core/task/self))`,
      () => `(core/kv/${this.#pick(["get", "set", "snx"])} $b ${this.#expression()})`,
      () => `(core/task/${this.#pick(["pause", "sleep 1", "checkpoint"])})`,
      () => `(core/event/pub ${this.#topic()} ${this.#expression()})`,
      () =>
        this.#inFunction(
          () => `(core/event/sub ${this.#topic()} ${this.#pick(["", ":int", ":point"])} {${this.#body()}})`
        ),
      () => `(core/expr/await {${this.#body()}} ${this.#topic()} ${this.#pick(["", "100", "none", "a"])})`,
      () => this.#inFunction(() => `(core/expr/proc ${this.#number()} ${this.#block()})`),
      () => `(point ${this.#number()} (point/y (point 1 ${this.#number()})))`,
      () => this.#libraryCall(),
      () => this.#block()
    ])()
  }

  #topic(): string {
    return `${this.#pick(["A", "$CHANNEL_B", '"C"', "a", "EXEC"])} ${this.#pick(["1", "2", "1024", "b", "(+ 1 a)"])}`
  }

  #clause(): string {
    return this.#inside(() => `(${this.#pattern(2)} ${this.#statement()})`)
  }

  #number(): string {
    return this.#random.chance(0.9) ? this.#pick(["1", "2.5", "a", "b", "(cast :int b)"]) : this.#expression()
  }

  #libraryCall(): string {
    const { name, params } = this.#pick(library)
    return `(${[name, ...params.map(() => this.#expression())].join(" ")})`
  }

  #pattern(depth: number): string {
    if (depth === 0) return this.#pick(["_", this.#fresh(), "1", '"t"'])
    const sub = () => this.#pattern(depth - 1)
    return this.#pick([
      () => this.#fresh(),
      () => this.#atom(),
      () => `[${sub()} ${sub()} & ${this.#fresh()}]`,
      () => `(map "k" ${sub()})`,
      () => `(${this.#type()} ${sub()})`,
      () => `@${sub()}`,
      () => `(point ${sub()} ${sub()})`
    ])()
  }

  #body(): string {
    return Array.from({ length: 1 + this.#random.below(2) }, () => this.#statement()).join(" ")
  }

  #block(): string {
    return this.#random.chance(0.5) ? `[${this.#body()}]` : this.#expression()
  }

  /** The form, or now and then one that is nearly right. */
  #slip(form: string): string {
    if (!this.#random.chance(0.01)) return form
    return this.#pick([
      () => `${form} ${this.#atom()}`,
      () => form.slice(0, -1),
      () => `'${form}`,
      () => `(${form})`,
      () => form.replace(/ [^ ]+/, ""),
      () => form.replace("(", "[").replace(/\)$/, "]"),
      () => `(${this.#pick([...formStyles.keys()])} ${form})`
    ])()
  }

  #name(): string {
    return this.#random.chance(0.995) ? this.#pick(this.#known) : this.#pick(names)
  }

  /** A name that nothing has yet, known from here on; now and then one that is taken. */
  #fresh(): string {
    if (this.#random.chance(0.005)) return this.#pick(names)
    const name = this.#random.chance(0.8) ? `v${this.#count++}` : `${this.#pick(wild)}${this.#count++}`
    this.#known.push(name)
    return name
  }

  #atom(): string {
    return this.#pick(atoms)
  }

  #type(): string {
    return this.#pick(types)
  }

  #pick<A>(choices: ReadonlyArray<A>): A {
    return choices[Math.floor(this.#random.below(choices.length))]!
  }
}
