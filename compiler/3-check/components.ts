/** A node of a graph, numbered: no two nodes have the same index, and all are below their count. */
interface Numbered {
  readonly index: number
}

/**
 * The strongly connected components of a graph of `count` nodes (Tarjan 1972), as far as the `roots` lead, each behind those
 * that it leads to. With an explicit stack, because a generated program may have a chain of calls of any length.
 */
export const components = <N extends Numbered>(
  roots: ReadonlyArray<N>,
  count: number,
  edges: (node: N) => ReadonlyArray<N>
): ReadonlyArray<ReadonlyArray<N>> => {
  /** From 1; 0: not seen yet. */
  const order = new Int32Array(count)
  const low = new Int32Array(count)
  const isOnPath = new Uint8Array(count)
  const path: Array<N> = []
  const found: Array<ReadonlyArray<N>> = []
  let seen = 0
  const enter = (node: N) => {
    seen++
    order[node.index] = seen
    low[node.index] = seen
    isOnPath[node.index] = 1
    path.push(node)
    return { node, edges: edges(node), next: 0 }
  }
  const leave = ({ index }: N): void => {
    if (low[index] !== order[index]) return
    const component: Array<N> = []
    for (let member = path.pop()!; ; member = path.pop()!) {
      isOnPath[member.index] = 0
      component.push(member)
      if (member.index === index) break
    }
    found.push(component)
  }
  const lower = ({ index }: N, to: number): void => {
    if (to < low[index]!) low[index] = to
  }
  for (const root of roots) {
    if (order[root.index] !== 0) continue
    const work = [enter(root)]
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const next = top.edges[top.next++]
      if (next === undefined) {
        work.pop()
        leave(top.node)
        const before = work.at(-1)?.node
        if (before !== undefined) lower(before, low[top.node.index]!)
      } else if (order[next.index] === 0) work.push(enter(next))
      else if (isOnPath[next.index] === 1) lower(top.node, order[next.index]!)
    }
  }
  return found
}
