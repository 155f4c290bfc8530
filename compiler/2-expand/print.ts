import { type Core, type CoreProgram, type FunctionDefinition, type Literal, typeText } from "./core.ts"

/** A program's core as text, for golden tests. Bindings are shown by name; hidden ones start with `%`. */
export const printCore = (program: CoreProgram): string => program.functions.map(printFunction).join("\n\n")

const printFunction = (definition: FunctionDefinition): string => {
  const captured =
    definition.captured.length === 0
      ? ""
      : ` captures {${definition.captured.map((each) => each.inner.name).join(" ")}}`
  const params = definition.params.map((param) => `${param.name} ${typeText(param.type)}`).join(" ")
  return `function ${definition.index} ${definition.qualifiedName} (${params})${captured}\n${printLines(definition.body, "  ")}`
}

const printLines = (core: Core, indent: string): string => {
  const inner = `${indent}  `
  const nested = (head: string, parts: ReadonlyArray<Core>): string =>
    parts.every(isLeaf)
      ? `${indent}(${[head, ...parts.map(leaf)].join(" ")})`
      : `${indent}(${head}\n${parts.map((part) => printLines(part, inner)).join("\n")})`
  switch (core.kind) {
    case "define":
      return nested(`define ${core.binding.name}`, [core.value])
    case "assign":
      return nested(`assign ${core.binding.name}`, [core.value])
    case "sequence":
      return nested("sequence", core.items)
    case "branch":
      return `${indent}(branch\n${core.clauses.map((clause) => `${printLines(clause.test, inner)} =>\n${printLines(clause.value, `${inner}  `)}`).join("\n")}\n${inner}else\n${printLines(core.otherwise, `${inner}  `)})`
    case "junction":
      return nested(core.until === "false" ? "and" : "or", core.items)
    case "loop":
      return nested(`loop ${core.loop.ordinal}`, [core.body])
    case "leave":
      return nested(`leave ${core.loop.ordinal}`, [core.value])
    case "return":
      return nested("return", [core.value])
    case "call":
      return nested(`call ${core.target.index}`, core.args)
    case "apply":
      return nested("apply", [core.callee, ...core.args])
    case "library":
      return nested(core.signature.name, core.args)
    case "is":
      return nested(`is ${typeText(core.type)}`, [core.value])
    case "ascribe":
      return nested(`ascribe ${typeText(core.type)}`, [core.value])
    case "block":
      return nested(`block ${core.loop.ordinal}`, [core.body])
    case "guard":
      return nested(`guard ${core.catches} ${core.caught.name}`, [core.body, core.handler])
    case "walk":
      return nested(`walk/${core.step}`, core.args)
    default:
      return `${indent}${leaf(core)}`
  }
}

const isLeaf = (core: Core): boolean =>
  core.kind === "literal" || core.kind === "reference" || core.kind === "constant" || core.kind === "closure"

const leaf = (core: Core): string => {
  switch (core.kind) {
    case "literal":
      return printLiteral(core.value)
    case "reference":
      return core.binding.name
    case "constant":
      return `constant/${core.global.name}`
    case "closure":
      return `closure/${core.target.index}`
    default:
      return core.kind
  }
}

const closers = { "(": ")", "[": "]", "{": "}" } as const

export const printLiteral = (value: Literal): string => {
  switch (value.type) {
    case "none":
      return "none"
    case "bool":
    case "int":
      return String(value.value)
    case "real":
      return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
    case "string":
      return JSON.stringify(value.value)
    case "symbol":
      return value.name
    case "list":
      return `'${value.bracket}${value.items.map(printLiteral).join(" ")}${closers[value.bracket]}`
    case "error":
      return `@${printLiteral(value.content)}`
  }
}
