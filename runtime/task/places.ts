import type { FunctionFacts, Manifest, PointFacts, Position, SlotFacts } from "../../stdlib/abi/manifest.ts"
import type { BundleRegistry } from "../bundle/registry.ts"
import type { Keys } from "../store/keys.ts"
import type { View } from "../store/view.ts"
import type { StoreWriter } from "../store/writer.ts"
import { type Frame, pcStart } from "./frame.ts"
import { NewTasks } from "./new-tasks.ts"
import { Stack } from "./stack.ts"
import type { Standing, TaskRecord } from "./task.ts"
import type { TaskTable } from "./task-table.ts"

/** Reads tasks with their frames, and says by the manifests of their bundles what they mean in the source. */
export class Places {
  readonly view: View
  readonly keys: Keys
  readonly tasks: TaskTable
  readonly registry: BundleRegistry
  readonly newTasks: NewTasks
  readonly #closureNames = new WeakMap<FunctionFacts, string>()

  constructor(options: {
    readonly view: View
    readonly keys: Keys
    readonly tasks: TaskTable
    readonly registry: BundleRegistry
    readonly writer: Pick<StoreWriter, "tasks">
  }) {
    this.view = options.view
    this.keys = options.keys
    this.tasks = options.tasks
    this.registry = options.registry
    this.newTasks = new NewTasks(options)
  }

  /** `isNew`: of a task that begins, and whose id no task has ever had. */
  stack({ depth, id }: Pick<TaskRecord, "depth" | "id">, isNew = false): Stack {
    const { view, keys } = this
    const unwritten = this.tasks.unwritten(id)
    const stored = unwritten === undefined ? depth : 0
    const stack = new Stack({ task: id, depth: stored, view, keys, names: this.slotNames, place: this.inWords, isNew })
    if (unwritten !== undefined) stack.push(unwritten)
    return stack
  }

  /** All frames of the task, outermost first. */
  frames(record: TaskRecord): ReadonlyArray<Frame> {
    const stack = this.stack(record)
    return Array.from({ length: record.depth }, (_, depth) => stack.at(depth))
  }

  manifest(hash: string): Manifest | undefined {
    return this.registry.manifest(hash)
  }

  /** The function's name in the source, or its index when the bundle is lost. */
  functionName(hash: string, index: number): string {
    return this.facts(hash, index)?.name ?? `#${index}`
  }

  /** What a task that runs the function is called in its id; undefined when its bundle is lost. A closure is called after the
   * function that it stands in. */
  taskName(hash: string, index: number): string | undefined {
    const facts = this.facts(hash, index)
    if (facts?.name.split("/").at(-1) !== closureName) return facts?.name
    const known = this.#closureNames.get(facts)
    if (known !== undefined) return known
    const made = closureTaskName(facts, this.manifest(hash)!)
    this.#closureNames.set(facts, made)
    return made
  }

  facts(hash: string, index: number): FunctionFacts | undefined {
    return this.registry.facts(hash, index)
  }

  /** What cancelling a task with these frames has to respect. */
  standing(frames: Iterable<Frame>): Standing {
    let standing: Standing = "plain"
    for (const frame of frames) {
      const point = this.point(frame)
      if (point?.shields === true) return "shielded"
      if (point?.catches === "ends") standing = "deferring"
    }
    return standing
  }

  /** The suspension point of the frame; undefined when its call has not begun. */
  point(frame: Frame): PointFacts | undefined {
    return this.facts(frame.bundle, frame.function)?.points[frame.pc]
  }

  position(frame: Frame): Position | undefined {
    return this.point(frame)?.position ?? this.facts(frame.bundle, frame.function)?.position
  }

  /** The file that the frame's function stands in, as it was named to the compiler. */
  source(frame: Frame): string | undefined {
    return this.facts(frame.bundle, frame.function)?.source
  }

  /** Names and kinds of the frame's slots, in their order. */
  slots(frame: Frame): ReadonlyArray<SlotFacts> {
    if (frame.pc !== pcStart) return this.point(frame)?.slots ?? []
    const params = this.facts(frame.bundle, frame.function)?.params ?? []
    return params.map((param) => ({ name: param.name, kind: "arg" }))
  }

  /** `work` waits at main.sxs:7:3 (core/task/sleep) */
  readonly inWords = (frame: Frame): string => {
    const name = `\`${this.functionName(frame.bundle, frame.function)}\``
    const position = this.position(frame)
    if (position === undefined) return `${name} waits`
    const callee = this.point(frame)?.callee ?? ""
    const at = `${this.source(frame)}:${position.line}:${position.column}`
    return `${name} waits at ${at}${callee === "" ? "" : ` (${callee})`}`
  }

  readonly slotNames = (frame: Frame): ReadonlyArray<string> => this.slots(frame).map((slot) => slot.name)
}

const closureName = "fn"

/** `work-fn` of a closure in `work`; at the top level just `fn`. */
const closureTaskName = (closure: FunctionFacts, { functions }: Manifest): string => {
  const around = functions.filter((facts, index) => index > 0 && isNamed(facts) && isInside(closure, facts))
  const innermost = around.reduce<FunctionFacts | undefined>(
    (found, facts) => (found === undefined || isInside(facts, found) ? facts : found),
    undefined
  )
  return innermost === undefined ? closure.name : `${innermost.name}-${closureName}`
}

/** What `fn` and `defer` make has no name of its own. */
const isNamed = ({ name }: FunctionFacts): boolean => ![closureName, "defer"].includes(name.split("/").at(-1)!)

const isInside = (inner: FunctionFacts, outer: FunctionFacts): boolean => {
  const [a, b] = [inner.position, outer.position]
  const begins = a.line > b.line || (a.line === b.line && a.column >= b.column)
  const ends = a.endLine < b.endLine || (a.endLine === b.endLine && a.endColumn <= b.endColumn)
  return inner.source === outer.source && begins && ends
}
