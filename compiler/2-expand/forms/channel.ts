import { channels } from "../../../stdlib/abi/bus.ts"
import type { Datum } from "../../1-read/datum.ts"
import * as catalog from "../../catalog.ts"
import { literal } from "../build.ts"
import type { Core } from "../core.ts"
import type { Expansion } from "../expansion.ts"
import type { Scope } from "../scope.ts"

/** The context variables whose values are the channels: `$CHANNEL_A`. */
export const channelVariables: ReadonlyMap<string, string> = new Map(channels.map((name) => [`$CHANNEL_${name}`, name]))

/**
 * What stands in the place of a channel. A bare symbol is the channel of that name, unless it is none and the program has
 * something of that name; the checker reports what is no channel.
 */
export const expandChannel = (expander: Expansion, datum: Datum, scope: Scope): Core => {
  if (datum.kind !== "symbol" || datum.name.startsWith("$")) return expander.expand(datum, scope)
  const isChannel = channels.includes(datum.name)
  if (isChannel && expander.lookup(datum.name, scope)?.kind === "binding")
    expander.report(catalog.channelLooksLikeLocal.at(datum.span, { name: datum.name }))
  const isOther = !isChannel && (isKnown(expander, datum.name, scope) || isLiteral(datum.name))
  return isOther ? expander.expand(datum, scope) : literal({ type: "symbol", name: datum.name }, datum.span)
}

const isKnown = (expander: Expansion, name: string, scope: Scope): boolean =>
  expander.lookup(name, scope) !== undefined ||
  expander.globals.has(name) ||
  expander.importedGlobal(name) !== undefined ||
  expander.isMisdefined(name)

const isLiteral = (name: string): boolean => ["true", "false", "none"].includes(name)
