import { subscribe } from "../../../stdlib/signatures/bus-forms.ts"
import { type Core, type FunctionDefinition, isHidden } from "../../2-expand/core.ts"
import { lineTableOf } from "../../source.ts"
import type { CheckedProgram } from "../check.ts"
import { describeType } from "../types.ts"
import { children } from "../walk.ts"
import type { BusUse } from "./table.ts"

/** Who publishes and who listens, as far as the source of a program tells: by channel and topic, those that are computed last. */
export interface BusGraph {
  readonly program: string
  readonly topics: ReadonlyArray<BusTopic>
}

export interface BusTopic {
  /** Null: computed when the program runs. */
  readonly channel: string | null
  readonly topic: number | null
  /** What the program calls the topic. */
  readonly name: string | null
  readonly publishers: ReadonlyArray<BusEnd>
  readonly subscriptions: ReadonlyArray<BusEnd & { readonly handler: string }>
  readonly awaits: ReadonlyArray<BusEnd>
}

export interface BusEnd {
  /** What is published, as far as it is known, or what is taken; `:any` for anything. */
  readonly type: string
  readonly function: string
  /** What its tasks run: `main`, a function that is started, or the form in which that stands, with its place. */
  readonly tasks: ReadonlyArray<string>
  /** `file:line:column` */
  readonly place: string
}

export const busGraph = ({ bus, program }: CheckedProgram): BusGraph => {
  const functions = program.functions.slice(0, program.bundledCount)
  const bundled = new Set(functions)
  const tasks = tasksOf(
    functions,
    program.exports.map(({ target }) => target)
  )
  const groups = Map.groupBy(
    bus.filter(({ definition }) => bundled.has(definition)),
    ({ channel, topic }) => `${channel ?? "~"} ${topic === undefined ? "~" : String(topic).padStart(5)}`
  )
  const topics = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, uses]) => topicOf(uses, tasks))
  return { program: program.name, topics }
}

type Tasks = ReadonlyMap<FunctionDefinition, ReadonlyArray<string>>

const topicOf = (uses: ReadonlyArray<BusUse>, tasks: Tasks): BusTopic => {
  const [first] = uses
  const ends = (kind: BusUse["kind"]) => uses.filter((each) => each.kind === kind)
  return {
    channel: first!.channel ?? null,
    topic: first!.topic ?? null,
    name: first!.topic === undefined ? null : (uses.map(topicName).find((name) => name !== null) ?? null),
    publishers: ends("publish").map((each) => endOf(each, tasks)),
    subscriptions: ends("subscribe").map((each) => ({ ...endOf(each, tasks), handler: taskName(each.handler!) })),
    awaits: ends("await").map((each) => endOf(each, tasks))
  }
}

const endOf = ({ call, definition, type }: BusUse, tasks: Tasks): BusEnd => ({
  type: describeType(type),
  function: definition.qualifiedName,
  tasks: tasks.get(definition) ?? [],
  place: placeOf(definition, call.span.start)
})

/** The name that stands in the place of the topic. */
const topicName = ({ call: { args } }: BusUse): string | null => {
  const topic = args[1]!
  if (topic.kind === "constant") return topic.global.name
  return topic.kind === "reference" && !isHidden(topic.binding) ? topic.binding.name : null
}

const placeOf = ({ source }: FunctionDefinition, offset: number): string => {
  const { column, line } = lineTableOf(source).position(offset)
  return `${source.name}:${line}:${column}`
}

/** A closure has no name of its own: it goes by its form and place. */
const taskName = (definition: FunctionDefinition): string =>
  closureNames.has(definition.name)
    ? `${definition.name} at ${placeOf(definition, definition.span.start)}`
    : definition.qualifiedName

const closureNames: ReadonlySet<string> = new Set(["fn", "sub", "proc", "defer"])

/** For each function the tasks that may run it: the main task, what is exported, and what is started. */
const tasksOf = (functions: ReadonlyArray<FunctionDefinition>, exported: ReadonlyArray<FunctionDefinition>): Tasks => {
  const parts = new Map(functions.map((each) => [each, partsOf(each)] as const))
  const roots = new Set([functions[0]!, ...exported])
  for (const { started } of parts.values()) for (const each of started) roots.add(each)
  const tasks = new Map<FunctionDefinition, Array<string>>()
  for (const root of roots) {
    const name = taskName(root)
    const reached = new Set([root])
    for (const each of reached) {
      for (const called of parts.get(each)?.called ?? []) reached.add(called)
      const names = tasks.get(each)
      if (names === undefined) tasks.set(each, [name])
      else names.push(name)
    }
  }
  return tasks
}

interface Parts {
  /** What runs in the same task. */
  readonly called: Set<FunctionDefinition>
  /** What runs as a task of its own. */
  readonly started: Set<FunctionDefinition>
}

const partsOf = (definition: FunctionDefinition): Parts => {
  const parts: Parts = { called: new Set(), started: new Set() }
  const visit = (core: Core, isStarted: boolean): void => {
    if (core.kind === "call") parts.called.add(core.target)
    if (core.kind === "closure") (isStarted ? parts.started : parts.called).add(core.target)
    const starting = startingArgument(core)
    for (const [index, child] of children(core).entries())
      visit(child, index === starting || (isStarted && core.kind === "library"))
  }
  visit(definition.body, false)
  return parts
}

/** Index of the argument whose functions become tasks. */
const startingArgument = (core: Core): number | undefined => {
  if (core.kind !== "library") return undefined
  return core.signature === subscribe ? 3 : core.signature.starts
}
