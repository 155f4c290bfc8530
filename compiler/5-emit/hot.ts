import { inOrder } from "../4-lower/liveness.ts"
import type { LoopFacts, Machine, Point, Slot, Statement } from "../4-lower/machine.ts"
import { assignedSlots, mentionedSlots } from "../4-lower/slots.ts"
import { FunctionText } from "./expression.ts"
import type { ModuleNames } from "./module.ts"
import { Writer } from "./writer.ts"

/**
 * The structured shape: locals in JavaScript variables, one labelled block around everything. Where a call suspends or
 * the fuel is out, `pc` is set and the block is left; *behind* it the frame is saved. Nothing stands inside a loop for the
 * sake of that exit but one comparison: a call, an allocation, a `try` or a `switch` there makes the loop five times
 * slower even when it never runs.
 */
export const writeHot = (machine: Machine, module: ModuleNames, name = module.hot(machine.index)): Writer => {
  const text = new FunctionText(machine, module)
  const body = new HotBody(text, "function")
  const inner = new Writer()
  if (machine.entry !== undefined) inner.write("if (--$meter.fuel < 0) break $save\n")
  body.statements(inner, machine.body)
  const params = new Set(machine.params)
  const locals = machine.slots.filter((slot) => !params.has(slot))
  return wrap(text, body, { name, params: machine.params, locals, inner })
}

/**
 * A loop as a function of its own, over the slots that are live at its head: what `resume` calls when it has finished an
 * interrupted turn, so that a resumed loop runs at full speed. It hands the slots that the rest of the function needs
 * back in registers.
 */
export const writeLoop = (machine: Machine, loop: LoopFacts, module: ModuleNames): Writer => {
  const text = new FunctionText(machine, module)
  const body = new HotBody(text, "loop")
  const inner = new Writer()
  body.statements(inner, [loop.statement])
  for (const [number, slot] of loopResults(loop).entries())
    inner.write(`${module.register(number)} = ${text.names.of(slot)}\n`)
  inner.write("return $NEXT\n")
  const locals = inOrder([...mentionedSlots([loop.statement])].filter((slot) => !loop.head.live.has(slot)))
  return wrap(text, body, {
    name: module.loop(machine.index, loop.ordinal),
    params: inOrder(loop.head.live),
    locals,
    inner
  })
}

/** The slots that a loop function changes and the code behind the loop reads, in slot order. */
export const loopResults = (loop: LoopFacts): ReadonlyArray<Slot> =>
  inOrder(new Set(assignedSlots([loop.statement]).filter((slot) => loop.exit.live.has(slot))))

const wrap = (
  text: FunctionText,
  body: HotBody,
  parts: {
    readonly name: string
    readonly params: ReadonlyArray<Slot>
    readonly locals: ReadonlyArray<Slot>
    readonly inner: Writer
  }
): Writer => {
  const out = new Writer()
  const { machine, names } = text
  out.write(`function ${parts.name}(${parts.params.map((slot) => names.of(slot)).join(", ")}) {\n`)
  const variables = [...parts.locals.map((slot) => `${names.of(slot)} = null`), ...text.scratch]
  if (body.usesFuel) variables.push("$fuel = 0")
  const saves = body.points
  if (saves.length > 0) variables.unshift("pc = 0")
  if (variables.length > 0) out.write(`let ${variables.join(", ")}\n`)
  if (saves.length === 0) return out.append(parts.inner).write("}\n")
  out.write("$save: {\n").append(parts.inner).write("}\n")
  writeSaves(out, text, saves, body.localFuel)
  return out.write("}\n").mark(machine.source, machine.span)
}

/** Behind the labelled block: saves the frame of the point in `pc`. */
export const writeSaves = (
  out: Writer,
  text: FunctionText,
  points: ReadonlyArray<Point>,
  localFuel: ReadonlySet<Point> = new Set()
): void => {
  const save = (point: Point): string => {
    const slots = point.live.map((slot) => text.names.of(slot)).join(", ")
    return `${localFuel.has(point) ? "$meter.fuel = $fuel; " : ""}return $.save(${text.machine.index}, ${point.pc}, [${slots}])`
  }
  if (points.length === 0) return
  if (points.length === 1) {
    out.write(save(points[0]!), "\n")
    return
  }
  out.write("switch (pc) {\n")
  for (const point of points.toSorted((a, b) => a.pc - b.pc)) out.write(`case ${point.pc}: ${save(point)}\n`)
  out.write("}\n")
}

/** Writes statements as structured code, and remembers which points it has left the block for. */
export class HotBody {
  readonly points: Array<Point> = []
  /** Points of loops that count their fuel in a local. */
  readonly localFuel = new Set<Point>()
  usesFuel = false
  readonly #text: FunctionText
  readonly #kind: "function" | "loop"
  #inLocalFuel = false

  constructor(text: FunctionText, kind: "function" | "loop") {
    this.#text = text
    this.#kind = kind
    if (kind === "function" && text.machine.entry !== undefined) this.points.push(text.machine.entry)
  }

  statements(out: Writer, statements: ReadonlyArray<Statement>): void {
    for (const statement of statements) this.#statement(out, statement)
  }

  #statement(out: Writer, statement: Statement): void {
    const { names, machine } = this.#text
    switch (statement.kind) {
      case "assign":
        out.mark(machine.source, statement.span).write(`${names.of(statement.slot)} = `)
        this.#text.expression(out, statement.value)
        out.write("\n")
        return
      case "evaluate":
        out.mark(machine.source, statement.span)
        startsSafely(out, statement)
        this.#text.expression(out, statement.value)
        out.write("\n")
        return
      case "suspendable":
        return this.#suspendable(out, statement)
      case "if":
        return this.#if(out, statement)
      case "block":
        out.write(`$block${statement.label.ordinal}: {\n`)
        this.statements(out, statement.body)
        out.write("}\n")
        return
      case "loop":
        return this.#loop(out, statement)
      case "guard":
        return this.#guard(out, statement)
      case "exit":
        out.write(`break $block${statement.label.ordinal}\n`)
        return
      case "return":
        return this.#return(out, statement)
    }
  }

  #suspendable(out: Writer, { slot, call, point, span }: Statement & { kind: "suspendable" }): void {
    const { names, machine } = this.#text
    this.points.push(point)
    out.mark(machine.source, span)
    if (slot === undefined) {
      out.write("if (")
      this.#text.expression(out, call)
      out.write(` === $SUSPENDED) { pc = ${point.pc}; break $save }\n`)
      return
    }
    const name = names.of(slot)
    out.write(`${name} = `)
    this.#text.expression(out, call)
    out.write(`\nif (${name} === $SUSPENDED) { pc = ${point.pc}; break $save }\n`)
  }

  #if(out: Writer, statement: Statement & { kind: "if" }): void {
    const { whenTrue, whenFalse } = statement
    out.mark(this.#text.machine.source, statement.span).write(whenTrue.length === 0 ? "if (!(" : "if (")
    this.#text.condition(out, statement.test)
    out.write(whenTrue.length === 0 ? ")) {\n" : ") {\n")
    this.statements(out, whenTrue.length === 0 ? whenFalse : whenTrue)
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
    const opensLocalFuel = !this.#inLocalFuel && !facts.suspends
    if (opensLocalFuel) {
      this.#inLocalFuel = true
      this.usesFuel = true
      out.write("$fuel = $meter.fuel\n")
    }
    this.points.push(point)
    if (this.#inLocalFuel) this.localFuel.add(point)
    out.write(`$block${label.ordinal}: for (;;) {\n`)
    this.statements(out, statement.body)
    const fuel = this.#inLocalFuel ? "$fuel" : "$meter.fuel"
    out.write(`if (--${fuel} < 0) { ${beforeLeaving(point)}pc = ${point.pc}; break $save }\n}\n`)
    if (opensLocalFuel) {
      this.#inLocalFuel = false
      out.write("$meter.fuel = $fuel\n")
    }
  }

  #return(out: Writer, statement: Statement & { kind: "return" }): void {
    out.mark(this.#text.machine.source, statement.span)
    if (this.#kind === "function" && !this.#inLocalFuel) {
      out.write("return ")
      this.#text.expression(out, statement.value)
      out.write("\n")
      return
    }
    const register = this.#text.module.register(0)
    out.write(`${register} = `)
    this.#text.expression(out, statement.value)
    if (this.#inLocalFuel) out.write("\n$meter.fuel = $fuel")
    out.write(this.#kind === "loop" ? "\nreturn $RETURNED\n" : `\nreturn ${register}\n`)
  }
}

/** In a region it may be that the frame cannot be saved, and then the fault belongs inside. */
export const beforeLeaving = (point: Point): string => (point.region === undefined ? "" : "$.beforeSaving(); ")

/** A line that begins with a bracket would go on with the one above. */
export const startsSafely = (out: Writer, statement: Statement & { kind: "evaluate" }): void => {
  if (statement.value.kind === "library" && !statement.value.name.startsWith("core/")) out.write(";")
}
