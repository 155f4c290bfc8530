import type { Profiler, Runtime } from "node:inspector"
import type { LoadedBundle } from "../../runtime/bundle/registry.ts"
import type { FunctionFacts } from "../../stdlib/abi/manifest.ts"
import { ModuleLines } from "./module-lines.ts"
import type { PackedLines } from "./packed-lines.ts"

export interface SourceOf {
  readonly bundles: ReadonlyArray<LoadedBundle>
  /** Of a file that sxs itself is packed into. */
  readonly packed: (url: string) => PackedLines | undefined
  /** The URL of a source file, by the name that the compiler knew it by. */
  readonly urlOf: (source: string) => string
}

/**
 * The profile with the calls of compiled code as calls of the source: its functions, files and lines. All parts of a function that
 * continue one call become that call, and calls of the same function from the same place become one. Calls of sxs itself are shown
 * in its own files. Everything else stays.
 */
export const mapProfile = (profile: Profiler.Profile, sourceOf: SourceOf): Profiler.Profile => {
  const tree = new MappedTree(profile, sourceOf)
  return {
    ...profile,
    nodes: tree.nodes(),
    ...(profile.samples !== undefined && { samples: profile.samples.map((id) => tree.idOf(id)) })
  }
}

/** UTF-16 units of a module's name that V8 keeps in a profile. */
const nameUnitsMax = 1024

/** A node of the new tree while it grows. */
interface Growing {
  readonly node: Profiler.ProfileNode
  readonly callFrame: Runtime.CallFrame
  /** Of compiled code: what is called from here, by function. */
  readonly called: Map<FunctionFacts, Growing>
  readonly children: Array<Growing>
  readonly ticks: Map<number, number>
  hitCount: number
  readonly facts: FunctionFacts | undefined
}

class MappedTree {
  readonly #sourceOf: SourceOf
  readonly #lines = new Map<string, ModuleLines | undefined>()
  readonly #packed = new Map<string, PackedLines | undefined>()
  readonly #grown = new Map<number, Growing>()
  readonly #order: Array<Growing> = []

  constructor({ nodes }: Profiler.Profile, sourceOf: SourceOf) {
    this.#sourceOf = sourceOf
    const byId = new Map(nodes.map((node) => [node.id, node]))
    const children = new Set(nodes.flatMap((node) => node.children ?? []))
    const roots = nodes.filter(({ id }) => !children.has(id))
    // With a stack of our own: a recursive program makes a deep tree.
    const open = roots.map((node) => ({ node, parent: undefined as Growing | undefined })).toReversed()
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const grown = this.#grow(next.node, next.parent)
      for (const id of (next.node.children ?? []).toReversed()) {
        const node = byId.get(id)
        if (node !== undefined) open.push({ node, parent: grown })
      }
    }
  }

  idOf(id: number): number {
    return this.#grown.get(id)?.node.id ?? id
  }

  nodes(): Array<Profiler.ProfileNode> {
    return this.#order.map(({ callFrame, children, hitCount, node, ticks }) => ({
      ...node,
      callFrame,
      hitCount,
      children: children.map((child) => child.node.id),
      ...(ticks.size > 0 && { positionTicks: [...ticks].map(([line, count]) => ({ line, ticks: count })) })
    }))
  }

  #grow(node: Profiler.ProfileNode, parent: Growing | undefined): Growing {
    const lines = this.#linesOf(node.callFrame.url)
    const emitted = lines?.functionOf(node.callFrame.functionName)
    const facts = emitted?.facts
    const isContinued = emitted?.isPart === true && parent?.facts === facts
    const known = facts === undefined ? undefined : isContinued ? parent : parent?.called.get(facts)
    const grown = known ?? this.#add(node, facts, parent)
    this.#grown.set(node.id, grown)
    grown.hitCount += node.hitCount ?? 0
    const head = node.callFrame.lineNumber + 1
    const packed = this.#packedOf(node.callFrame.url)
    for (const { line, ticks } of node.positionTicks ?? []) {
      const at = facts === undefined ? (packed?.lineOf(line) ?? line) : lines?.lineOf(facts, { head, line })
      if (at !== undefined) grown.ticks.set(at, (grown.ticks.get(at) ?? 0) + ticks)
    }
    return grown
  }

  #add(node: Profiler.ProfileNode, facts: FunctionFacts | undefined, parent: Growing | undefined): Growing {
    const callFrame = this.#frameOf(node.callFrame, facts)
    const grown = { node, callFrame, facts, called: new Map(), children: [], ticks: new Map(), hitCount: 0 }
    parent?.children.push(grown)
    if (facts !== undefined) parent?.called.set(facts, grown)
    this.#order.push(grown)
    return grown
  }

  #frameOf(frame: Runtime.CallFrame, facts: FunctionFacts | undefined): Runtime.CallFrame {
    if (facts === undefined) return this.#packedOf(frame.url)?.frameOf(frame) ?? frame
    const { name, position, source } = facts
    return {
      functionName: name,
      scriptId: frame.scriptId,
      url: this.#sourceOf.urlOf(source),
      lineNumber: position.line - 1,
      columnNumber: position.column - 1
    }
  }

  #linesOf(url: string): ModuleLines | undefined {
    if (this.#lines.has(url)) return this.#lines.get(url)
    const bundle = this.#sourceOf.bundles.find(({ address }) => address.slice(0, nameUnitsMax) === url)
    const lines = bundle === undefined ? undefined : new ModuleLines(bundle)
    this.#lines.set(url, lines)
    return lines
  }

  #packedOf(url: string): PackedLines | undefined {
    if (!this.#packed.has(url)) this.#packed.set(url, this.#sourceOf.packed(url))
    return this.#packed.get(url)
  }
}
