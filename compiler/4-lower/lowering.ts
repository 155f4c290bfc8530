import { unseenPart } from "../../stdlib/abi/expectation.ts"
import { isOfPrelude } from "../../stdlib/prelude/prelude.ts"
import type { Signature } from "../../stdlib/signatures/signature.ts"
import {
  type Binding,
  type Clause,
  type Core,
  externMark,
  type FunctionDefinition,
  isExtern,
  type Literal,
  type Loop,
  none,
  typeText
} from "../2-expand/core.ts"
import type { CheckedProgram } from "../3-check/check.ts"
import type { Span } from "../source.ts"
import { expectedParts } from "./expectation.ts"
import { callOfGiven, givenClosures } from "./given-closures.ts"
import type { LaterMachines } from "./later-machines.ts"
import { Locals } from "./locals.ts"
import type { Expression, Known, Label, Point, Slot, Statement } from "./machine.ts"
import { knownByCheck, knownOfCore, localForms } from "./representation.ts"
import { isFreeOfEffects, isStable, withoutDeadCode } from "./statements.ts"

/** Where the value of a node goes. */
type Destination =
  | { readonly kind: "discard" }
  | { readonly kind: "return" }
  | { readonly kind: "slot"; readonly slot: Slot }

interface GivenClosure {
  readonly target: FunctionDefinition
  readonly captured: ReadonlyArray<Slot>
}

const discard: Destination = { kind: "discard" }

const unseen: Literal = { type: "symbol", name: unseenPart }

/** Lowers one function: names every intermediate that a suspension would lose. */
export class Lowering {
  readonly locals: Locals
  readonly points: Array<Point> = []
  readonly #definition: FunctionDefinition | undefined
  readonly #checked: CheckedProgram
  readonly #later: LaterMachines
  // Tables that few functions need are made when they are needed.
  /** Parameters that are certain closures, with the slots of what these capture. */
  #given: Map<Binding, GivenClosure> | undefined
  /** Parts of what a test expects, whose values are kept until it is known whether it holds. */
  #shown: Map<Core, Slot> | undefined
  #loops: Map<Loop, { readonly label: Label; readonly destination: Destination }> | undefined
  /** Where a `return` goes that does not simply end the function. */
  #returns: { readonly label: Label; readonly destination: Destination } | undefined
  /** Guards around what is being lowered. */
  #guards = 0
  #labels = 0

  constructor(definition: FunctionDefinition | undefined, checked: CheckedProgram, later: LaterMachines) {
    this.#definition = definition
    this.#checked = checked
    this.#later = later
    this.locals = new Locals(definition === undefined ? undefined : localForms(definition, checked))
  }

  /** `param` is a closure of `target`. Yields the slots of what it captures. */
  give(param: Binding, target: FunctionDefinition): ReadonlyArray<Slot> {
    // No parameter has such a name: a saved frame finds its slots by their names in another version of the program.
    const captured = target.captured.map(({ inner }) =>
      this.locals.add({ name: `${param.name}.${inner.name}`, kind: "arg", type: typeText(inner.type), form: "value" })
    )
    this.#given ??= new Map()
    this.#given.set(param, { target, captured })
    return captured
  }

  point(kind: Point["kind"], callee: string, span: Span): Point {
    const point: Point = { kind, callee, span, region: undefined, pc: -1, id: "", live: [] }
    this.points.push(point)
    return point
  }

  #label(): Label {
    return { ordinal: ++this.#labels }
  }

  /** Appends statements that compute `core` into `destination`. */
  into(core: Core, destination: Destination, out: Array<Statement>): void {
    if (this.#checked.checks.has(core) || this.#shown?.has(core) === true)
      return this.#deliver(this.#value(core, out), destination, core.span, out)
    this.#into(core, destination, out)
  }

  #into(core: Core, destination: Destination, out: Array<Statement>): void {
    switch (core.kind) {
      case "sequence":
        for (let index = 0; index < core.items.length - 1; index++) this.into(core.items[index]!, discard, out)
        if (core.items.length > 0) return this.into(core.items.at(-1)!, destination, out)
        return this.#deliver({ kind: "literal", value: none }, destination, core.span, out)
      case "define":
      case "assign":
        this.into(core.value, { kind: "slot", slot: this.locals.of(core.binding) }, out)
        return this.#deliver({ kind: "literal", value: none }, destination, core.span, out)
      case "branch":
        return this.#branch(core.clauses, core.otherwise, destination, out)
      case "junction":
        return this.#junction(core, destination, out)
      case "loop":
        return this.#loop(core, destination, out)
      case "leave": {
        const loop = this.#loops!.get(core.loop)!
        this.into(core.value, loop.destination, out)
        if (loop.destination.kind !== "return") out.push({ kind: "exit", label: loop.label })
        return
      }
      case "return": {
        const returns = this.#returns
        if (returns === undefined) return this.into(core.value, { kind: "return" }, out)
        this.into(core.value, returns.destination, out)
        out.push({ kind: "exit", label: returns.label })
        return
      }
      case "block":
        return this.#block(core, destination, out)
      case "guard":
        return this.#guard(core, destination, out)
      default:
        return this.#simple(core, destination, out)
    }
  }

  /** Nodes whose value is one expression, after the statements that its arguments need. */
  #simple(core: Core, destination: Destination, out: Array<Statement>): void {
    const expression = this.#operation(core, out)
    const callee = this.#suspendingCallee(core)
    if (callee === undefined) return this.#deliver(expression, destination, core.span, out)
    if (destination.kind === "return" && this.#isTailCall(core))
      return void out.push({ kind: "return", value: expression, isTailCall: true, span: core.span })
    const point = this.point("call", callee, core.span)
    const slot = destination.kind === "discard" ? undefined : this.#resultSlot(destination)
    out.push({ kind: "suspendable", slot, call: expression, point, span: core.span })
    if (slot !== undefined) this.#deliver({ kind: "slot", slot, known: expression.known }, destination, core.span, out)
  }

  /** A call whose result is that of the function needs no frame below it. What the main task calls keeps one, so that its
   * place can be seen. */
  #isTailCall(core: Core): boolean {
    if (this.#guards > 0 || this.#definition === undefined || this.#definition.index === 0) return false
    return core.kind === "call" || core.kind === "apply"
  }

  /** Not straight into a local that a handler may read: while the call waits, the slot holds no value. Nor into one that holds
   * a double. */
  #resultSlot(destination: Destination): Slot {
    if (destination.kind !== "slot" || destination.slot.form === "double") return this.locals.temp()
    return this.#guards > 0 && !this.locals.isOwnTemp(destination.slot) ? this.locals.temp() : destination.slot
  }

  /** What the node calls when that may suspend, else undefined. */
  #suspendingCallee(core: Core): string | undefined {
    if (this.#plainCallee(core) !== undefined) return undefined
    if (core.kind === "apply") return core.callee.kind === "reference" ? core.callee.binding.name : "fn"
    if (core.kind === "call")
      return this.#checked.effects.get(core.target)!.suspends ? core.target.qualifiedName : undefined
    if (core.kind !== "library") return undefined
    const { effect, name, shownAs } = core.signature
    if (effect !== "suspends" && effect !== "external") return undefined
    return shownAs ?? (isExtern(core.signature) ? name.slice(externMark.length) : name)
  }

  /** The function of a certain closure, when the node applies it as it wants to be, and it cannot suspend. */
  #plainCallee(core: Core): FunctionDefinition | undefined {
    if (core.kind !== "apply" || core.spreads === true || core.callee.kind !== "reference") return undefined
    const target = this.#given?.get(core.callee.binding)?.target
    return target?.params.length === core.args.length ? target : undefined
  }

  #deliver(value: Expression, destination: Destination, span: Span, out: Array<Statement>): void {
    if (destination.kind === "return") out.push({ kind: "return", value, span })
    else if (destination.kind === "slot") {
      if (value.kind !== "slot" || value.slot !== destination.slot)
        out.push({ kind: "assign", slot: destination.slot, value, span })
    } else if (!isFreeOfEffects(value)) out.push({ kind: "evaluate", value, span })
  }

  /** `core` as an expression; what must happen before it is appended to `out`. */
  #value(core: Core, out: Array<Statement>): Expression {
    const check = this.#checked.checks.get(core)
    const plain = this.#uncheckedValue(core, out)
    const value: Expression =
      check === undefined
        ? plain
        : {
            kind: "check",
            type: typeText(check.type),
            value: plain,
            what: check.what,
            span: core.span,
            known: knownByCheck.get(typeText(check.type))
          }
    const shown = this.#shown?.get(core)
    if (shown === undefined) return value
    out.push({ kind: "assign", slot: shown, value, span: core.span })
    return { kind: "slot", slot: shown }
  }

  #uncheckedValue(core: Core, out: Array<Statement>): Expression {
    if (this.#isExpression(core)) return this.#operation(core, out)
    const known = this.#knownOf(core)
    const slot = this.locals.temp(known)
    this.#into(core, { kind: "slot", slot }, out)
    return { kind: "slot", slot, known }
  }

  /** What is certain of the value, also of a node that has no type of its own: of a test the checker keeps what it tells. */
  #knownOf(core: Core): Known | undefined {
    const known = knownOfCore(core)
    if (known !== undefined || this.#checked.checks.has(core)) return known
    switch (core.kind) {
      case "is":
        return "bool"
      case "library":
        return isTest(core.signature) ? "bool" : undefined
      case "sequence":
        return core.items.length === 0 ? undefined : this.#knownOf(core.items.at(-1)!)
      case "junction":
        return core.items.every((item) => this.#knownOf(item) === "bool") ? "bool" : undefined
      default:
        return undefined
    }
  }

  #isExpression(core: Core): boolean {
    switch (core.kind) {
      case "literal":
      case "reference":
      case "constant":
      case "closure":
      case "walk":
      case "is":
      case "ascribe":
        return true
      case "library":
      case "call":
      case "apply":
        return this.#suspendingCallee(core) === undefined
      default:
        return false
    }
  }

  /** The operation of a node over its arguments, itself not yet performed. */
  #operation(core: Core, out: Array<Statement>): Expression {
    const known = knownOfCore(core)
    switch (core.kind) {
      case "literal":
        return { kind: "literal", value: core.value, known }
      case "reference":
        return this.#reference(core.binding, known)
      case "constant":
        return { kind: "constant", index: this.#later.constant(core.global), known }
      case "closure":
        return { kind: "closure", index: core.target.index, captured: this.#captured(core.target), known }
      case "call":
        return this.#call(core, this.#arguments(core.args, out), known)
      case "apply": {
        const [callee, ...args] = this.#arguments([core.callee, ...core.args], out)
        const plain = this.#plainCallee(core)
        if (plain !== undefined && callee?.kind === "closure")
          return withKnown(
            callOfGiven(this.#checked, { target: plain, captured: callee.captured, args, span: core.span }),
            known
          )
        return { kind: "apply", callee: callee!, args, spreads: core.spreads === true, span: core.span, known }
      }
      case "library": {
        const { signature, span } = core
        const args =
          signature.name === "core/test/expect" ? this.#expectation(core, out) : this.#arguments(core.args, out)
        const isBoolean = isTest(signature)
        return { kind: "library", name: signature.name, isBoolean, args, spreads: core.spreads === true, span, known }
      }
      case "is":
        return { kind: "is", type: typeText(core.type), value: this.#value(core.value, out), span: core.span, known }
      case "ascribe": {
        const value = this.#value(core.value, out)
        if (this.#checked.needless.has(core)) return withKnown(value, known)
        return { kind: "check", type: typeText(core.type), value, what: "", span: core.span, known }
      }
      case "walk":
        return { kind: "walk", step: core.step, args: this.#arguments(core.args, out), span: core.span, known }
      default:
        throw new Error(`not an operation: ${core.kind}`)
    }
  }

  #call(
    { span, target }: Core & { kind: "call" },
    args: ReadonlyArray<Expression>,
    known: Known | undefined
  ): Expression {
    const given = isOfPrelude(target.source.name) ? givenClosures(this.#checked, target, args) : nothingGiven
    if (given.size === 0) {
      const all = target.captured.length === 0 ? args : [...this.#captured(target), ...args]
      return { kind: "call", index: target.index, args: all, span, known }
    }
    const index = this.#later.specialised({ definition: target, given })
    const rest = args.flatMap((arg, at) =>
      arg.kind === "closure" && given.has(target.params[at]!) ? arg.captured : [arg]
    )
    return { kind: "call", index, args: rest, span, known }
  }

  #reference(binding: Binding, known: Known | undefined): Expression {
    const given = this.#given?.get(binding)
    if (given !== undefined)
      return {
        kind: "closure",
        index: given.target.index,
        captured: given.captured.map((slot) => ({ kind: "slot", slot })),
        known
      }
    const global = this.#definition === undefined ? this.#later.ofBinding(binding) : undefined
    if (global !== undefined) return { kind: "constant", index: this.#later.constant(global), known }
    return { kind: "slot", slot: this.locals.of(binding), known }
  }

  /** The values that `target` captures, as this function sees them. */
  #captured(target: FunctionDefinition): ReadonlyArray<Expression> {
    return target.captured.map(({ root }) => {
      if (this.#given?.has(root) === true) return this.#reference(root, undefined)
      const here =
        root.owner === this.#definition ? root : this.#definition!.captured.find((each) => each.root === root)!.inner
      return { kind: "slot", slot: this.locals.of(here) }
    })
  }

  /** Left to right: when a later argument needs statements, the earlier ones are kept in slots, unless nothing can change
   * them in between. */
  #arguments(args: ReadonlyArray<Core>, out: Array<Statement>): ReadonlyArray<Expression> {
    const values = new Array<Expression>(args.length)
    let ends: Array<number> | undefined
    for (let index = 0; index < args.length; index++) {
      const before = out.length
      values[index] = this.#value(args[index]!, out)
      // Most arguments need no statements: then there is nothing to remember.
      if (out.length > before) ends ??= new Array<number>(index).fill(before)
      ends?.push(out.length)
    }
    if (ends !== undefined) this.#keepEarlier(args, values, ends, out)
    return values
  }

  /** `ends`: where in `out` the statements of each argument end. */
  #keepEarlier(
    args: ReadonlyArray<Core>,
    values: Array<Expression>,
    ends: ReadonlyArray<number>,
    out: Array<Statement>
  ): void {
    let inserted = 0
    for (const [index, value] of values.entries()) {
      const end = ends[index]! + inserted
      if (end === out.length) return
      if (isStable(value, out.slice(end))) continue
      const slot = this.locals.temp(value.known)
      out.splice(end, 0, { kind: "assign", slot, value, span: args[index]!.span })
      inserted++
      values[index] = { kind: "slot", slot, known: value.known }
    }
  }

  /** The condition, and the texts and values of its parts. */
  #expectation({ args, span }: Core & { kind: "library" }, out: Array<Statement>): ReadonlyArray<Expression> {
    const parts = args.flatMap((each) => expectedParts(each, this.#definition!.source))
    for (const { core } of parts) {
      const slot = this.locals.temp()
      this.#shown ??= new Map()
      this.#shown.set(core, slot)
      out.push({ kind: "assign", slot, value: { kind: "literal", value: unseen }, span })
    }
    const condition = this.#arguments(args, out)
    const shown = parts.flatMap(
      ({ core, text }): ReadonlyArray<Expression> => [
        { kind: "literal", value: { type: "string", value: text } },
        { kind: "slot", slot: this.#shown!.get(core)! }
      ]
    )
    return [...condition, ...shown]
  }

  #branch(clauses: ReadonlyArray<Clause>, otherwise: Core, destination: Destination, out: Array<Statement>): void {
    if (clauses.length === 1) {
      const { test, value } = clauses[0]!
      const condition = this.#value(test, out)
      out.push({
        kind: "if",
        test: condition,
        whenTrue: this.#statements(value, destination),
        whenFalse: this.#statements(otherwise, destination),
        span: test.span
      })
      return
    }
    const label = this.#label()
    const body: Array<Statement> = []
    for (const clause of clauses) {
      const test = this.#value(clause.test, body)
      const whenTrue = this.#statements(clause.value, destination)
      if (destination.kind !== "return") whenTrue.push({ kind: "exit", label })
      body.push({ kind: "if", test, whenTrue, whenFalse: [], span: clause.test.span })
    }
    this.into(otherwise, destination, body)
    out.push({ kind: "block", label, body: withoutDeadCode(body) })
  }

  #statements(core: Core, destination: Destination): Array<Statement> {
    const out: Array<Statement> = []
    this.into(core, destination, out)
    return withoutDeadCode(out)
  }

  #junction(core: Core & { kind: "junction" }, destination: Destination, out: Array<Statement>): void {
    // Not straight into a local: a way out of the junction would leave it half computed.
    const slot =
      destination.kind === "slot" && destination.slot.kind === "temp" && destination.slot.form === "value"
        ? destination.slot
        : this.locals.temp()
    const label = this.#label()
    const body: Array<Statement> = []
    for (const item of core.items.slice(0, -1)) {
      this.into(item, { kind: "slot", slot }, body)
      const leave: ReadonlyArray<Statement> = [{ kind: "exit", label }]
      const test: Expression = { kind: "slot", slot, known: this.#knownOf(item) }
      body.push(
        core.until === "true"
          ? { kind: "if", test, whenTrue: leave, whenFalse: [], span: item.span }
          : { kind: "if", test, whenTrue: [], whenFalse: leave, span: item.span }
      )
    }
    this.into(core.items.at(-1)!, { kind: "slot", slot }, body)
    out.push({ kind: "block", label, body: withoutDeadCode(body) })
    this.#deliver({ kind: "slot", slot, known: this.#knownOf(core) }, destination, core.span, out)
  }

  #block(core: Core & { kind: "block" }, destination: Destination, out: Array<Statement>): void {
    const label = this.#label()
    const around = this.#returns
    // Its value may be computed in many places, and only a real slot can be left for from any of them.
    const slot = destination.kind === "discard" ? undefined : this.locals.temp()
    const inside: Destination = slot === undefined ? discard : { kind: "slot", slot }
    this.#loops ??= new Map()
    this.#loops.set(core.loop, { label, destination: inside })
    if (core.catchesReturn) this.#returns = { label, destination: inside }
    const body: Array<Statement> = []
    this.into(core.body, inside, body)
    this.#returns = around
    out.push({ kind: "block", label, body: withoutDeadCode(body) })
    if (slot !== undefined) this.#deliver({ kind: "slot", slot }, destination, core.span, out)
  }

  #guard(core: Core & { kind: "guard" }, destination: Destination, out: Array<Statement>): void {
    const slot = destination.kind === "discard" ? undefined : this.locals.temp()
    const inside: Destination = slot === undefined ? discard : { kind: "slot", slot }
    this.#guards++
    const body = this.#statements(core.body, inside)
    this.#guards--
    const handler = this.#statements(core.handler, inside)
    const caught = this.locals.of(core.caught)
    const { catches, shields = false, span } = core
    out.push({ kind: "guard", body, ends: catches === "ends", shields, caught, handler, span })
    if (slot !== undefined) this.#deliver({ kind: "slot", slot }, destination, core.span, out)
  }

  #loop(core: Core & { kind: "loop" }, destination: Destination, out: Array<Statement>): void {
    const label = this.#label()
    this.#loops ??= new Map()
    this.#loops.set(core.loop, { label, destination })
    const point = this.point("loop", "", { start: core.span.start, end: core.span.start + 1 })
    const body = this.#statements(core.body, discard)
    out.push({ kind: "loop", label, body, point, span: core.span })
  }
}

const withKnown = (expression: Expression, known: Known | undefined): Expression =>
  known === undefined || known === expression.known ? expression : { ...expression, known }

/** Whether it yields true or false, and nothing else. */
const isTest = ({ mayError, result }: Signature): boolean => result === ":bool" && mayError !== true

const nothingGiven: ReadonlyMap<Binding, FunctionDefinition> = new Map()
