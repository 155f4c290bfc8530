import * as Effect from "effect/Effect"
import fc from "fast-check"
import { assert, describe, it } from "vitest"
import { sxsCommand } from "../../../cli/command-line.ts"
import { parse } from "../../../cli/parser.ts"
import { plainly } from "../../../cli/plain-words.ts"
import { Shell, type ShellService } from "../../../cli/shell.ts"
import type { Command } from "../../../cli/words.ts"

/** What was asked for: the words of a command and its options. */
type Asked = readonly [command: string, options: unknown]

/** The commands with nothing to do but to say that they were asked for. */
const asking = (ask: (asked: Asked) => void, command: Command = sxsCommand, above = ""): Command => {
  const path = `${above}/${command.name}`
  const run = (options: never) => Effect.sync(() => ask([path, options]))
  const subcommands = command.subcommands.map((each) => asking(ask, each, path))
  return { ...command, run: command.run && run, subcommands }
}

const silent = { out: () => undefined, err: () => undefined, colour: { out: false, err: false } }
const shell = silent as unknown as ShellService

const askedBy = async (
  read: (command: Command) => Effect.Effect<void, unknown, Shell> | undefined
): Promise<Asked | "nothing" | undefined> => {
  let asked: Asked | "nothing" = "nothing"
  const effect = read(asking((it) => (asked = it)))
  if (effect === undefined) return undefined
  await Effect.runPromiseExit(Effect.provideService(effect, Shell, shell))
  return asked
}

const plain = (...args: ReadonlyArray<string>) => askedBy((command) => plainly(command, args))
const parsed = (...args: ReadonlyArray<string>) => askedBy((command) => parse(command, args, shell))

describe("a plain command line", () => {
  it.each([
    ["run", "a.sxs"],
    ["run", "a.sxs", "--new", "--store", "memory:", "--durability=relaxed"],
    ["run", "--cpu-profile=", "a.sxs"],
    ["ps", "--all", "--state", "done", "--limit", "0"],
    ["kv", "set", "a key", "", "--store=="],
    ["dead", "retry", "--all"],
    ["dead"],
    ["check", "a", "b", "--max-warnings", "3"],
    ["pub", "A", "1", "x"]
  ])("asks for what it asks the parser for: %s %s", async (...args) => {
    const asked = await plain(...args)
    assert.isDefined(asked)
    assert.deepStrictEqual(asked, await parsed(...args))
  })

  it.each([
    ["run"],
    ["run", "a.sxs", "--frob"],
    ["run", "a.sxs", "--new", "--new"],
    ["run", "a.sxs", "--new", "false"],
    ["run", "a.sxs", "--store"],
    ["run", "a.sxs", "--durability", "no"],
    ["run", "a.sxs", "--", "x"],
    ["run", "--help"],
    ["ps", "--limit", "-1"],
    ["ps", "--limit", "1e3"],
    ["ps", "more"],
    ["logs", "-f", "a-1"],
    ["kv"],
    ["frob"],
    []
  ])("is not one that is left to the parser: %s %s %s", async (...args) => {
    assert.isUndefined(await plain(...args))
  })

  it("is the same to the parser, whatever the words", { timeout: 120_000 }, async () => {
    const names = [sxsCommand, ...sxsCommand.subcommands, ...sxsCommand.subcommands.flatMap((each) => each.subcommands)]
    const flags = names
      .flatMap(({ parts }) => Object.values(parts))
      .flatMap((part) => (part.kind === "flag" ? [part] : []))
    const value = fc.constantFrom(
      "a",
      "",
      "0",
      "7",
      "true",
      "no",
      "a b",
      "=",
      "done",
      "strict",
      "A",
      "bash",
      "é",
      "memory:"
    )
    const flag = fc.constantFrom(...flags).chain((part) =>
      fc.oneof(
        fc.constant([`--${part.name}`]),
        value.map((value) => [`--${part.name}`, value]),
        value.map((value) => [`--${part.name}=${value}`])
      )
    )
    const odd = fc.constantFrom(["-"], ["--"], ["-f"], ["--help"], ["--no-all"])
    const word = fc.oneof(
      { weight: 4, arbitrary: value.map((value) => [value]) },
      { weight: 4, arbitrary: flag },
      { weight: 1, arbitrary: odd }
    )
    let plainCount = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.array(word, { maxLength: 5 }), async ({ name }, words) => {
        const path = sxsCommand.subcommands.find((each) => each.subcommands.some((below) => below.name === name))
        const args = [...(path === undefined ? [] : [path.name]), name, ...words.flat()]
        const asked = await plain(...args)
        if (asked === undefined) return
        plainCount++
        assert.deepStrictEqual(asked, await parsed(...args))
      }),
      { numRuns: 3000 }
    )
    assert.isAbove(plainCount, 100)
  })
})
