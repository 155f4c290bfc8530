import { enterAwait, startOnProcessor, subscribe } from "../../../stdlib/signatures/bus-forms.ts"
import { signatureOf } from "../../../stdlib/signatures/index.ts"
import type { Signature } from "../../../stdlib/signatures/signature.ts"
import type { Binding, Core, CoreProgram, FunctionDefinition, Global } from "../../2-expand/core.ts"
import type { BodyFacts } from "../facts.ts"
import { literalType } from "../library-types.ts"
import { dynamic, type Type, typeOfDeclared } from "../types.ts"
import { globalsByBinding, isChannel, isTopic, literalOf, nameIn } from "./literals.ts"

type Call = Core & { readonly kind: "library" }

/** One place where a program uses the bus. */
export interface BusUse {
  readonly kind: "publish" | "subscribe" | "await"
  /** Undefined: computed when the program runs. */
  readonly channel: string | undefined
  readonly topic: number | undefined
  /** What is published, as far as it is known; what a subscription takes. Dynamic for anything. */
  readonly type: Type
  /** The subscription names a type. */
  readonly isTyped: boolean
  /** An await without a time limit. */
  readonly isForEver: boolean
  /** What runs for each event. */
  readonly handler: FunctionDefinition | undefined
  /** Where it stands. */
  readonly definition: FunctionDefinition
  readonly call: Call
}

const publish = signatureOf("core/event/pub")!

const uses: ReadonlyMap<Signature, BusUse["kind"]> = new Map([
  [publish, "publish"],
  [subscribe, "subscribe"],
  [enterAwait, "await"]
])

const evaluate = signatureOf("core/expr/eval")!

/** Whether a call is of the bus, starts a task on a processor, or runs code that may do so. */
export const isBusCall = ({ signature }: Call): boolean =>
  uses.has(signature) || signature === startOnProcessor || signature === evaluate

/** Whether it runs code that is not known when it is compiled, and may publish and listen anywhere. */
export const runsAnything = (facts: ReadonlyMap<FunctionDefinition, BodyFacts>): boolean =>
  [...facts.values()].some(({ busCalls }) => busCalls.some(({ signature }) => signature === evaluate))

/** All that the functions of a program publish and listen to, in the order of the functions. */
export const busUses = (
  program: CoreProgram,
  facts: ReadonlyMap<FunctionDefinition, BodyFacts>
): ReadonlyArray<BusUse> => {
  const found: Array<BusUse> = []
  let globals: ReadonlyMap<Binding, Global> | undefined
  for (const definition of program.functions) {
    for (const call of facts.get(definition)!.busCalls) {
      const kind = uses.get(call.signature)
      if (kind === undefined) continue
      globals ??= globalsByBinding(program.globals)
      found.push(useOf({ kind, call, definition }, globals))
    }
  }
  return found
}

const useOf = (
  { call, definition, kind }: Pick<BusUse, "kind" | "call" | "definition">,
  globals: ReadonlyMap<Binding, Global>
): BusUse => {
  const [channel, topic, third, fourth] = call.args
  const name = nameIn(literalOf(channel, globals))
  const number = literalOf(topic, globals)
  const handler = kind === "subscribe" && fourth?.kind === "closure" ? fourth.target : undefined
  const limit = kind === "await" ? literalOf(third, globals) : undefined
  return {
    kind,
    channel: name !== undefined && isChannel(name) ? name : undefined,
    topic: number?.type === "int" && isTopic(number.value) ? number.value : undefined,
    type: kind === "publish" ? dataType(third) : takenBy(handler),
    isTyped: kind === "subscribe" && third?.kind === "literal" && third.value.type !== "none",
    isForEver: limit?.type === "none",
    handler,
    definition,
    call
  }
}

const dataType = (data: Core | undefined): Type => {
  if (data === undefined) return dynamic
  return data.kind === "literal" ? literalType(data) : (data.valueType ?? dynamic)
}

/** The parameter `$data` stands before `$channel` and `$topic`. */
const takenBy = (handler: FunctionDefinition | undefined): Type => {
  const data = handler?.params.at(-3)
  return data === undefined ? dynamic : typeOfDeclared(data.type)
}

/** Uses by their places, so that a program with many is looked at once. What is computed may be anywhere. */
export class BusPlaces {
  readonly #uses: ReadonlyMap<string, ReadonlyArray<BusUse>>

  constructor(uses: ReadonlyArray<BusUse>) {
    this.#uses = Map.groupBy(uses, ({ channel, topic }) => placeKey(channel, topic))
  }

  /** Those that may be at the place of a use that is not computed. */
  at({ channel, topic }: BusUse): ReadonlyArray<BusUse> {
    const places = [placeKey(channel, topic), placeKey(channel), placeKey(undefined, topic), placeKey()]
    return places.flatMap((place) => this.#uses.get(place) ?? [])
  }
}

export const placeKey = (channel?: string, topic?: number): string => `${channel ?? "*"}/${topic ?? "*"}`

/** As messages name it: `A/7`. */
export const placeOnBus = ({ channel, topic }: BusUse): string => `\`${channel}/${topic}\``
