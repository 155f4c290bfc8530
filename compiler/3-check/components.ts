/**
 * The strongly connected components of a graph (Tarjan 1972), each behind those that it leads to. With an explicit stack,
 * because a generated program may have a chain of calls of any length.
 */
export const components = <N>(nodes: Iterable<N>, edges: (node: N) => Iterable<N>): ReadonlyArray<ReadonlyArray<N>> => {
  const order = new Map<N, number>()
  const low = new Map<N, number>()
  const onPath = new Set<N>()
  const path: Array<N> = []
  const found: Array<ReadonlyArray<N>> = []
  const enter = (node: N) => {
    low.set(node, order.size)
    order.set(node, order.size)
    onPath.add(node)
    path.push(node)
    return { node, next: edges(node)[Symbol.iterator]() }
  }
  const leave = (node: N): void => {
    if (low.get(node) !== order.get(node)) return
    const component: Array<N> = []
    for (let member = path.pop()!; ; member = path.pop()!) {
      onPath.delete(member)
      component.push(member)
      if (member === node) break
    }
    found.push(component)
  }
  for (const root of nodes) {
    if (order.has(root)) continue
    const work = [enter(root)]
    while (work.length > 0) {
      const { node, next } = work.at(-1)!
      const edge = next.next()
      if (edge.done === true) {
        work.pop()
        leave(node)
        const before = work.at(-1)?.node
        if (before !== undefined) low.set(before, Math.min(low.get(before)!, low.get(node)!))
      } else if (!order.has(edge.value)) {
        work.push(enter(edge.value))
      } else if (onPath.has(edge.value)) {
        low.set(node, Math.min(low.get(node)!, order.get(edge.value)!))
      }
    }
  }
  return found
}
