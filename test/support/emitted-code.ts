import { parseAst } from "rolldown/parseAst"

/** The parts of a syntax tree (ESTree) that are looked at. */
interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** What emitted code may name without declaring it. */
const globals: ReadonlySet<string> = new Set(["Math", "undefined", "NaN", "Infinity", "Number", "Array", "Object"])

const forbiddenTypes: ReadonlySet<string> = new Set([
  "ImportExpression",
  "ImportDeclaration",
  "TaggedTemplateExpression",
  "TemplateLiteral",
  "WithStatement",
  "DebuggerStatement",
  "MetaProperty",
  "ThisExpression",
  "ClassDeclaration",
  "ClassExpression"
])

/**
 * What is wrong with the code of a bundle: it is no module, it names something that it does not declare, or text that is
 * neither ours nor inside a literal is in it. Empty for code as it should be.
 */
export const mistakesInCode = (code: string): ReadonlyArray<string> => {
  let program: Node
  try {
    program = parseAst(code) as unknown as Node
  } catch (error) {
    return [`it cannot be parsed: ${String(error).split("\n")[0]}`]
  }
  const inspection = new Inspection()
  inspection.scope(program, [])
  return [...inspection.mistakes, ...strayText(code, inspection.literals)]
}

/** Outside of literals there is nothing but ASCII without comments, but for the one in the first line. */
const strayText = (code: string, literals: ReadonlyArray<Node>): ReadonlyArray<string> => {
  const parts: Array<string> = []
  let done = 0
  for (const { end, start } of literals.toSorted((a, b) => a.start - b.start)) {
    parts.push(code.slice(done, start))
    done = end
  }
  const rest = [...parts, code.slice(done)].join('""').replace(/^\/\/ Compiled by sxs [^\n]*\n/, "")
  return [
    ...(/[^\n\x20-\x7e]/.test(rest) ? ["there is a character outside of literals that is not ASCII"] : []),
    ...(/\/\/|\/\*|<!--|-->/.test(rest) ? ["there is a comment"] : [])
  ]
}

class Inspection {
  readonly mistakes: Array<string> = []
  readonly literals: Array<Node> = []

  /** A module or function: what it declares anywhere is known in all of it. */
  scope(node: Node, outer: ReadonlyArray<ReadonlySet<string>>): void {
    const declared = new Set<string>()
    for (const param of (node["params"] ?? []) as ReadonlyArray<Node>) collectNames(param, declared)
    collectDeclarations(node["body"], declared)
    const scopes = [...outer, declared]
    for (const child of childrenOf(node)) if (child !== node["id"]) this.#visit(child, scopes)
  }

  #visit(node: Node, scopes: ReadonlyArray<ReadonlySet<string>>): void {
    if (forbiddenTypes.has(node.type)) this.mistakes.push(`there is a ${node.type}`)
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.scope(node, scopes)
      case "Identifier":
        return this.#name(node["name"] as string, scopes)
      case "Literal":
        return this.#literal(node)
      case "LabeledStatement":
        return this.#visit(node["body"] as Node, scopes)
      case "BreakStatement":
      case "ContinueStatement":
        return
      case "MemberExpression":
        this.#visit(node["object"] as Node, scopes)
        if (node["computed"] === true) this.#visit(node["property"] as Node, scopes)
        return
      case "Property":
        return this.#property(node, scopes)
      default:
        for (const child of childrenOf(node)) this.#visit(child, scopes)
    }
  }

  #name(name: string, scopes: ReadonlyArray<ReadonlySet<string>>): void {
    if (!globals.has(name) && !scopes.some((scope) => scope.has(name))) this.mistakes.push(`${name} is not declared`)
  }

  #literal(node: Node): void {
    this.literals.push(node)
    if (node["regex"] !== undefined) this.mistakes.push("there is a regular expression")
  }

  // In an object literal this one key, when it is not computed, sets the prototype instead.
  #property(node: Node, scopes: ReadonlyArray<ReadonlySet<string>>): void {
    const key = node["key"] as Node
    if (node["computed"] === true) this.#visit(key, scopes)
    else {
      if (key.type === "Literal") this.literals.push(key)
      if ((key["name"] ?? key["value"]) === "__proto__") this.mistakes.push("a literal sets its prototype")
    }
    this.#visit(node["value"] as Node, scopes)
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string"

const childrenOf = (node: Node): ReadonlyArray<Node> => Object.values(node).flat().filter(isNode)

/** The names that a pattern binds. */
const collectNames = (pattern: Node, names: Set<string>): void => {
  if (pattern.type === "Identifier") names.add(pattern["name"] as string)
  else if (pattern.type === "AssignmentPattern") collectNames(pattern["left"] as Node, names)
  else if (pattern.type === "Property") collectNames(pattern["value"] as Node, names)
  else for (const child of childrenOf(pattern)) collectNames(child, names)
}

/** What is declared below the node, functions inside not looked into. */
const collectDeclarations = (value: unknown, names: Set<string>): void => {
  for (const node of [value].flat().filter(isNode)) {
    if (node.type === "FunctionDeclaration") names.add((node["id"] as Node)["name"] as string)
    else if (node.type === "VariableDeclarator" || node.type === "CatchClause") {
      const pattern = (node["id"] ?? node["param"]) as Node | null
      if (pattern !== null) collectNames(pattern, names)
      collectDeclarations(node["init"] ?? node["body"], names)
    } else if (!/Function/.test(node.type)) collectDeclarations(childrenOf(node), names)
  }
}
