import type { Point } from "./machine.ts"

/** Numbers the points in source order, and gives each an id that survives recompiling: function, kind, ordinal. */
export const numberPoints = (name: string, points: ReadonlyArray<Point>): ReadonlyArray<Point> => {
  const inOrder =
    points.length < 2
      ? points
      : points.toSorted((a, b) => rank(a) - rank(b) || a.span.start - b.span.start || b.span.end - a.span.end)
  const ordinals = { entry: 0, loop: 0, call: 0 }
  for (const [pc, point] of inOrder.entries()) {
    point.pc = pc
    point.id = `${name}/${point.kind}/${++ordinals[point.kind]}`
  }
  return inOrder
}

const rank = (point: Point): number => (point.kind === "entry" ? 0 : 1)
