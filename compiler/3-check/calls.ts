import type { Signature } from "../../stdlib/signatures/signature.ts"
import { takenCount, takesCount } from "../2-expand/build.ts"
import type { Core, FunctionDefinition } from "../2-expand/core.ts"
import * as catalog from "../catalog.ts"
import { swapped, swappedShape, textAt, wayTo } from "./advice.ts"
import { headWord, isWrittenCall } from "./blame.ts"
import { spawnWay, thunkWay } from "./call-advice.ts"
import type { CheckContext } from "./context.ts"
import type { Demands } from "./demands.ts"
import type { BodyFacts } from "./facts.ts"
import { equalities, isBusForm, isOperator, takenType } from "./library-types.ts"
import { literalMistakes, literalsTell } from "./literal-mistakes.ts"
import { areNeverEqual } from "./narrowing.ts"
import { isPrelude } from "./prelude.ts"
import { areDisjoint, describeType, isNever, kind, type Type, typeOfDeclared, typeOfKinds } from "./types.ts"

type Types = ReadonlyArray<Type>

/** What a call asks of its arguments, whose types are known, and other nodes of the value that they are about. */
export class Calls {
  readonly #context: CheckContext
  readonly #demands: Demands
  readonly #facts: ReadonlyMap<FunctionDefinition, BodyFacts>
  /** What is known of the items of a list that is written out. */
  readonly #items = new WeakMap<Core, Types>()

  constructor(
    context: CheckContext,
    { demands, facts }: { readonly demands: Demands; readonly facts: ReadonlyMap<FunctionDefinition, BodyFacts> }
  ) {
    this.#context = context
    this.#demands = demands
    this.#facts = facts
  }

  /** Whether `count` arguments are what the function takes; reports when not. */
  takesCount(target: FunctionDefinition, core: Core, given: number): boolean {
    if (takesCount(target, given)) return true
    const isElsewhere = target.source === this.#context.source && core.kind !== "closure"
    const related = isElsewhere ? [{ span: target.span, message: "defined here" }] : undefined
    this.#context.report(catalog.wrongClosureArity.at(core.span, { expected: takenCount(target), given }, related))
    return false
  }

  /** Arguments against declared parameters. With `checks`, what is uncertain is checked when the program runs. */
  argumentsOf(target: FunctionDefinition, core: Core, args: ReadonlyArray<Core>, types: Types, checks: boolean): void {
    if (!takesCount(target, args.length)) return
    const { params } = target
    const declaredCount = target.hasRest ? params.length - 1 : params.length
    const isLibrary = isPrelude(target.source)
    if (!isLibrary && this.#areMet(declaredCount, types, (index) => typeOfDeclared(params[index]!.type))) return
    const name = () =>
      (target.name === "fn" || isLibrary ? headWord(this.#context.source, core.span) : undefined) ?? target.name
    if (
      checks &&
      this.#areSwapped({ core, args, types }, name, declaredCount, (index) => typeOfDeclared(params[index]!.type))
    )
      return
    for (let index = 0; index < declaredCount; index++) {
      const param = params[index]!
      if (param.type === ":any" || this.#context.isMistaken(args[index]!)) continue
      const count = isLibrary && param.type === ":fn" ? this.#facts.get(target)?.applied.get(param) : undefined
      const passed = types[index]!.target
      if (count !== undefined && passed !== undefined && !this.takesCount(passed, args[index]!, count)) continue
      const wanted = typeOfDeclared(param.type)
      if (this.#demands.isMet(types[index]!, wanted)) continue
      const shown = target.name === "fn" ? "this function" : `\`${target.name}\``
      this.#demands.need(args[index]!, types[index]!, wanted, {
        wrong: (span, actual, meant) =>
          catalog.wrongArgument.at(span, {
            name: name(),
            param: param.name,
            expected: describeType(wanted),
            actual,
            way: wayTo(wanted, types[index]!, meant, this.#context.source)
          }),
        ...(checks && {
          check: { type: param.type, what: `\`${param.name}\` of ${shown}` }
        })
      })
    }
  }

  /** The arguments of a call of the library. `isDiscarded`: nobody takes its value. */
  libraryCall(core: Core & { kind: "library" }, types: Types, isDiscarded: boolean): void {
    const { args, signature } = core
    if (equalities.has(signature.name)) this.#equality(core, types)
    if (signature.name === "core/list/list") this.#items.set(core, types)
    if (signature.starts !== undefined) this.#started(core, types, signature.starts)
    if (isDiscarded && signature.name === "core/form/error" && !this.#context.isMistaken(core))
      this.#context.report(
        catalog.unusedValue.at(core.span, {
          words: this.#context.textAt(core.span),
          isCall: false,
          way: "`(return (error …))` gives it to the caller, `(fault …)` ends the task"
        })
      )
    if (this.#context.isQuiet) return
    const count = core.spreads === true ? args.length - 1 : args.length
    const areMet = this.#areTaken(signature, count, types)
    if (areMet && !isDiscarded && !literalsTell.has(signature.name)) return
    this.#judge(core, types, { areMet, count, isDiscarded })
  }

  #areTaken(signature: Signature, count: number, types: Types): boolean {
    for (let index = 0; index < count; index++) {
      const wanted = this.#alikeType(signature, takenType(signature, index), types, index)
      if (!this.#demands.isMet(types[index]!, wanted)) return false
    }
    return true
  }

  /** What may be wrong with a call of the library, and in the words of its source. */
  #judge(
    core: Core & { kind: "library" },
    types: Types,
    { areMet, count, isDiscarded }: { readonly areMet: boolean; readonly count: number; readonly isDiscarded: boolean }
  ): void {
    const { args, signature } = core
    if (!isBusForm(signature) && !isWrittenCall(core, this.#context.source)) return
    const name = () => headWord(this.#context.source, core.span) ?? signature.name
    const isSwapped =
      !areMet &&
      !isOperator(signature) &&
      !isBusForm(signature) &&
      this.#areSwapped({ core, args, types }, name, count, (index) => takenType(signature, index))
    for (let index = 0; index < count && !areMet && !isSwapped; index++) {
      // Operands are judged by each other, so one wrong one is enough.
      if (this.#libraryArgument(core, name, index, types) && isOperator(signature)) break
    }
    for (const mistake of literalMistakes(core, name)) this.#context.report(mistake)
    if (isDiscarded && isUseless(signature) && !this.#context.isMistaken(core))
      this.#context.report(catalog.unusedValue.at(core.span, { words: name(), isCall: true }))
  }

  /** Whether all of them are what is wanted: nearly always, so it is asked first. */
  #areMet(count: number, types: Types, wanted: (index: number) => Type): boolean {
    for (let index = 0; index < count; index++) if (!this.#demands.isMet(types[index]!, wanted(index))) return false
    return true
  }

  /** The functions that become tasks, with the arguments behind them, or with none when they stand in a list. */
  #started(core: Core & { kind: "library" }, types: Types, at: number): void {
    const target = types[at]?.target
    if (target !== undefined) this.argumentsOf(target, core, core.args.slice(at + 1), types.slice(at + 1), false)
    const list = core.args[at]
    const items = list && this.#items.get(list)
    if (list?.kind !== "library" || items === undefined) return
    for (const [index, item] of list.args.entries()) this.#startedItem(core, item, items[index]!)
  }

  #startedItem({ signature }: Core & { kind: "library" }, item: Core, type: Type): void {
    if (this.#context.isMistaken(item)) return
    if (type.target !== undefined) return void this.takesCount(type.target, item, 0)
    this.#demands.need(item, type, typeOfKinds(kind.fn), {
      wrong: (span, actual) =>
        catalog.wrongArgument.at(span, {
          name: signature.name,
          param: "functions",
          expected: "a list of functions",
          actual,
          way: thunkWay(item, this.#context.source)
        })
    })
  }

  /** Reports two arguments that stand in each other's place; one message, as one mistake was made. */
  #areSwapped(
    { args, core, types }: { readonly core: Core; readonly args: ReadonlyArray<Core>; readonly types: Types },
    name: () => string,
    count: number,
    wanted: (index: number) => Type
  ): boolean {
    const pair = swapped(types, count, wanted)
    if (pair === undefined || this.#context.isQuiet || this.#context.isMistaken(core)) return false
    const { source } = this.#context
    const [first, second] = pair.map((index) => args[index]!) as [Core, Core]
    this.#context.report(
      catalog.swappedArguments.at(
        { start: first.span.start, end: second.span.end },
        {
          name: name(),
          first: textAt(source, first.span),
          second: textAt(source, second.span),
          shape: swappedShape(name(), args.slice(0, count), pair, source)
        }
      )
    )
    return true
  }

  #libraryArgument(
    { args, signature }: Core & { kind: "library" },
    name: () => string,
    index: number,
    types: Types
  ): boolean {
    const wanted = takenType(signature, index)
    const arg = args[index]!
    if (wanted.isDynamic || this.#context.isMistaken(arg)) return false
    const alike = this.#alikeType(signature, wanted, types, index)
    if (this.#demands.isMet(types[index]!, alike)) return false
    const param = signature.params[index] ?? signature.rest
    return this.#demands.need(arg, types[index]!, alike, {
      wrong: (span, actual, meant) =>
        isOperator(signature)
          ? catalog.wrongOperand.at(span, {
              operator: name(),
              expected: this.#expected(signature, wanted, types, index),
              actual
            })
          : catalog.wrongArgument.at(span, {
              name: name(),
              param: param?.name ?? "",
              expected: describeType(wanted),
              actual,
              way:
                signature.name === "core/map/map" && types[index]!.kinds === kind.fn
                  ? "`map` makes a map; `(list/map function list)` calls a function for each item"
                  : (spawnWay({ signature, args, index }, this.#context.source) ??
                    wayTo(wanted, types[index]!, meant, this.#context.source))
            })
    })
  }

  /** Texts are ordered among texts, and numbers among numbers: the first operand decides. */
  #alikeType(signature: Signature, wanted: Type, types: Types, index: number): Type {
    const first = types[0]!
    if (
      index === 0 ||
      wanted.kinds !== (kind.int | kind.real | kind.str) ||
      first.isDynamic ||
      signature.from !== "form"
    )
      return wanted
    if ((first.kinds & ~(kind.int | kind.real)) === 0) return typeOfKinds(kind.int | kind.real)
    return first.kinds === kind.str ? typeOfKinds(kind.str) : wanted
  }

  #expected(signature: Signature, wanted: Type, types: Types, index: number): string {
    const alike = this.#alikeType(signature, wanted, types, index)
    if (alike !== wanted) return `${describeType(alike)} here, as its first operand is one`
    return wanted.kinds === (kind.int | kind.real | kind.str) ? "numbers or texts" : describeType(wanted)
  }

  #equality(core: Core & { kind: "library" }, types: Types): void {
    const [first, second] = core.args
    if (first === undefined || second === undefined || this.#context.isMistaken(core)) return
    if (!areNeverEqual(types[0]!, types[1]!)) return
    // A pattern that is a literal turns into a comparison.
    if (!isWrittenCall(core, this.#context.source)) this.#reportImpossible(core, types[0]!)
    else
      this.#context.report(
        catalog.neverEqual.at(core.span, { first: describeType(types[0]!), second: describeType(types[1]!) })
      )
  }

  #reportImpossible(core: Core, type: Type): void {
    if (!this.#context.isMistaken(core))
      this.#context.report(catalog.impossibleClause.at(core.span, { actual: describeType(type) }))
  }

  /** A test by type: whether it can hold at all. */
  test(core: Core & { kind: "is" }, type: Type): void {
    if (areDisjoint(type, typeOfDeclared(core.type)) && !isNever(type) && isPattern(core))
      this.#reportImpossible(core, type)
  }
}

/** Tests that a user wrote as a pattern or a clause; those of `try` and of endings ask for what may well not be. */
const isPattern = (core: Core & { kind: "is" }): boolean =>
  core.value.kind === "reference" && !/^%(tried|awaited|pending|caught)/.test(core.value.binding.name)

/** Calls whose only effect is their value. `insist` may fault, and that is what it is for. */
const isUseless = (signature: Signature): boolean =>
  signature.effect === "pure" && signature.name !== "core/util/insist"
