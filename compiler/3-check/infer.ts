import { signatureOf } from "../../stdlib/signatures/index.ts"
import {
  type Binding,
  type Core,
  type CoreProgram,
  type FunctionDefinition,
  type Global,
  isHidden,
  type Loop
} from "../2-expand/core.ts"
import { neverReturns } from "../2-expand/forms/region.ts"
import * as catalog from "../catalog.ts"
import type { Source } from "../source.ts"
import { bracketWay, looksLikeList, wayTo } from "./advice.ts"
import { isNoMatch } from "./blame.ts"
import { infixWay } from "./call-advice.ts"
import { Calls } from "./calls.ts"
import type { Cells } from "./cells.ts"
import { type Handled, handled, literalOutcomes, narrow, type Split, toldBy } from "./conditions.ts"
import { CheckContext } from "./context.ts"
import { Definedness } from "./definedness.ts"
import { Demands } from "./demands.ts"
import type { BodyFacts } from "./facts.ts"
import type { Findings, Mistakes } from "./findings.ts"
import { deadEnd, type Flow, forgetting, type Way } from "./flow.ts"
import { givenType, literalType } from "./library-types.ts"
import { narrowByTruth } from "./narrowing.ts"
import { isPrelude } from "./prelude.ts"
import { Remarks } from "./remarks.ts"
import {
  areDisjoint,
  boolType,
  describeType,
  dynamic,
  functionType,
  intType,
  isNever,
  isSubtype,
  join,
  kind,
  lookedAt,
  mayError,
  meet,
  never,
  noneType,
  sameType,
  type Type,
  typeOfDeclared,
  typeOfKinds,
  without
} from "./types.ts"

/** Passes over functions that call each other after which a type that still grows becomes dynamic. */
const passesMax = 8

/** What becomes of a node's value. */
type Use = "value" | "discard" | "result"

/** How a loop or a block ends early. */
interface Left {
  type: Type
  isReached: boolean
  /** Where its body begins. */
  readonly mark: number
  /** The ways to the places that leave it; undefined when there are too many to follow each. */
  ways: Array<Way> | undefined
}

/**
 * The types of all nodes, and all that is wrong by them. `groups` are the functions that depend on each other, each group
 * behind those that it depends on.
 */
export const inferTypes = (
  program: CoreProgram,
  known: {
    readonly facts: ReadonlyMap<FunctionDefinition, BodyFacts>
    readonly groups: ReadonlyArray<ReadonlyArray<FunctionDefinition>>
    readonly mistakes: Mistakes
  }
): { readonly findings: Findings; readonly results: ReadonlyMap<FunctionDefinition, Type> } => {
  const inference = new Inference(program, known.facts, known.mistakes)
  for (const together of known.groups) inference.inferTogether(together)
  const results = new Map(program.functions.map((each) => [each, inference.resultOf(each)] as const))
  return { findings: inference.findings, results }
}

/** The walk over bodies, in the order in which they run. */
class Inference {
  readonly #context: CheckContext
  readonly #remarks: Remarks
  readonly #facts: ReadonlyMap<FunctionDefinition, BodyFacts>
  readonly #globals: ReadonlyMap<Global, Core>
  readonly #cells: Cells
  readonly #left = new Map<Loop, Left>()
  readonly #constants = new Map<Global, Type>()
  readonly #definedness: Definedness
  readonly #demands: Demands
  readonly #calls: Calls
  /** The last form of what looks like a list and is the result of a function, with the whole. */
  readonly #lists = new Map<Core, Core>()
  /** How many branches, which may not be taken, are around. */
  #conditional = 0

  constructor(program: CoreProgram, facts: ReadonlyMap<FunctionDefinition, BodyFacts>, mistakes: Mistakes) {
    this.#facts = facts
    this.#context = new CheckContext(mistakes)
    this.#remarks = new Remarks(this.#context, ({ binding }) => this.#typeOf(binding))
    this.#cells = this.#context.cells
    this.#definedness = new Definedness(this.#cells)
    this.#demands = new Demands(this.#context, (binding) => this.#definedness.isDefined(binding, this.#flow))
    this.#calls = new Calls(this.#context, { demands: this.#demands, facts })
    this.#globals = new Map(program.globals.flatMap((each) => (each.value === undefined ? [] : [[each, each.value]])))
  }

  get findings(): Findings {
    return this.#context.findings
  }

  get #flow(): Flow {
    return this.#context.flow
  }

  get #current(): FunctionDefinition {
    return this.#context.definition
  }

  resultOf(definition: FunctionDefinition): Type {
    return this.#cells.resultOf(definition)
  }

  /** Functions that call each other, to a fixed point. */
  inferTogether(together: ReadonlyArray<FunctionDefinition>): void {
    const inOrder = together.length === 1 ? together : together.toSorted((a, b) => a.index - b.index)
    for (let pass = 1; ; pass++) {
      this.#cells.beginPass()
      this.#cells.widens = pass > passesMax
      for (const each of inOrder) this.#inferFunction(each)
      if (!this.#cells.hasChanged) break
      this.findings.discard()
    }
    this.findings.keep()
  }

  #inferFunction(definition: FunctionDefinition): void {
    this.#context.begin(definition)
    this.#conditional = 0
    this.#returnsTo = undefined
    this.#demands.begin()
    for (const param of definition.params)
      this.#cells.grow(this.#cells.ofLocal(param), this.#paramType(definition, param))
    const type = this.#walk(definition.body, "result")
    if (this.#flow.isLive) this.#cells.grow(this.#cells.ofResult(definition), type)
  }

  #paramType(definition: FunctionDefinition, param: Binding): Type {
    if (definition.hasRest && param === definition.params.at(-1)) return typeOfKinds(kind.listParen)
    return typeOfDeclared(param.type)
  }

  #typeOf(binding: Binding): Type {
    const cell = this.#cells.ofLocal(binding)
    return cell.here ?? this.#cells.read(cell)
  }

  /** From here on the binding is known to be of this type. */
  #know(binding: Binding, type: Type): void {
    const cell = this.#cells.ofLocal(binding)
    const isAll = !binding.assigned && sameType(cell.type, type)
    this.#flow.set(binding, isAll ? undefined : type)
    if (isAll) this.#cells.read(cell)
  }

  #constantType(global: Global): Type {
    const known = this.#constants.get(global)
    if (known !== undefined) return known
    this.#constants.set(global, dynamic)
    const value = this.#globals.get(global)
    const type =
      value === undefined || this.#context.isMistaken(value, global.source) ? dynamic : this.#shallowType(value)
    this.#constants.set(global, type)
    return type
  }

  /** The type of a constant's value, as far as its outermost node tells. */
  #shallowType(core: Core): Type {
    if (core.kind === "literal") return literalType(core)
    if (core.kind === "closure") return functionType(core.target)
    return core.kind === "library"
      ? givenType(
          core.signature,
          core.args,
          core.args.map(() => dynamic)
        )
      : dynamic
  }

  /** Whether it stands for what an earlier phase could not understand, or for the value that a form does not give. */
  #isStandIn({ span, value }: Core & { kind: "literal" }): boolean {
    return value.type === "none" && !this.#context.mistakes.isEmpty && this.#context.textAt(span) !== "none"
  }

  // ─── nodes ───

  /** The type of the node; the flow stands behind it then. */
  #walk(core: Core, use: Use = "value"): Type {
    switch (core.kind) {
      case "sequence":
        return this.#sequence(core, use)
      case "branch":
        return this.#branch(core, use)
      case "define":
        return this.#define(core)
      case "assign":
        return this.#assign(core)
      case "return":
        return this.#return(core)
      default: {
        const type = this.#leaf(core, use)
        return use === "result" ? this.#result(core, type) : type
      }
    }
  }

  #leaf(core: Core, use: Use): Type {
    const type = this.#computed(core, use)
    if (!this.#flow.isLive) return never
    if (!type.isDynamic && core.kind !== "literal") this.findings.isOfType(core, type)
    return type
  }

  #computed(core: Core, use: Use): Type {
    switch (core.kind) {
      case "literal":
        return this.#isStandIn(core) ? dynamic : literalType(core)
      case "reference":
        return this.#typeOf(core.binding)
      case "constant":
        return this.#constantType(core.global)
      case "closure":
        this.#capture(core.target)
        return functionType(core.target)
      case "junction": {
        const { type, whenFalse, whenTrue } = this.#junction(core)
        this.#flow.follow(this.#flow.joined(whenTrue, whenFalse))
        return type
      }
      case "loop":
        return this.#loop(core)
      case "block":
        return this.#block(core)
      case "guard":
        return this.#guard(core, use)
      case "leave":
        return this.#leave(core)
      case "call":
        return this.#call(core)
      case "apply":
        return this.#apply(core)
      case "library":
        return this.#library(core, use)
      case "is":
        return this.#isOfType(core)
      case "ascribe":
        return this.#ascribe(core)
      case "walk":
        return this.#listStep(core)
      default:
        return dynamic
    }
  }

  #sequence(core: Core & { kind: "sequence" }, use: Use): Type {
    if (core.items.length === 0) return use === "result" ? this.#result(core, noneType) : noneType
    let type = never
    let isReported = false
    let isBareReported = false
    if (use === "result" && looksLikeList(core, this.#context.source)) this.#lists.set(core.items.at(-1)!, core)
    for (let index = 0; index < core.items.length; index++) {
      const item = core.items[index]!
      const wasLive = this.#flow.isLive
      type = this.#walk(item, index === core.items.length - 1 ? use : "discard")
      if (wasLive && this.#remarks.uselessTry(item)) isReported = true
      const next = core.items[index + 1]
      const isTaken = next === undefined || isCounting(next)
      if (!isTaken && this.#flow.isLive && !isBareReported) isBareReported = this.#remarks.unusedItem(core, item)
      if (next !== undefined && wasLive && !this.#flow.isLive && !isReported) {
        this.#remarks.unreached(core.items.slice(index + 1))
        isReported = true
      }
    }
    return type
  }

  #define({ binding, value }: Core & { kind: "define" }): Type {
    const type = this.#walk(value)
    if (!this.#flow.isLive) return never
    if (this.#conditional > 0) this.#definedness.define(binding, value, this.#flow, this.#context.source)
    const checked = this.#demands.bound(binding, value, type)
    this.#remember(binding, value, type)
    this.#cells.grow(this.#cells.ofLocal(binding), this.#conditional > 0 ? join(checked, noneType) : checked)
    if (binding.assigned) this.#cells.grow(this.#cells.ofValues(binding), checked)
    this.#know(binding, checked)
    return noneType
  }

  #assign({ binding, value }: Core & { kind: "assign" }): Type {
    const type = this.#walk(value)
    if (!this.#flow.isLive) return never
    this.#remember(binding, value, type)
    this.#cells.grow(this.#cells.ofLocal(binding), type)
    this.#cells.grow(this.#cells.ofValues(binding), type)
    this.#know(binding, type)
    return noneType
  }

  /** What a message may have to tell of: where an error value, or the value of a hidden local, comes from. */
  #remember(binding: Binding, value: Core, type: Type): void {
    const { source } = this.#current
    if (mayError(type) || isHidden(binding) || looksLikeList(value, source)) this.#demands.remember(binding, value)
  }

  #return({ value }: Core & { kind: "return" }): Type {
    const type = this.#walk(value, "result")
    if (this.#flow.isLive) {
      this.#cells.grow(this.#cells.ofResult(this.#current), type)
      if (this.#returnsTo !== undefined) this.#reachEnd(this.#returnsTo, type)
    }
    this.#flow.isLive = false
    return never
  }

  /** The block that a `return` ends instead of the function. */
  #returnsTo: Left | undefined

  /** A value that the function ends with. */
  #result(core: Core, type: Type): Type {
    const declared = this.#current.result
    if (declared === ":any" || this.#current.ofRecord !== undefined || !this.#flow.isLive) return type
    if (this.#context.isMistaken(core)) return dynamic
    const wanted = typeOfDeclared(declared)
    if (this.#demands.isMet(type, wanted)) return wanted
    const name = this.#current.name === "fn" ? "this function" : `\`${this.#current.name}\``
    this.#demands.need(core, type, wanted, {
      wrong: (span, actual, meant) => {
        const { source } = this.#current
        const way = isNoMatch(meant, source)
          ? 'no clause may fit, and then the value is `@"no match"`: add `(else …)`'
          : listWay(this.#lists.get(meant) ?? meant, source)
        return catalog.wrongResult.at(span, { name, expected: describeType(wanted), actual, way })
      },
      check: { type: declared, what: `the result of ${name}` }
    })
    return wanted
  }

  #branch(core: Core & { kind: "branch" }, use: Use): Type {
    const marks: Array<number> = []
    const ways: Array<Way> = []
    let type = never
    for (let index = 0; index < core.clauses.length; index++) {
      const clause = core.clauses[index]!
      if (index > 0) this.#conditional++
      const mark = this.#flow.mark()
      const { whenFalse, whenTrue } = this.#split(clause.test)
      if (index === 0) this.#conditional++
      this.#flow.follow(whenTrue)
      type = join(type, this.#walk(clause.value, use))
      marks.push(mark)
      ways.push(this.#flow.take(mark))
      this.#flow.follow(whenFalse)
      if (index > 0) this.#conditional--
    }
    type = join(type, this.#walk(core.otherwise, use))
    // Backwards, so that each place is joined with what follows it, and costs only what has changed.
    for (let at = marks.length - 1; at >= 0; at--)
      this.#flow.follow(this.#flow.joined(this.#flow.take(marks[at]!), ways[at]!))
    this.#conditional--
    return type
  }

  // ─── conditions ───

  /** Both ways out of a test. The flow stands before it again. */
  #split(core: Core, isCondition = true): Split {
    if (core.kind === "library" && core.signature.name === "not" && core.args.length === 1) {
      const { whenFalse, whenTrue } = this.#split(core.args[0]!)
      return { type: boolType, whenTrue: whenFalse, whenFalse: whenTrue }
    }
    if (core.kind === "junction") return this.#junction(core)
    const mark = this.#flow.mark()
    const wasLive = this.#flow.isLive
    if (core.kind === "sequence" && core.items.length > 0) {
      for (let at = 0; at < core.items.length - 1; at++) this.#walk(core.items[at]!, "discard")
      const { type, whenFalse, whenTrue } = this.#split(core.items.at(-1)!, isCondition)
      const split = { type, whenTrue: this.#from(mark, whenTrue), whenFalse: this.#from(mark, whenFalse) }
      this.#flow.undo(mark)
      this.#flow.isLive = wasLive
      return split
    }
    const told = toldBy(core, (binding) => this.#typeOf(binding))
    const type = this.#walk(core)
    if (isCondition && this.#flow.isLive) this.#demands.condition(core, type)
    const way = this.#flow.take(mark)
    this.#flow.isLive = wasLive
    return told === undefined ? literalOutcomes(core, type, way) : narrow(type, way, told)
  }

  /** The way from the mark to here, and on from here. */
  #from(mark: number, way: Way): Way {
    const here = this.#flow.mark()
    const { isLive } = this.#flow
    this.#flow.follow(way)
    const whole = this.#flow.wayFrom(mark)
    this.#flow.undo(here)
    this.#flow.isLive = isLive
    return whole
  }

  /** `and` goes on while its items are true, `or` while they are false. */
  #junction(core: Core & { kind: "junction" }): Split {
    const mark = this.#flow.mark()
    const wasLive = this.#flow.isLive
    const goesOnWhenTrue = core.until === "false"
    const isExact = core.items.length <= exactMax
    const lookedAt = goesOnWhenTrue ? this.#lookedAt(core) : undefined
    const exits: Array<Way> = []
    let type = never
    for (let at = 0; at < core.items.length - 1; at++) {
      const split = this.#split(core.items[at]!)
      const goesOn = goesOnWhenTrue ? split.whenTrue : split.whenFalse
      const exit = goesOnWhenTrue ? split.whenFalse : split.whenTrue
      if (exit.isLive) {
        const { whenFalse, whenTrue } = narrowByTruth(split.type)
        type = join(type, goesOnWhenTrue ? whenFalse : whenTrue)
        exits.push(isExact ? this.#from(mark, exit) : exit)
      }
      this.#flow.follow(goesOn)
      this.#conditional++
    }
    const last = this.#split(core.items.at(-1)!, false)
    this.#conditional -= core.items.length - 1
    const ends = { whenTrue: this.#from(mark, last.whenTrue), whenFalse: this.#from(mark, last.whenFalse) }
    this.#flow.undo(mark)
    this.#flow.isLive = wasLive
    // With so many items, to follow each way from its beginning would take too long.
    const early = isExact || exits.length === 0 ? exits : [forgetting([...exits, ends.whenTrue, ends.whenFalse])]
    const exit = early.reduce((a, b) => this.#flow.joined(a, b), deadEnd)
    const whenTrue = goesOnWhenTrue ? ends.whenTrue : this.#flow.joined(exit, ends.whenTrue)
    const whenFalse = goesOnWhenTrue ? this.#flow.joined(exit, ends.whenFalse) : ends.whenFalse
    return {
      type: join(type, last.type),
      whenTrue,
      whenFalse: lookedAt === undefined ? whenFalse : handled(whenFalse, lookedAt)
    }
  }

  /** A pattern of an error value counts as a look at the value, also when it is another error value. */
  #lookedAt(core: Core & { kind: "junction" }): Handled | undefined {
    const [first] = core.items
    if (first?.kind !== "is" || first.type !== ":error" || first.value.kind !== "reference") return undefined
    const { binding } = first.value
    const type = this.#typeOf(binding)
    return isNever(without(type, kind.error)) ? undefined : { binding, type: lookedAt(type) }
  }

  // ─── loops and regions ───

  #loop(core: Core & { kind: "loop" }): Type {
    return this.#region(core, () => {
      this.#walk(core.body, "discard")
      this.#flow.isLive = false
      return never
    })
  }

  #block(core: Core & { kind: "block" }): Type {
    if (!core.catchesReturn) return this.#region(core, () => this.#walk(core.body))
    const around = this.#returnsTo
    return this.#region(core, (left) => {
      this.#returnsTo = left
      const type = this.#walk(core.body, "result")
      this.#returnsTo = around
      return type
    })
  }

  /** What a `leave` may end. While it runs, what is assigned inside is known only by all that it is ever given. */
  #region(core: Core & { kind: "loop" | "block" }, body: (left: Left) => Type): Type {
    for (const binding of this.#facts.get(this.#current)?.assignedIn.get(core) ?? [])
      this.#flow.set(binding, this.#typeAmongAssignments(binding))
    const left: Left = { type: never, isReached: false, mark: this.#flow.mark(), ways: [] }
    this.#left.set(core.loop, left)
    this.#conditional++
    const type = body(left)
    this.#conditional--
    if (!left.isReached) return type
    const { isLive } = this.#flow
    const ends = isLive ? [this.#flow.wayFrom(left.mark)] : []
    this.#flow.undo(left.mark)
    this.#flow.isLive = true
    if (left.ways !== undefined)
      this.#flow.follow([...left.ways, ...ends].reduce((before, way) => this.#flow.joined(before, way), deadEnd))
    return isLive ? join(type, left.type) : left.type
  }

  /** The type of a local while others may assign it. Where it is defined for certain, it is not the none that it was before;
   * undefined: no more is known than its type as a whole. */
  #typeAmongAssignments(binding: Binding): Type | undefined {
    const here = this.#flow.get(binding)
    if (here === undefined || here.isDynamic || (here.kinds & kind.none) !== 0) return undefined
    return join(here, this.#cells.read(this.#cells.ofValues(binding)))
  }

  #leave({ loop, value }: Core & { kind: "leave" }): Type {
    const type = this.#walk(value)
    const left = this.#left.get(loop)
    if (left !== undefined) this.#reachEnd(left, type)
    this.#flow.isLive = false
    return never
  }

  #reachEnd(left: Left, type: Type): void {
    if (!this.#flow.isLive) return
    left.type = join(left.type, type)
    left.isReached = true
    if (left.ways === undefined || left.ways.length === exactMax) left.ways = undefined
    else left.ways.push(this.#flow.wayFrom(left.mark))
  }

  /** A fault may happen anywhere in the body, so the handler knows nothing of what the body assigns. */
  #guard(core: Core & { kind: "guard" }, use: Use): Type {
    const mark = this.#flow.mark()
    const wasLive = this.#flow.isLive
    this.#conditional++
    const inner: Use = use === "discard" ? "discard" : "value"
    const type = this.#walk(core.body, inner)
    if (core.catches === "faults") this.#remarks.uselessRecover(core.body, type)
    const end = this.#flow.take(mark)
    this.#flow.isLive = wasLive
    for (const binding of this.#facts.get(this.#current)?.assignedIn.get(core) ?? []) this.#flow.set(binding, undefined)
    this.#cells.grow(this.#cells.ofLocal(core.caught), dynamic)
    const handled = this.#walk(core.handler, inner)
    this.#conditional--
    this.#flow.follow(this.#flow.joined(this.#flow.take(mark), end))
    // Behind such a handler the end goes on: nobody sees its value.
    return core.catches === "ends" ? type : join(type, handled)
  }

  // ─── calls ───

  /** A closure takes the values of its captured locals as they are here. */
  #capture(target: FunctionDefinition): void {
    for (const { inner, root } of target.captured) {
      const here =
        root.owner === this.#current ? root : this.#current.captured.find((each) => each.root === root)?.inner
      if (here !== undefined && this.#flow.isLive) this.#cells.grow(this.#cells.ofLocal(inner), this.#typeOf(here))
    }
  }

  #args(args: ReadonlyArray<Core>): ReadonlyArray<Type> {
    const types = new Array<Type>(args.length)
    for (let at = 0; at < args.length; at++) types[at] = this.#walk(args[at]!)
    return types
  }

  #call(core: Core & { kind: "call" }): Type {
    const { args, target } = core
    const types = this.#args(args)
    this.#capture(target)
    if (!this.#flow.isLive) return never
    const signature = isPrelude(target.source) ? signatureOf(target.name) : undefined
    this.#calls.argumentsOf(target, core, args, types, true)
    return signature === undefined ? this.#ending(target) : givenType(signature, args, types)
  }

  #apply(core: Core & { kind: "apply" }): Type {
    const { args, callee } = core
    const type = this.#walk(callee)
    const types = this.#args(args)
    if (!this.#flow.isLive) return never
    if (this.#context.isMistaken(callee)) return dynamic
    const { target } = type
    if (target === undefined || type.kinds !== kind.fn) {
      this.#demands.need(callee, type, typeOfKinds(kind.fn), {
        wrong: (span, actual) => catalog.notAFunction.at(span, { actual, way: infixWay(core, this.#context.source) })
      })
      return dynamic
    }
    if (core.spreads === true) return this.#ending(target)
    if (!this.#calls.takesCount(target, core, args.length)) return dynamic
    this.#calls.argumentsOf(target, core, args, types, false)
    return this.#ending(target)
  }

  /** The result of a call. Behind a function that never ends, or always faults, nothing is reached. */
  #ending(target: FunctionDefinition): Type {
    const type = this.#cells.resultOf(target)
    if (isNever(type)) this.#flow.isLive = false
    return type
  }

  #library(core: Core & { kind: "library" }, use: Use): Type {
    const { args, signature } = core
    const types = this.#args(args)
    if (!this.#flow.isLive) return never
    if (neverReturns.has(signature.name)) {
      this.#flow.isLive = false
      return never
    }
    this.#calls.libraryCall(core, types, use === "discard")
    return givenType(signature, args, types)
  }

  #isOfType(core: Core & { kind: "is" }): Type {
    this.#calls.test(core, this.#walk(core.value))
    return boolType
  }

  #ascribe(core: Core & { kind: "ascribe" }): Type {
    const type = this.#walk(core.value)
    if (!this.#flow.isLive) return never
    const declared = typeOfDeclared(core.type)
    if (declared.isDynamic || isSubtype(type, declared)) {
      this.findings.needsNoCheck(core)
      return declared.isDynamic ? dynamic : declared
    }
    const plain = without(type, kind.error)
    if (!isNever(type) && (isNever(plain) || areDisjoint(plain, declared)))
      this.#context.report(
        catalog.wrongAscription.at(core.value.span, { expected: describeType(declared), actual: describeType(type) })
      )
    return declared
  }

  #listStep(core: Core & { kind: "walk" }): Type {
    const types = this.#args(core.args)
    if (!this.#flow.isLive) return never
    if (core.step === "size") return intType
    if (core.step === "item") return dynamic
    const list = typeOfDeclared(":list")
    const [items] = core.args
    if (!this.#context.isMistaken(items!))
      this.#demands.need(items!, types[0]!, list, {
        wrong: (span, actual, meant) =>
          catalog.wrongArgument.at(span, {
            name: "for",
            param: "list",
            expected: ":list",
            actual,
            way: itemsWay(without(types[0]!, kind.error), list, meant, this.#context.source)
          })
      })
    return meet(types[0]!, list)
  }
}

/** A junction with more items, or a loop with more ways out, is followed less exactly. */
const exactMax = 16

const listWay = (core: Core, source: Source): string | undefined =>
  looksLikeList(core, source) ? bracketWay(core, source) : undefined

/** What to loop over instead of a value that is no list. */
const itemsWay = (type: Type, list: Type, meant: Core, source: Source): string | undefined => {
  if (isSubtype(type, typeOfKinds(kind.map))) return "`(map/entries …)` lists keys and values, `(map/keys …)` the keys"
  if (isSubtype(type, typeOfKinds(kind.str))) return "`(str/chars …)` lists the characters"
  if (isSubtype(type, intType)) return "a count has two bounds: `(for (i 0 n) …)`"
  return wayTo(list, type, meant, source)
}

/** The last thing that a turn of a loop does: before it stands the value of the loop's body. */
const isCounting = (core: Core): boolean => core.kind === "assign" && isHidden(core.binding)
