import type { Comment, Datum, ListDatum, PrefixDatum, ReadFile } from "../1-read/datum.ts"
import { closerOf } from "../1-read/token.ts"
import { call, directiveStyles, type FormStyle, formStyles, patternStyles, type Role, roleStyles } from "./style.ts"

/** What stands between two datums, apart from the white space. */
export interface Gap {
  readonly comments: ReadonlyArray<GapComment>
  /** An empty line stood before the datum, or before the closing bracket. */
  readonly hasBlank: boolean
  readonly hasBreak: boolean
}

export interface GapComment {
  readonly text: string
  /** It stands at the end of a line, behind what it is about. */
  readonly isTrailing: boolean
  readonly hasBlank: boolean
}

/** Columns that something takes when it is written without a line break of ours; a text may bring its own. */
export interface Extent {
  /** Up to its first line break. */
  readonly first: number
  /** Behind its last line break; the same as `first` without one. */
  readonly last: number
  readonly hasBreak: boolean
}

export interface AtomNode {
  readonly kind: "atom"
  /** As written in the source, with its prefixes. */
  readonly text: string
  readonly extent: Extent
  /** A type, such as `:int`. */
  readonly isType: boolean
}

export interface ListNode {
  readonly kind: "list"
  /** The prefixes and the bracket. */
  readonly open: string
  readonly close: string
  readonly items: ReadonlyArray<Item>
  readonly tail: Gap
  readonly extent: Extent
  /** It may stand on one line: it has no comment, and no line break that is kept. */
  readonly canBeFlat: boolean
  readonly layout: Layout
}

export interface Layout {
  readonly lead: number
  readonly hangs: boolean
  readonly rest: NonNullable<FormStyle["rest"]> | "aligned-lines" | "aligned-fill"
  /** A call of a function, or what looks like one. */
  readonly isCall: boolean
  /** The bracket opens and closes lines of their own: a body, options. */
  readonly isBlock: boolean
  /** Of a block: a space inside the brackets where it stands on one line. */
  readonly padding: "" | " "
}

export type FormatNode = AtomNode | ListNode

/** A datum with the gap before it. */
export interface Item {
  readonly gap: Gap
  readonly node: FormatNode
}

export interface FormatTree {
  readonly items: ReadonlyArray<Item>
  /** What stands behind the last datum. */
  readonly tail: Gap
}

/** The datums of a file with the comments between them, and how each list is to be written. Linear. */
export const buildTree = (text: string, file: ReadFile): FormatTree => new Builder(text, file.comments).file(file.forms)

class Builder {
  readonly #text: string
  readonly #comments: ReadonlyArray<Comment>
  #commentIndex = 0
  /** Up to where the text has been looked at. */
  #at = 0

  constructor(text: string, comments: ReadonlyArray<Comment>) {
    this.#text = text
    this.#comments = comments
  }

  file(forms: ReadonlyArray<Datum>): FormatTree {
    const items = forms.map((form) => this.#item(form, "code"))
    return { items, tail: this.#gap(this.#text.length) }
  }

  #item(datum: Datum, role: Role): Item {
    const { inner, roleInside } = unwrap(datum, role)
    const outside = this.#gap(datum.span.start)
    const inside = this.#gap(inner.span.start)
    const gap = inside.comments.length === 0 ? outside : joinGaps(outside, inside.comments)
    const prefixes = prefixesOf(datum)
    if (inner.kind === "list") return { gap, node: this.#list(inner, prefixes, roleInside) }
    this.#at = inner.span.end
    const text = prefixes + this.#text.slice(inner.span.start, inner.span.end)
    const isType = inner.kind === "symbol" && text.startsWith(":")
    return { gap, node: { kind: "atom", text, extent: extentOf(text), isType } }
  }

  #list(list: ListDatum, prefixes: string, role: Role): ListNode {
    const style = styleOf(list, role)
    this.#at = list.span.start + 1
    const items = list.items.map((item, index) => this.#item(item, itemRole(style, role, index)))
    const tail = this.#gap(list.span.end - 1)
    this.#at = list.span.end
    const layout = layoutOf(list, role, style, items)
    const open = prefixes + list.bracket
    const close = closerOf(list.bracket)
    return {
      kind: "list",
      open,
      close,
      items,
      tail,
      extent: flatExtent(open, close, items, layout),
      canBeFlat: canBeFlat(items, tail, layout, style),
      layout
    }
  }

  /** The gap from where the text has been looked at to `end`. */
  #gap(end: number): Gap {
    const comments: Array<GapComment> = []
    const isAtStart = this.#at === 0
    let total = 0
    let comment = this.#comments[this.#commentIndex]
    for (; comment !== undefined && comment.span.start < end; comment = this.#comments[++this.#commentIndex]) {
      const breaks = countBreaks(this.#text, this.#at, comment.span.start)
      const isTrailing = breaks === 0 && !isAtStart
      comments.push({ text: comment.text.trimEnd(), isTrailing, hasBlank: breaks > 1 })
      this.#at = comment.span.end
      total += breaks
    }
    const breaks = countBreaks(this.#text, this.#at, end)
    this.#at = end
    return { comments, hasBlank: breaks > 1, hasBreak: total + breaks > 0 }
  }
}

/** What stands behind the prefixes of a datum, and its role: what is quoted is data. */
const unwrap = (
  datum: Datum,
  role: Role
): { readonly inner: Exclude<Datum, PrefixDatum>; readonly roleInside: Role } => {
  let inner = datum
  let roleInside = role
  while ("item" in inner) {
    if (inner.kind !== "directive") roleInside = "data"
    else if (roleInside !== "data" && roleInside !== "pattern") roleInside = "directive"
    inner = inner.item
  }
  return { inner, roleInside }
}

const prefixesOf = (datum: Datum): string => {
  let prefixes = ""
  for (let each = datum; "item" in each; each = each.item) prefixes += prefixOf[each.kind]
  return prefixes
}

const prefixOf: Record<PrefixDatum["kind"], string> = { quote: "'", error: "@", directive: "#" }

/** Comments between a prefix and its datum go before the prefix, each in a line of its own. */
const joinGaps = (outside: Gap, inside: ReadonlyArray<GapComment>): Gap => {
  const moved = inside.map(({ text }, index) => ({
    text,
    isTrailing: false,
    hasBlank: index === 0 && outside.hasBlank
  }))
  return { comments: [...outside.comments, ...moved], hasBlank: false, hasBreak: true }
}

const countBreaks = (text: string, start: number, end: number): number => {
  let count = 0
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === lineFeed) count++
  return count
}

const lineFeed = 10

// ─── how a list is written ───────────────────────────────────────────────────────────────────────────────────────

const styleOf = (list: ListDatum, role: Role): FormStyle => {
  const [head] = list.items
  const name = list.bracket === "(" && head?.kind === "symbol" ? head.name : undefined
  if (role === "pattern") return (name === undefined ? undefined : patternStyles.get(name)) ?? roleStyles.pattern
  if (role !== "code" && role !== "directive") return roleStyles[role]
  if (list.bracket !== "(") return blockStyle
  if (name === undefined) return call
  return (role === "directive" ? directiveStyles : formStyles).get(name) ?? call
}

const blockStyle: FormStyle = { lead: 0, keepsBreaks: true }

/** Roles that a list hands on to its items. */
const handedOn: ReadonlySet<Role> = new Set(["data", "pattern", "params"])

const itemRole = (style: FormStyle, role: Role, index: number): Role => {
  const own = style.roles?.[index] ?? (index >= style.lead ? style.restRole : undefined)
  return own ?? (handedOn.has(role) ? role : role === "directive" ? "data" : "code")
}

const layoutOf = (list: ListDatum, role: Role, style: FormStyle, items: ReadonlyArray<Item>): Layout => {
  const isBlock = role === "options" ? list.bracket === "{" : role === "code" && list.bracket !== "("
  const wanted = style.rest ?? (role === "data" || role === "pattern" ? "fill" : "lines")
  const rest = wanted === "fill" && !items.every((item) => isFillable(item, style)) ? "lines" : wanted
  const isAligned = handedOn.has(role) && rest !== "pairs"
  return {
    lead: leadOf(style, items),
    hangs: style.hangs === true,
    rest: isAligned ? (rest === "fill" ? "aligned-fill" : "aligned-lines") : rest,
    isCall: style === call,
    isBlock,
    padding: role === "code" && list.bracket === "{" && list.items.length > 0 ? " " : ""
  }
}

const isFillable = ({ gap, node }: Item, { fillsCalls }: FormStyle): boolean =>
  gap.comments.length === 0 && (node.kind === "atom" || (fillsCalls === true && isShortCall(node)))

/** Columns of a call that is filled in. */
const shortCallMax = 40

const isShortCall = ({ canBeFlat, extent }: ListNode): boolean =>
  canBeFlat && !extent.hasBreak && extent.first <= shortCallMax

/** A call that ends with a block begins it on its first line. */
const leadOf = (style: FormStyle, items: ReadonlyArray<Item>): number => {
  if (style === call) return isBlock(items.at(-1)) ? items.length - 1 : style.lead
  const type = style.mayHaveType === true && items.length > style.lead + 1 ? items[style.lead]?.node : undefined
  return type?.kind === "atom" && type.isType ? style.lead + 1 : style.lead
}

const isBlock = (item: Item | undefined): boolean => item?.node.kind === "list" && item.node.layout.isBlock

/** Whether the one item behind the lead is a block, which begins on the first line. */
export const endsWithBlock = ({ items, layout }: Pick<ListNode, "items" | "layout">): boolean =>
  items.length === layout.lead + 1 && isBlock(items.at(-1))

const canBeFlat = (items: ReadonlyArray<Item>, tail: Gap, layout: Layout, style: FormStyle): boolean => {
  if (tail.comments.length > 0) return false
  for (const { gap, node } of items) {
    if (gap.comments.length > 0 || (node.kind === "list" && !node.canBeFlat)) return false
  }
  if (layout.isBlock) return !items.some(({ gap }) => gap.hasBreak) && !(items.length > 0 && tail.hasBreak)
  if (endsWithBlock({ items, layout })) return true
  const keepsFrom = style.keepsBreaks === true ? layout.lead : layout.rest === "aligned-lines" ? 1 : items.length
  for (let i = keepsFrom; i < items.length; i++) if (items[i]!.gap.hasBreak) return false
  return true
}

// ─── columns ─────────────────────────────────────────────────────────────────────────────────────────────────────

const extentOf = (text: string): Extent => {
  const firstBreak = text.indexOf("\n")
  if (firstBreak < 0) return { first: text.length, last: text.length, hasBreak: false }
  return { first: firstBreak, last: text.length - text.lastIndexOf("\n") - 1, hasBreak: true }
}

/** One after the other with a space between. */
export const joinExtents = (extents: ReadonlyArray<Extent>): Extent => {
  let first = 0
  let last = 0
  let hasBreak = false
  extents.forEach((extent, index) => {
    const space = index > 0 ? 1 : 0
    if (!hasBreak) first += space + extent.first
    last = extent.hasBreak ? extent.last : last + space + extent.last
    hasBreak ||= extent.hasBreak
  })
  return { first, last, hasBreak }
}

const flatExtent = (open: string, close: string, items: ReadonlyArray<Item>, { padding }: Layout): Extent => {
  const { first, hasBreak, last } = joinExtents(items.map(({ node }) => node.extent))
  const before = open.length + padding.length
  const behind = padding.length + close.length
  return hasBreak
    ? { first: before + first, last: last + behind, hasBreak }
    : { first: before + first + behind, last: before + last + behind, hasBreak }
}
