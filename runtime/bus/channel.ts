import { channels, executionChannel, topicMax } from "../../stdlib/abi/bus.ts"
import { Fault, faultCodes } from "../errors.ts"
import type { TopicName } from "../store/keys.ts"
import { describeOperand } from "../value/describe.ts"
import { Sym, type Value } from "../value/value.ts"

/** Why it is no topic, in words; undefined when it is one. */
export const wrongTopic = (channel: Value, topic: Value): string | undefined => {
  if (nameOf(channel) === undefined)
    return `expected a channel (${channels.join(", ")}), got ${describeOperand(channel)}`
  if (typeof topic !== "number" || topic < 0 || topic > topicMax)
    return `expected a topic, an int from 0 to ${topicMax}, got ${describeOperand(topic)}`
  return undefined
}

/** Why nobody but the runtime publishes there; undefined when everybody may. */
export const wrongToPublish = (channel: string): string | undefined =>
  channel === executionChannel
    ? `programs can listen to the channel ${executionChannel}, and only the runtime publishes on it`
    : undefined

/** The topic that a call of `caller` names by a symbol or text, and an int; a `Fault` when there is none. */
export const topicOf = (caller: string, channel: Value, topic: Value): TopicName => {
  const wrong = wrongTopic(channel, topic)
  if (wrong !== undefined) throw new Fault(faultCodes.topic, `${caller}: ${wrong}`)
  return { channel: nameOf(channel)!, topic: topic as number }
}

/** The same for publishing. */
export const topicToPublish = (caller: string, channel: Value, topic: Value): TopicName => {
  const name = topicOf(caller, channel, topic)
  const wrong = wrongToPublish(name.channel)
  if (wrong !== undefined) throw new Fault(faultCodes.topic, `${caller}: ${wrong}`)
  return name
}

/** As people write it: `A/7`. */
export const topicText = ({ channel, topic }: TopicName): string => `${channel}/${topic}`

const nameOf = (channel: Value): string | undefined => {
  const name = channel instanceof Sym ? channel.name : channel
  return typeof name === "string" && channels.includes(name) ? name : undefined
}
