import type { BusEnd, BusGraph, BusTopic } from "../compiler/index.ts"
import { Table } from "./table.ts"

// The bus of a program as its source tells it, for people.

/** A row for each place that publishes or listens. */
export const busTable = (graph: BusGraph): string => {
  if (graph.topics.length === 0) return `${graph.program} does not use the bus\n`
  const table = new Table(["CHANNEL", "TOPIC", "WHO", "TYPE", "FUNCTION", "TASK", "PLACE"])
  return table.print(graph.topics.flatMap(rowsOf))
}

const rowsOf = (topic: BusTopic): ReadonlyArray<ReadonlyArray<string>> => {
  const rows = (who: string, ends: ReadonlyArray<BusEnd>) =>
    ends.map((each) => [
      topic.channel ?? computed,
      topicText(topic),
      who,
      each.type,
      each.function,
      each.tasks.join(", ") || "none",
      each.place
    ])
  return [
    ...rows("publishes", topic.publishers),
    ...rows("subscribes", topic.subscriptions),
    ...rows("awaits", topic.awaits)
  ]
}

const computed = "computed"

const topicText = ({ name, topic }: BusTopic): string => {
  if (topic === null) return computed
  return name === null ? String(topic) : `${topic} ${name}`
}

/** A flowchart: tasks publish to topics, topics go to handlers and to tasks that await them. */
export const busFlowchart = (graph: BusGraph): string => {
  const names = new Map<string, string>()
  const nodes: Array<string> = []
  const node = (label: string, shape: (text: string) => string): string => {
    const known = names.get(label)
    if (known !== undefined) return known
    const name = `n${names.size + 1}`
    names.set(label, name)
    nodes.push(`  ${name}${shape(`"${escaped(label)}"`)}`)
    return name
  }
  const task = (label: string) => node(label, (text) => `[${text}]`)
  const edges = graph.topics.flatMap((topic) => {
    const at = node(`${topic.channel ?? computed} ${topicText(topic)}`, (text) => `([${text}])`)
    const edgesOf = (ends: ReadonlyArray<BusEnd>, edge: (task: string, label: string) => string) =>
      ends.flatMap(({ tasks, type }) => tasks.map((each) => edge(task(each), `|"${escaped(type)}"|`)))
    return [
      ...edgesOf(topic.publishers, (from, label) => `  ${from} -->${label} ${at}`),
      ...topic.subscriptions.map(({ handler, type }) => `  ${at} -->|"${escaped(type)}"| ${task(handler)}`),
      ...edgesOf(topic.awaits, (to) => `  ${at} -.->|"await"| ${to}`)
    ]
  })
  return `${["flowchart LR", ...nodes, ...new Set(edges)].join("\n")}\n`
}

/** Mermaid takes codes of characters for those that mean something to it. */
const escaped = (text: string): string => text.replace(/["#<>]/g, (character) => `#${character.charCodeAt(0)};`)
