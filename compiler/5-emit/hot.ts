import { inOrder } from "../4-lower/liveness.ts"
import type { LoopFacts, Machine, Point, Slot, Statement } from "../4-lower/machine.ts"
import { assignedSlots, mentionedSlots } from "../4-lower/slots.ts"
import { FunctionText } from "./expression.ts"
import { appendedItem, type GrownList, grownSlots } from "./grown-lists.ts"
import type { ModuleNames } from "./module.ts"
import { isPureLoop, type NumberLoopFacts, numberLoopOf } from "./number-loops.ts"
import type { Place, Writer } from "./writer.ts"

/**
 * The structured shape: locals in JavaScript variables, one labelled block around everything. Where a call suspends or
 * the fuel is out, `pc` is set and the block is left; *behind* it the frame is saved. Nothing stands inside a loop for the
 * sake of that exit but one comparison: a call, an allocation, a `try` or a `switch` there makes the loop five times
 * slower even when it never runs.
 */
export const writeHot = (
  out: Writer,
  machine: Machine,
  module: ModuleNames,
  name = module.hot(machine.index)
): void => {
  const text = new FunctionText(machine, module)
  const body = new HotBody(text, "function")
  writeFunction(out, text, body, {
    name,
    params: machine.params,
    // The parameters are the first slots.
    locals: machine.slots.slice(machine.params.length),
    saves: machine.suspends && (machine.entry !== undefined || hasPoints(machine.body)),
    write: () => {
      for (const param of machine.params)
        if (param.form === "double") out.write(`${text.names.of(param)} = $.double(${text.names.of(param)})\n`)
      if (machine.entry !== undefined) out.write("if (--$meter.fuel < 0) break $save\n")
      body.statements(out, machine.body)
    }
  })
}

/**
 * A loop as a function of its own, over the slots that are live at its head: what `resume` calls when it has finished an
 * interrupted turn, so that a resumed loop runs at full speed. It hands the slots that the rest of the function needs
 * back in registers.
 */
export const writeLoop = (out: Writer, machine: Machine, loop: LoopFacts, module: ModuleNames): void => {
  const text = new FunctionText(machine, module)
  const body = new HotBody(text, "loop")
  const params = inOrder(loop.head.live)
  writeFunction(out, text, body, {
    name: module.loop(machine.index, loop.ordinal),
    params,
    locals: inOrder([...mentionedSlots([loop.statement])].filter((slot) => !loop.head.live.has(slot))),
    saves: true,
    write: () => {
      // What comes in may be anything for V8; from here on it is a number, and needs no box.
      for (const slot of params)
        if (slot.form !== "value") out.write(`${text.names.of(slot)} = +${text.names.of(slot)}\n`)
      body.statements(out, [loop.statement])
      for (const [number, slot] of loopResults(loop).entries())
        out.write(`${module.register(number)} = ${text.names.of(slot)}\n`)
      out.write("return $NEXT\n")
    }
  })
}

/** The slots that a loop function changes and the code behind the loop reads, in slot order. */
export const loopResults = (loop: LoopFacts): ReadonlyArray<Slot> =>
  inOrder(new Set(assignedSlots([loop.statement]).filter((slot) => loop.exit.live.has(slot))))

/** What its variable holds before it is assigned. */
const unset = (slot: Slot): string => (slot.form === "value" ? "null" : "0")

interface FunctionParts {
  readonly name: string
  readonly params: ReadonlyArray<Slot>
  readonly locals: ReadonlyArray<Slot>
  /** Whether there is a place in it where a frame can be saved. */
  readonly saves: boolean
  /** Writes what it does. */
  readonly write: () => void
}

const writeFunction = (out: Writer, text: FunctionText, body: HotBody, parts: FunctionParts): void => {
  const { machine } = text
  out.write("function ", parts.name, "(")
  writeNames(out, text, parts.params)
  out.write(") {\n")
  const start = out.place()
  if (parts.saves) out.write("$save: {\n")
  parts.write()
  if (parts.saves) {
    out.write("}\n")
    writeSaves(out, text, body.points, body)
  }
  out.write("}\n")
  if (parts.saves) out.mark(machine.source, machine.span)
  const variables = new Variables(text, start)
  if (parts.saves) variables.add("pc = 0")
  for (const slot of parts.locals) variables.addSlot(slot)
  for (const name of text.scratch) variables.add(name)
  if (body.usesFuel) variables.add("$fuel = 0")
  for (const name of body.shadows) variables.add(name)
  variables.insertInto(out)
}

/** What a function declares, in one line that is put where its body begins once that is written. */
export class Variables {
  readonly #text: FunctionText
  readonly #place: Place
  readonly #line: Writer

  constructor(text: FunctionText, place: Place) {
    this.#text = text
    this.#place = place
    this.#line = text.module.line()
  }

  add(name: string): void {
    if (this.#line.length === 0) this.#line.write(this.#place.indentation, "let ", name)
    else this.#line.write(", ", name)
  }

  addSlot(slot: Slot): void {
    this.add(this.#text.names.of(slot))
    this.#line.write(" = ", unset(slot))
  }

  insertInto(out: Writer): void {
    if (this.#line.length > 0) out.insertBytes(this.#place, this.#line.write("\n"))
    this.#text.module.giveBack(this.#line)
  }
}

export const writeNames = (out: Writer, text: FunctionText, slots: Iterable<Slot>): void => {
  let separator = ""
  for (const slot of slots) {
    out.write(separator, text.names.of(slot))
    separator = ", "
  }
}

/** Whether a frame can be saved somewhere in the statements. */
const hasPoints = (statements: ReadonlyArray<Statement>): boolean =>
  statements.some((statement) => {
    switch (statement.kind) {
      case "suspendable":
      case "loop":
        return true
      case "if":
        return hasPoints(statement.whenTrue) || hasPoints(statement.whenFalse)
      case "block":
        return hasPoints(statement.body)
      case "guard":
        return hasPoints(statement.body) || hasPoints(statement.handler)
      default:
        return false
    }
  })

/** Behind the labelled block: saves the frame of the point in `pc`, or goes on in the resume shape. */
export const writeSaves = (
  out: Writer,
  text: FunctionText,
  points: ReadonlyArray<Point>,
  body?: Pick<HotBody, "localFuel" | "leaves" | "kind" | "grownAt">
): void => {
  if (points.length === 0) return
  const leaves = body?.leaves ?? []
  if (points.length + leaves.length === 1) return writeSave(out, text, points[0]!, body)
  out.write("switch (pc) {\n")
  for (const point of points.toSorted((a, b) => a.pc - b.pc)) {
    out.write("case ", String(point.pc), ": ")
    writeSave(out, text, point, body)
  }
  for (const leave of leaves) out.write(`case ${leaveOf(leave.point)}: `, goOn(text, leave, body!.kind), "\n")
  out.write("}\n")
}

const writeSave = (
  out: Writer,
  text: FunctionText,
  point: Point,
  body: Pick<HotBody, "localFuel" | "grownAt"> | undefined
): void => {
  const grown = body?.grownAt?.get(point)
  if (body?.localFuel?.has(point) === true) out.write(returnFuel)
  out.write("return $.save(", String(text.machine.index), ", ").write(String(point.pc), ", [")
  for (let index = 0; index < point.live.length; index++) {
    const slot = point.live[index]!
    out.write(index === 0 ? "" : ", ", savedSlot(text, slot, { grown: grown?.get(slot) }))
  }
  out.write("])\n")
}

/** As it stands in a frame. Of a list that grows, the items of a turn that is done again are left out. */
const savedSlot = (
  text: FunctionText,
  slot: Slot,
  { grown, shadow }: { readonly grown: GrownList | undefined; readonly shadow?: string | undefined }
): string => (grown === undefined ? text.saved(slot, shadow) : grownList(text, slot, grown, shadow))

const grownList = (text: FunctionText, slot: Slot, { items }: GrownList, count?: string): string =>
  `$.grown(${text.names.of(slot)}, ${items}${count === undefined ? "" : `, ${count}`})`

const returnFuel = "$meter.fuel = $fuel; "

/** A way out of a loop of numbers. */
interface Leave {
  readonly point: Point
  /** Variables with what slots held when the turn began. */
  readonly shadows: ReadonlyMap<Slot, string>
  readonly grown: ReadonlyMap<Slot, GrownList>
}

/** The `pc` of a way out: below 0, as a frame has none such. */
const leaveOf = (point: Point): number => -1 - point.pc

const goOn = (text: FunctionText, { grown, point, shadows }: Leave, kind: HotBody["kind"]): string => {
  const slots = point.live
    .map((slot) => savedSlot(text, slot, { grown: grown.get(slot), shadow: shadows.get(slot) }))
    .join(", ")
  const call = `${text.module.resume(text.machine.index)}({ pc: ${point.pc}, slots: [${slots}] }, null, true)`
  if (kind === "function") return `${returnFuel}return ${call}`
  const register = text.module.register(0)
  return `${returnFuel}${register} = ${call}; return ${register} === $SUSPENDED ? $SUSPENDED : $RETURNED`
}

const nothingGrown: ReadonlyMap<Slot, GrownList> = new Map()

/** Writes statements as structured code, and remembers which points it has left the block for. */
export class HotBody {
  readonly points: Array<Point> = []
  /** Points of loops that count their fuel in a local. */
  localFuel: Set<Point> | undefined
  /** The ways out of loops of numbers. */
  readonly leaves: Array<Leave> = []
  /** The lists that grow in the loop of a point. */
  grownAt: Map<Point, ReadonlyMap<Slot, GrownList>> | undefined
  /** Further variables. */
  readonly shadows: Array<string> = []
  usesFuel = false
  readonly kind: "function" | "loop"
  readonly #text: FunctionText
  #inLocalFuel = false
  #grown = nothingGrown
  #lists = 0

  constructor(text: FunctionText, kind: "function" | "loop") {
    this.#text = text
    this.kind = kind
    if (kind === "function" && text.machine.entry !== undefined) this.points.push(text.machine.entry)
  }

  statements(out: Writer, statements: ReadonlyArray<Statement>): void {
    for (const statement of statements) this.#statement(out, statement)
  }

  /** Where a line is written, as in a loop of numbers there may have to be statements before it. */
  #lineOf(out: Writer): Writer {
    return this.#text.numberLoop === undefined ? out : this.#text.module.line()
  }

  #endLine(out: Writer, line: Writer, end: string): void {
    line.write(end)
    if (line === out) return
    out.append(line)
    this.#text.module.giveBack(line)
  }

  #statement(out: Writer, statement: Statement): void {
    const { names, machine } = this.#text
    switch (statement.kind) {
      case "assign": {
        if (this.#grown.has(statement.slot)) return this.#append(out, statement)
        const line = this.#lineOf(out).mark(machine.source, statement.span)
        line.write(names.of(statement.slot), " = ")
        this.#text.into(line, statement.slot, statement.value)
        return this.#endLine(out, line, "\n")
      }
      case "evaluate": {
        const line = this.#lineOf(out).mark(machine.source, statement.span)
        startsSafely(line, statement)
        this.#text.expression(line, statement.value)
        return this.#endLine(out, line, "\n")
      }
      case "suspendable":
        return this.#suspendable(out, statement)
      case "if":
        return this.#if(out, statement)
      case "block":
        out.write("$block", String(statement.label.ordinal), ": {\n")
        this.statements(out, statement.body)
        out.write("}\n")
        return
      case "loop":
        return this.#loop(out, statement)
      case "guard":
        return this.#guard(out, statement)
      case "exit":
        out.write("break $block", String(statement.label.ordinal), "\n")
        return
      case "return":
        return this.#return(out, statement)
    }
  }

  #append(out: Writer, { slot, span, value }: Statement & { kind: "assign" }): void {
    const { items, room } = this.#grown.get(slot)!
    const line = this.#lineOf(out).mark(this.#text.machine.source, span).write(`${items}.push(`)
    this.#text.expression(line, appendedItem(slot, value)!)
    out.write(`if (!(${items}.length < ${room})) ${this.#text.numberLoop!.leave}\n`)
    this.#endLine(out, line, ")\n")
  }

  #suspendable(out: Writer, { slot, call, point, span }: Statement & { kind: "suspendable" }): void {
    const { names, machine } = this.#text
    this.points.push(point)
    out.mark(machine.source, span)
    if (slot === undefined) {
      out.write("if (")
      this.#text.expression(out, call)
    } else {
      out.write(names.of(slot), " = ")
      this.#text.expression(out, call)
      out.write("\nif (", names.of(slot))
    }
    out.write(" === $SUSPENDED) { pc = ", String(point.pc), "; break $save }\n")
  }

  #if(out: Writer, statement: Statement & { kind: "if" }): void {
    const { whenTrue, whenFalse } = statement
    const line = this.#lineOf(out).mark(this.#text.machine.source, statement.span)
    const isNegated = whenTrue.length === 0
    const first = isNegated ? whenFalse : whenTrue
    line.write(isNegated ? "if (!(" : "if (")
    this.#text.condition(line, statement.test)
    if (first[0]?.kind === "exit" && (isNegated || whenFalse.length === 0)) {
      this.#endLine(out, line, isNegated ? ")) " : ") ")
      return this.#statement(out, first[0])
    }
    this.#endLine(out, line, isNegated ? ")) {\n" : ") {\n")
    this.statements(out, first)
    if (whenTrue.length > 0 && whenFalse.length > 0) {
      out.write("} else {\n")
      this.statements(out, whenFalse)
    }
    out.write("}\n")
  }

  #guard(out: Writer, { body, ends, caught, handler }: Statement & { kind: "guard" }): void {
    out.write("try {\n")
    this.statements(out, body)
    out.write(`} catch ($thrown) {\n${this.#text.names.of(caught)} = $.caught($thrown, ${ends})\n`)
    this.statements(out, handler)
    out.write("}\n")
  }

  #loop(out: Writer, statement: Statement & { kind: "loop" }): void {
    const { point, label } = statement
    const facts = this.#text.machine.loopOf.get(statement)!
    const { isPure } = this.#text.module
    const opensLocalFuel = !this.#inLocalFuel && !facts.suspends && isPureLoop(facts, isPure)
    if (opensLocalFuel) {
      this.#inLocalFuel = true
      this.usesFuel = true
      out.write("$fuel = $meter.fuel\n")
    }
    this.points.push(point)
    if (this.#inLocalFuel) {
      this.localFuel ??= new Set()
      this.localFuel.add(point)
    }
    const around = this.#text.numberLoop
    const grownAround = this.#grown
    const numbers = around?.numbers ?? numberLoopOf(facts, isPure)?.numbers
    if (numbers !== undefined) this.#growLists(out, facts)
    const turn =
      numbers === undefined ? undefined : this.#enterNumberLoop(out, facts, { numbers }, around === undefined)
    out.write(`$block${label.ordinal}: for (;;) {\n`)
    if (turn !== undefined) out.write(turn)
    this.statements(out, statement.body)
    this.#text.numberLoop = around
    const fuel = this.#inLocalFuel ? "$fuel" : "$meter.fuel"
    out.write(`if (--${fuel} < 0) { ${beforeLeaving(point)}pc = ${point.pc}; break $save }\n}\n`)
    if (opensLocalFuel) {
      this.#inLocalFuel = false
      out.write("$meter.fuel = $fuel\n")
    }
    for (const [slot, grown] of this.#grown)
      if (!grownAround.has(slot)) out.write(`${this.#text.names.of(slot)} = ${grownList(this.#text, slot, grown)}\n`)
    this.#grown = grownAround
  }

  #growLists(out: Writer, loop: LoopFacts): void {
    const grown = new Map(this.#grown)
    for (const slot of grownSlots(loop)) {
      if (grown.has(slot)) continue
      const list = { items: `$grown${this.#lists}`, room: `$room${this.#lists++}` }
      this.shadows.push(list.items, list.room)
      out.write(`${list.items} = []\n${list.room} = $listItemsMax - ${this.#text.names.of(slot)}.size\n`)
      grown.set(slot, list)
    }
    this.#grown = grown
    this.grownAt ??= new Map()
    this.grownAt.set(loop.statement.point, grown)
  }

  /** Yields what each turn begins with: it keeps what the loop changes, as it may have to be done once more. */
  #enterNumberLoop(out: Writer, loop: LoopFacts, { numbers }: NumberLoopFacts, isOutermost: boolean): string {
    const { names } = this.#text
    const { point } = loop.statement
    const changed = new Set(assignedSlots([loop.statement]))
    const shadows = new Map<Slot, string>()
    for (const slot of point.live) {
      if (!changed.has(slot)) continue
      const shadow = `$before${this.shadows.length}`
      this.shadows.push(shadow)
      shadows.set(slot, shadow)
    }
    const heldBy = (slot: Slot): string => {
      const grown = this.#grown.get(slot)
      return grown === undefined ? names.of(slot) : `${grown.items}.length`
    }
    const turn = [...shadows].map(([slot, shadow]) => `${shadow} = ${heldBy(slot)}\n`).join("")
    const leave = `{ pc = ${leaveOf(point)}; break $save }`
    this.leaves.push({ point, shadows, grown: this.#grown })
    const entering = isOutermost ? point.live.filter((slot) => numbers.has(slot)).map((slot) => names.of(slot)) : []
    if (entering.length > 0) {
      out.write(turn, `if (${entering.map((name) => `typeof ${name} !== "number"`).join(" || ")}) ${leave}\n`)
      // V8 does not learn from the test that it is a number; from this it does, and then keeps it out of a box.
      out.write(entering.map((name) => `${name} = +${name}`).join("; "), "\n")
    }
    this.#text.numberLoop = { numbers, bounded: new Set(), before: out, leave }
    return turn
  }

  #return(out: Writer, statement: Statement & { kind: "return" }): void {
    const line = this.#lineOf(out).mark(this.#text.machine.source, statement.span)
    const isPlain = this.kind === "function" && !this.#inLocalFuel
    const register = isPlain ? "" : this.#text.module.register(0)
    line.write(isPlain ? "return " : `${register} = `)
    this.#text.expression(line, statement.value)
    if (isPlain) return this.#endLine(out, line, "\n")
    if (this.#inLocalFuel) line.write("\n$meter.fuel = $fuel")
    this.#endLine(out, line, this.kind === "loop" ? "\nreturn $RETURNED\n" : `\nreturn ${register}\n`)
  }
}

/** In a region it may be that the frame cannot be saved, and then the fault belongs inside. */
export const beforeLeaving = (point: Point): string => (point.region === undefined ? "" : "$.beforeSaving(); ")

/** A line that begins with a bracket would go on with the one above. */
export const startsSafely = (out: Writer, statement: Statement & { kind: "evaluate" }): void => {
  if (statement.value.kind === "library" && !statement.value.name.startsWith("core/")) out.write(";")
}
