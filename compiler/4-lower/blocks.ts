import type { Block, BlockEnd, Label, LoopFacts, Region, Statement } from "./machine.ts"

/** Cuts a body into blocks, in source order: at suspension points, branches and the borders of loops. */
export const cutBlocks = (
  body: ReadonlyArray<Statement>
): { blocks: ReadonlyArray<Block>; loops: ReadonlyArray<LoopFacts>; regions: ReadonlyArray<Region> } => {
  const cutter = new Cutter()
  cutter.run(body)
  return { blocks: cutter.blocks, loops: cutter.loops, regions: cutter.regions }
}

class Cutter {
  readonly blocks: Array<Block> = []
  readonly loops: Array<LoopFacts> = []
  readonly regions: Array<Region> = []
  #region: Region | undefined
  readonly #targets = new Map<Label, Block>()
  readonly #openLoops: Array<LoopFacts> = []
  /** The block that is being filled; undefined behind a jump, where code cannot be reached. */
  #current: Block | undefined

  run(body: ReadonlyArray<Statement>): void {
    this.#open(this.#newBlock())
    this.#statements(body)
  }

  #newBlock(): Block {
    return { ordinal: -1, statements: [], end: unset, live: nothingLive, region: undefined }
  }

  /** Blocks get their place when they are opened, so that they stand in source order. */
  #open(block: Block): void {
    ;(block as { ordinal: number }).ordinal = this.blocks.length
    block.region = this.#region
    this.blocks.push(block)
    this.#current = block
  }

  #close(end: BlockEnd): void {
    if (this.#current !== undefined) this.#current.end = end
    this.#current = undefined
  }

  #statements(statements: ReadonlyArray<Statement>): void {
    for (const statement of statements) {
      if (this.#current === undefined) return
      this.#statement(statement)
    }
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "assign":
      case "evaluate":
        this.#current!.statements.push(statement)
        return
      case "return":
        if (statement.isTailCall === true) this.#loopsSuspend()
        return this.#close({ kind: "return", value: statement.value, span: statement.span })
      case "exit":
        return this.#close({ kind: "jump", to: this.#targets.get(statement.label)! })
      case "suspendable": {
        const next = this.#newBlock()
        this.#close({ kind: "suspendable", statement, next })
        statement.point.region = this.#region
        this.#loopsSuspend()
        return this.#open(next)
      }
      case "if":
        return this.#if(statement)
      case "block": {
        const after = this.#newBlock()
        this.#targets.set(statement.label, after)
        this.#statements(statement.body)
        this.#close({ kind: "jump", to: after })
        return this.#open(after)
      }
      case "loop":
        return this.#loop(statement)
      case "guard":
        return this.#guard(statement)
    }
  }

  // A loop that counts fuel in a local must not hold what looks at the meter itself.
  #loopsSuspend(): void {
    for (const loop of this.#openLoops) loop.suspends = true
  }

  #guard(statement: Statement & { kind: "guard" }): void {
    this.#loopsSuspend()
    const body = this.#newBlock()
    const handler = this.#newBlock()
    const after = this.#newBlock()
    const parent = this.#region
    this.#close({ kind: "jump", to: body })
    this.#region = {
      ordinal: this.regions.length + 1,
      parent,
      ends: statement.ends,
      shields: statement.shields,
      caught: statement.caught,
      handler
    }
    this.regions.push(this.#region)
    this.#open(body)
    this.#statements(statement.body)
    this.#close({ kind: "jump", to: after })
    this.#region = parent
    this.#open(handler)
    this.#statements(statement.handler)
    this.#close({ kind: "jump", to: after })
    this.#open(after)
  }

  #if(statement: Statement & { kind: "if" }): void {
    const whenTrue = this.#newBlock()
    const whenFalse = this.#newBlock()
    const after = this.#newBlock()
    const hasElse = statement.whenFalse.length > 0
    this.#close({
      kind: "branch",
      test: statement.test,
      whenTrue,
      whenFalse: hasElse ? whenFalse : after,
      span: statement.span
    })
    this.#open(whenTrue)
    this.#statements(statement.whenTrue)
    this.#close({ kind: "jump", to: after })
    if (hasElse) {
      this.#open(whenFalse)
      this.#statements(statement.whenFalse)
      this.#close({ kind: "jump", to: after })
    }
    this.#open(after)
  }

  #loop(statement: Statement & { kind: "loop" }): void {
    const head = this.#newBlock()
    const exit = this.#newBlock()
    this.#targets.set(statement.label, exit)
    this.#close({ kind: "jump", to: head })
    statement.point.region = this.#region
    const facts: LoopFacts = {
      ordinal: this.loops.length,
      statement,
      head,
      exit,
      depth: this.#openLoops.length + 1,
      suspends: false
    }
    this.loops.push(facts)
    this.#openLoops.push(facts)
    this.#open(head)
    this.#statements(statement.body)
    this.#close({ kind: "again", loop: facts })
    this.#openLoops.pop()
    this.#open(exit)
  }
}

const nothingLive: Block["live"] = new Set()

// Only a block behind which nothing can be reached keeps it: the empty one after an endless loop or a return.
const unset: BlockEnd = {
  kind: "return",
  value: { kind: "literal", value: { type: "none" } },
  span: { start: 0, end: 0 }
}

/** Where a block may go on. */
export const successors = (block: Block): ReadonlyArray<Block> => {
  switch (block.end.kind) {
    case "jump":
      return [block.end.to]
    case "branch":
      return [block.end.whenTrue, block.end.whenFalse]
    case "suspendable":
      return [block.end.next]
    case "again":
      return [block.end.loop.head]
    case "return":
      return []
  }
}
