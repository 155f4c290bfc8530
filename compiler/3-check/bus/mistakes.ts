import { channels, executionChannel } from "../../../stdlib/abi/bus.ts"
import type { Core } from "../../2-expand/core.ts"
import * as catalog from "../../catalog.ts"
import type { Diagnostic } from "../../diagnostic.ts"
import { isChannel, isTopic, literalOf, nameIn } from "./literals.ts"

type Call = Core & { readonly kind: "library" }

/** Channels and topics that are none, where the source spells them out, and what only the runtime publishes. */
export const busMistakes = ({ args: [channel, topic], signature }: Call): ReadonlyArray<Diagnostic> => {
  const found: Array<Diagnostic> = []
  const name = nameIn(spelledOut(channel))
  if (channel !== undefined && name !== undefined && !isChannel(name))
    found.push(catalog.noSuchChannel.at(channel.span, { name, nearest: nearestChannel(name) }))
  else if (channel !== undefined && name === executionChannel && signature.name === "core/event/pub")
    found.push(catalog.publishesExecution.at(channel.span, {}))
  const number = spelledOut(topic)
  if (topic !== undefined && number?.type === "int" && !isTopic(number.value))
    found.push(catalog.noSuchTopic.at(topic.span, { topic: String(number.value) }))
  return found
}

/** What a constant of the module stands for counts as spelled out. */
const spelledOut = (core: Core | undefined) => literalOf(core, new Map())

/** Written in small letters, or as the context variable is called. */
const nearestChannel = (name: string): string | undefined => {
  const bare = name.replace(/^\$?channel[-_/:]?/i, "").toUpperCase()
  return channels.find((each) => each === bare)
}
