import { beforeAll, describe, expect, test } from "vitest"
import type { Datum } from "../../../compiler/1-read/datum.ts"
import { read } from "../../../compiler/1-read/reader.ts"
import { print } from "../../../runtime/value/print.ts"
import { Real, type Value } from "../../../runtime/value/value.ts"
import { library, signatureOf } from "../../../stdlib/signatures/index.ts"
import { compiled } from "./compiled.ts"
import { call } from "./support.ts"

// Literals and calls of pure functions: all that their examples use.
const evaluate = (datum: Datum): Value => {
  switch (datum.kind) {
    case "int":
    case "string":
      return datum.value
    case "real":
      return new Real(datum.value)
    case "list": {
      const [head, ...args] = datum.items
      if (head?.kind !== "symbol") throw new Error("expected a call")
      return call(signatureOf(head.name)!.name, ...args.map(evaluate))
    }
    default:
      throw new Error(`not in an example of a pure function: ${datum.kind}`)
  }
}

const examples = library.filter((each) => each.effect === "pure" && (each.from ?? "library") === "library")

describe("examples", () => {
  test.for(examples)("$example yields $yields", ({ example, yields }) => {
    const [form] = read({ name: "example", text: example }).value.forms
    expect(print(evaluate(form!))).toBe(yields)
  })
})

// The rest as well, and all as a program writes them: the checker takes them, and compiled code comes to the same.
const stated = library.filter((each) => each.yields !== undefined)

describe("examples in a program", () => {
  let results: ReadonlyMap<string, Value>
  beforeAll(async () => {
    const forms = stated.map(({ name, example }) => `(core/kv/set "${name}" ${example})`)
    const run = await compiled(forms.join("\n"))
    results = run(null, { fuel: 5 })
  })

  test.for(stated)("$example yields $yields", ({ name, yields }) => {
    expect(print(results.get(name)!)).toBe(yields)
  })
})
