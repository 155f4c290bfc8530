import {
  type Extent,
  endsWithBlock,
  type FormatNode,
  type FormatTree,
  type Gap,
  type Item,
  joinExtents,
  type ListNode
} from "./tree.ts"
import { indentMax, Writer, widthMax } from "./writer.ts"

/**
 * The text of a file in the one format. What is decided here depends on the tree, the comments, the kept line breaks and
 * the columns only, so that formatting the result decides the same. Linear in the length of the source.
 */
export const printTree = ({ items, tail }: FormatTree): string => {
  const printer = new Printer()
  for (const item of items) printer.line(item, 0, 0)
  printer.gap(tail, 0)
  return printer.text()
}

/** Where a node stands: the column that its inner lines count from, and how many columns must be free behind it. */
interface Place {
  readonly base: number
  readonly reserve: number
}

const indentation = 2
/** What of a lead goes into the next line is set off from the body. */
const leadIndentation = 4
/** A space and the bracket of a block. */
const blockOpening = 2

class Printer {
  readonly #out = new Writer()

  text(): string {
    return this.#out.text()
  }

  /** A datum that begins a line, with what stands before it. */
  line({ gap, node }: Item, indent: number, reserve: number): void {
    this.gap(gap, indent)
    this.#out.newLine(indent, gap.hasBlank)
    this.#node(node, { base: this.#out.column, reserve })
  }

  /** The comments of a gap: at the end of the line, or each in a line of its own. */
  gap({ comments }: Gap, indent: number): void {
    for (const { hasBlank, isTrailing, text } of comments) {
      if (isTrailing) this.#out.write(" ")
      else this.#out.newLine(indent, hasBlank)
      this.#out.write(text)
    }
  }

  #node(node: FormatNode, place: Place): void {
    if (node.kind === "atom" || this.#fits(node, place.reserve)) this.#flat(node)
    else if (node.layout.isBlock) this.#block(node, place)
    else this.#form(node, place)
  }

  /** Whether the node may stand on this line `space` columns on, with `reserve` columns left behind it. */
  #fits(node: FormatNode, reserve: number, space = 0): boolean {
    return (node.kind === "atom" || node.canBeFlat) && this.#hasRoom(node.extent, reserve, space)
  }

  #hasRoom({ first, hasBreak, last }: Extent, reserve: number, space: number): boolean {
    const start = this.#out.column + space
    return hasBreak ? start + first <= widthMax && last + reserve <= widthMax : start + first + reserve <= widthMax
  }

  #flat(node: FormatNode): void {
    if (node.kind === "atom") return this.#out.write(node.text)
    const { close, items, layout, open } = node
    this.#out.write(open + layout.padding)
    items.forEach((item, index) => {
      if (index > 0) this.#out.write(" ")
      this.#flat(item.node)
    })
    this.#out.write(layout.padding + close)
  }

  /** A bracket, what is in it below each other, and the other bracket in a line of its own. */
  #block({ close, items, layout, open, tail }: ListNode, { base }: Place): void {
    const indent = base + indentation
    this.#out.write(open)
    this.#out.begin()
    if (layout.rest === "pairs") this.#pairs(items, 0, { indent, reserve: 0 })
    else for (const item of items) this.line(item, indent, 0)
    this.gap(tail, indent)
    this.#closeBelow(close, base)
  }

  #form(node: ListNode, { base, reserve }: Place): void {
    const { close, layout, open, tail } = node
    this.#out.write(open)
    const indent = layout.rest.startsWith("aligned") ? this.#out.column : base + indentation
    // A comment before the bracket sends it into the next line.
    const isClosedBelow = hasComments(tail)
    const inner = { base, indent, reserve: isClosedBelow ? 0 : reserve + close.length }
    this.#out.begin()
    this.#items(node, inner)
    this.gap(tail, indent)
    if (isClosedBelow) this.#closeBelow(close, base)
    else this.#out.write(close)
    this.#out.end()
  }

  #closeBelow(close: string, base: number): void {
    this.#out.newLine(base, false)
    this.#out.write(close)
  }

  #items(node: ListNode, inner: Inner): void {
    const { isIntact, next } = this.#lead(node, inner)
    const last = node.items.at(-1)
    this.#out.begin()
    if (isIntact && last !== undefined && endsWithBlock(node) && !hasComments(last.gap)) {
      this.#space(next)
      this.#node(last.node, inner)
    } else this.#rest(node, next, inner)
  }

  #space(index: number): void {
    if (index > 0) this.#out.write(" ")
  }

  /** The items of the first line. `next` is the first item that is left; `isIntact` when all of the lead stands on it. */
  #lead(node: ListNode, { base, reserve }: Inner): { readonly next: number; readonly isIntact: boolean } {
    const { items, layout } = node
    const count = Math.min(this.#leadCount(node), items.length)
    let isIntact = count === layout.lead
    for (let index = 0; index < count; index++) {
      const item = items[index]!
      if (hasComments(item.gap)) {
        if (index === 0) return { next: 0, isIntact: false }
        for (let i = index; i < count; i++) this.line(items[i]!, base + leadIndentation, this.#behind(node, i, reserve))
        return { next: count, isIntact: false }
      }
      const left = this.#behind(node, index, reserve)
      const fits = this.#fits(item.node, left, index === 0 ? 0 : 1)
      isIntact &&= fits
      if (!fits && index > 0 && !layout.hangs) return { next: index, isIntact }
      this.#space(index)
      this.#node(item.node, { base: this.#out.column, reserve: left })
    }
    return { next: count, isIntact }
  }

  /** Columns that must be free behind the item of a lead. */
  #behind(node: ListNode, index: number, reserve: number): number {
    if (index === node.items.length - 1) return reserve
    return index === node.layout.lead - 1 && endsWithBlock(node) ? blockOpening : 0
  }

  /** The arguments of a call stand on its first line all, before a block at the end, or none of them does. */
  #leadCount({ items, layout }: ListNode): number {
    if (!layout.isCall || layout.lead < 2) return layout.lead
    const lead = items.slice(0, layout.lead)
    const areFlat = lead.every(
      ({ gap, node }, index) => (node.kind === "atom" || node.canBeFlat) && (index === 0 || !hasComments(gap))
    )
    const extent = joinExtents(lead.map(({ node }) => node.extent))
    return areFlat && this.#hasRoom(extent, blockOpening, 0) ? layout.lead : 1
  }

  #rest({ items, layout }: ListNode, from: number, { indent, reserve }: Inner): void {
    switch (layout.rest) {
      case "pairs":
        return this.#pairs(items, from, { indent, reserve })
      case "fill":
        return this.#fill(items, from, { indent, reserve }, false)
      case "aligned-fill":
        return this.#fill(items, from, { indent, reserve }, true)
      case "aligned-lines":
        return this.#lines(items, from, { indent, reserve }, true)
      case "lines":
        return this.#lines(items, from, { indent, reserve }, false)
    }
  }

  /** Below each other. `beginsHere`: the first on this line. */
  #lines(items: ReadonlyArray<Item>, from: number, { indent, reserve }: Lines, beginsHere: boolean): void {
    for (let index = from; index < items.length; index++) {
      const item = items[index]!
      const left = index === items.length - 1 ? reserve : 0
      if (index === from && beginsHere && !hasComments(item.gap)) this.#node(item.node, { base: indent, reserve: left })
      else this.line(item, indent, left)
    }
  }

  /** Two by two. */
  #pairs(items: ReadonlyArray<Item>, from: number, { indent, reserve }: Lines): void {
    for (let index = from; index < items.length; index += 2) {
      const value = items[index + 1]
      const left = index + 2 >= items.length ? reserve : 0
      this.line(items[index]!, indent, value === undefined ? left : 0)
      if (value === undefined) return
      if (hasComments(value.gap)) this.line(value, indent + indentation, left)
      else {
        this.#out.write(" ")
        this.#node(value.node, { base: Math.min(indent, indentMax), reserve: left })
      }
    }
  }

  /** As many on a line as fit. A type stays with what is before it. */
  #fill(items: ReadonlyArray<Item>, from: number, { indent, reserve }: Lines, beginsHere: boolean): void {
    for (let index = from; index < items.length; ) {
      const end = isTypeAt(items, index + 1) ? index + 2 : index + 1
      const group = items.slice(index, end).map(({ node }) => node)
      const extent = joinExtents(group.map((node) => node.extent))
      if (index > from || !beginsHere) {
        if (index > from && this.#hasRoom(extent, end === items.length ? reserve : 0, 1)) this.#out.write(" ")
        else this.#out.newLine(indent, false)
      }
      group.forEach((node, at) => {
        this.#space(at)
        this.#flat(node)
      })
      index = end
    }
  }
}

interface Lines {
  readonly indent: number
  readonly reserve: number
}

interface Inner extends Lines {
  readonly base: number
}

const hasComments = ({ comments }: Gap): boolean => comments.length > 0

const isTypeAt = (items: ReadonlyArray<Item>, index: number): boolean => {
  const node = items[index]?.node
  return node?.kind === "atom" && node.isType
}
