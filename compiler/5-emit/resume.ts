import { successors } from "../4-lower/blocks.ts"
import { inOrder } from "../4-lower/liveness.ts"
import type { Block, LoopFacts, Machine, Point } from "../4-lower/machine.ts"
import { FunctionText } from "./expression.ts"
import { beforeLeaving, loopResults, startsSafely, Variables, writeSaves } from "./hot.ts"
import type { ModuleNames } from "./module.ts"
import { numberLoopOf } from "./number-loops.ts"
import type { Writer } from "./writer.ts"

/** Loops nested deeper than this run in the resume function itself: each level writes the loops inside it once more. */
const loopFunctionDepthMax = 3

/** The loops of a machine that get a function of their own. A handler around one must find what it has assigned, and that
 * would be lost with the function. */
export const loopsWithFunction = (machine: Machine): ReadonlyArray<LoopFacts> =>
  machine.loops.filter((loop) => loop.depth <= loopFunctionDepthMax && loop.head.region === undefined)

/**
 * The shape that comes back: one `switch (pc)` over the blocks that a saved frame can reach, falling through to the end of
 * the function. It is entered only for a frame from the store or from a wait, and calls hot functions for all it meets.
 * It finishes the interrupted turn of a loop and then calls the loop's own function. Where the machine has regions, one
 * `try` is around the `switch`, and a variable says in which region the running block is.
 */
export const writeResume = (out: Writer, machine: Machine, module: ModuleNames): void =>
  new Resume(machine, module).write(out)

class Resume {
  readonly #machine: Machine
  readonly #module: ModuleNames
  readonly #text: FunctionText
  readonly #loopAtHead: ReadonlyMap<Block, LoopFacts>
  /** Where a saved frame goes on; no block has two points. */
  readonly #landing = new Map<Block, Point>()
  readonly #blocks: ReadonlyArray<Block>
  readonly #labels = new Map<Block, number>()
  readonly #points = new Set<Point>()
  /** Loops of numbers: their turns are here too, for ints that are none. */
  readonly #numberLoops: ReadonlySet<LoopFacts>
  #jumps = false

  constructor(machine: Machine, module: ModuleNames) {
    this.#machine = machine
    this.#module = module
    this.#text = new FunctionText(machine, module)
    this.#loopAtHead = new Map(loopsWithFunction(machine).map((loop) => [loop.head, loop] as const))
    this.#numberLoops = new Set(machine.loops.filter((loop) => numberLoopOf(loop, module.isPure) !== undefined))
    for (const block of machine.blocks)
      if (block.end.kind === "suspendable") this.#landing.set(block.end.next, block.end.statement.point)
    for (const loop of machine.loops) this.#landing.set(loop.head, loop.statement.point)
    if (machine.entry !== undefined) this.#landing.set(machine.blocks[0]!, machine.entry)
    this.#blocks = this.#reachable()
  }

  #next(block: Block): ReadonlyArray<Block> {
    const loop = this.#loopAtHead.get(block)
    const next =
      loop === undefined
        ? successors(block)
        : this.#numberLoops.has(loop)
          ? [loop.exit, ...successors(block)]
          : [loop.exit]
    return block.region === undefined ? next : [...next, block.region.handler]
  }

  #reachable(): ReadonlyArray<Block> {
    const found = new Set(this.#landing.keys())
    const work = [...found]
    for (let block = work.pop(); block !== undefined; block = work.pop()) {
      for (const next of this.#next(block)) {
        if (found.has(next)) continue
        found.add(next)
        work.push(next)
      }
    }
    return this.#machine.blocks.filter((block) => found.has(block))
  }

  /** Blocks where a frame lands have the pc of their point; others get numbers behind the points. */
  #label(block: Block): number {
    const point = this.#landing.get(block)
    if (point !== undefined) return point.pc
    const known = this.#labels.get(block)
    if (known !== undefined) return known
    const label = this.#machine.points.length + this.#labels.size
    this.#labels.set(block, label)
    return label
  }

  write(out: Writer): void {
    const { regions } = this.#machine
    out.write("function ", this.#module.resume(this.#machine.index), "(frame, value")
    out.write(this.#numberLoops.size > 0 ? ", $isGeneric) {\n" : ") {\n")
    const start = out.place()
    this.#restore(out)
    out.write("$save: {\n")
    if (regions.length > 0) this.#inRegions(out)
    else {
      const jump = out.place()
      out.write("switch (pc) {\n")
      this.#body(out)
      out.write("}\n")
      if (this.#jumps) out.insert({ ...jump, at: jump.at + jump.indentation.length }, "for (;;) ")
    }
    out.write("}\n")
    writeSaves(out, this.#text, [...this.#points])
    out.write("}\n")
    const variables = new Variables(this.#text, start)
    variables.add("pc = frame.pc")
    for (const slot of this.#machine.slots) variables.addSlot(slot)
    for (const name of this.#text.scratch) variables.add(name)
    if (regions.length > 0) variables.add("$region = 0, $isNew = true")
    variables.insertInto(out)
  }

  #body(out: Writer): void {
    for (const [index, block] of this.#blocks.entries()) this.#block(out, block, this.#blocks[index + 1])
  }

  /** What the frame waited for may have ended by a fault or a cancellation: then that is thrown where the frame stands. */
  #inRegions(out: Writer): void {
    out.write("for (;;) try {\nif ($isNew) {\n$isNew = false\nvalue = $.deliver(value)\n}\nswitch (pc) {\n")
    this.#body(out)
    out.write("}\n} catch ($thrown) {\n")
    const reached = new Set(this.#blocks)
    for (const region of this.#machine.regions.toReversed()) {
      if (!reached.has(region.handler)) continue
      out.write(`if ($region === ${region.ordinal}) {\n$region = ${region.parent?.ordinal ?? 0}\n`)
      out.write(`if ($.catches($thrown, ${region.ends})) {\n`)
      out.write(`${this.#text.names.of(region.caught)} = $.caught($thrown, ${region.ends})\n`)
      out.write(`pc = ${this.#label(region.handler)}\ncontinue\n}\n}\n`)
    }
    out.write("throw $thrown\n}\n")
  }

  #restore(out: Writer): void {
    const points = this.#machine.points.filter((point) => point.live.length > 0 || point.region !== undefined)
    if (points.length === 0) return
    out.write("const saved = frame.slots\nswitch (pc) {\n")
    for (const point of points) {
      out.write("case ", String(point.pc), ": ")
      for (const [index, slot] of point.live.entries()) {
        out.write(this.#text.names.of(slot), " = ", this.#text.restored(slot, `saved[${index}]`)).write("; ")
      }
      if (point.region !== undefined) out.write("$region = ", String(point.region.ordinal), "; ")
      out.write("break\n")
    }
    out.write("}\n")
  }

  #block(out: Writer, block: Block, following: Block | undefined): void {
    out.write(`case ${this.#label(block)}:\n`)
    if (this.#machine.regions.length > 0) out.write(`$region = ${block.region?.ordinal ?? 0}\n`)
    const loop = this.#loopAtHead.get(block)
    if (loop !== undefined && !this.#numberLoops.has(loop)) return this.#callLoop(out, loop, following)
    if (loop !== undefined) {
      out.write("if ($isGeneric !== true) {\n")
      this.#callLoop(out, loop, undefined)
      out.write("}\n")
    }
    this.#statements(out, block)
    this.#end(out, block, following)
  }

  #statements(out: Writer, block: Block): void {
    const delivered = this.#machine.blocks[block.ordinal - 1]?.end
    if (delivered?.kind === "suspendable" && delivered.next === block && delivered.statement.slot !== undefined) {
      out.write(`${this.#text.names.of(delivered.statement.slot)} = value\n`)
    }
    for (const statement of block.statements) {
      out.mark(this.#machine.source, statement.span)
      if (statement.kind === "assign") out.write(`${this.#text.names.of(statement.slot)} = `)
      else startsSafely(out, statement)
      if (statement.kind === "assign") this.#text.into(out, statement.slot, statement.value)
      else this.#text.expression(out, statement.value)
      out.write("\n")
    }
  }

  #end(out: Writer, block: Block, following: Block | undefined): void {
    const { end } = block
    switch (end.kind) {
      case "jump":
        return this.#jump(out, end.to, following)
      case "return":
        out.mark(this.#machine.source, end.span).write("return ")
        this.#text.expression(out, end.value)
        out.write("\n")
        return
      case "branch":
        out.mark(this.#machine.source, end.span).write("if (")
        if (end.whenTrue === following) {
          out.write("!(")
          this.#text.condition(out, end.test)
          out.write(")) ")
          return this.#jumpIf(out, end.whenFalse)
        }
        this.#text.condition(out, end.test)
        out.write(") ")
        this.#jumpIf(out, end.whenTrue)
        return this.#jump(out, end.whenFalse, following)
      case "suspendable":
        this.#points.add(end.statement.point)
        out.mark(this.#machine.source, end.statement.span).write("value = ")
        this.#text.expression(out, end.statement.call)
        out.write(`\nif (value === $SUSPENDED) { pc = ${end.statement.point.pc}; break $save }\n`)
        return this.#jump(out, end.next, following)
      case "again": {
        const { point } = end.loop.statement
        this.#points.add(point)
        out.write(`if (--$meter.fuel < 0) { ${beforeLeaving(point)}pc = ${point.pc}; break $save }\n`)
        return this.#jump(out, end.loop.head, following)
      }
    }
  }

  #jump(out: Writer, to: Block, following: Block | undefined): void {
    if (to === following) return
    this.#jumps = true
    out.write(`pc = ${this.#label(to)}; continue\n`)
  }

  /** Behind a condition. */
  #jumpIf(out: Writer, to: Block): void {
    this.#jumps = true
    out.write(`{ pc = ${this.#label(to)}; continue }\n`)
  }

  #callLoop(out: Writer, loop: LoopFacts, following: Block | undefined): void {
    const { names } = this.#text
    const name = this.#module.loop(this.#machine.index, loop.ordinal)
    out.write(
      `value = ${name}(${inOrder(loop.head.live)
        .map((slot) => names.of(slot))
        .join(", ")})\n`
    )
    out.write("if (value === $SUSPENDED) return value\n")
    out.write(`if (value === $RETURNED) return ${this.#module.register(0)}\n`)
    for (const [number, slot] of loopResults(loop).entries())
      out.write(`${names.of(slot)} = ${this.#module.register(number)}\n`)
    this.#jump(out, loop.exit, following)
  }
}
