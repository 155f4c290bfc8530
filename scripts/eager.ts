import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { decodedMap, type EncodedSourceMap, encodedMap, TraceMap } from "@jridgewell/trace-mapping"
import { parseAst } from "rolldown/parseAst"

/**
 * Node's compile cache keeps of a file what V8 compiles before it runs, and V8 leaves functions until they are called: each start
 * compiled several hundred again. A function in parentheses is compiled with its file, and so is kept. These are the
 * functions, of those that are expressions, that a small program calls; all of them would be twice as much to read as it saves.
 * A function that is not found so is compiled when it is called, as ever.
 */
export const compileWhatStarts = (root: string, folder: string): void => {
  for (const [file, called] of calledBySample(root)) {
    // What the packer adds has no map: a few small functions.
    if (file.startsWith(folder) && existsSync(`${file}.map`)) parenthesize(file, called)
  }
}

/** Functions by their files, as `12:34`, where they begin and end. */
type Called = ReadonlyMap<string, ReadonlySet<string>>

/** What V8 writes of a process into the folder that `NODE_V8_COVERAGE` names. */
interface Coverage {
  readonly result: ReadonlyArray<{
    readonly url: string
    readonly functions: ReadonlyArray<{
      /** The first one is the function itself. */
      readonly ranges: ReadonlyArray<{
        readonly startOffset: number
        readonly endOffset: number
        readonly count: number
      }>
    }>
  }>
}

/** Of the second run of a program, which finds it compiled. */
const calledBySample = (root: string): Called => {
  const folder = mkdtempSync(join(tmpdir(), "sxs-pack-"))
  try {
    const coverage = join(folder, "coverage")
    cpSync(join(root, "examples/hello"), folder, { recursive: true })
    const run = (env: NodeJS.ProcessEnv) =>
      execFileSync(process.execPath, [join(root, "bin/sxs.cjs"), "run", "main.sxs", "--store", "store"], {
        cwd: folder,
        env: { ...env, NODE_DISABLE_COMPILE_CACHE: "1" }
      })
    run(process.env)
    run({ ...process.env, NODE_V8_COVERAGE: coverage })
    return readCoverage(coverage)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const readCoverage = (folder: string): Called => {
  const found = new Map<string, Set<string>>()
  for (const name of readdirSync(folder)) {
    const { result } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Coverage
    for (const { functions, url } of result) {
      if (!url.startsWith("file:")) continue
      const ranges = functions.flatMap((each) => each.ranges[0] ?? []).filter(({ count }) => count > 0)
      found.set(fileURLToPath(url), new Set(ranges.map(({ endOffset, startOffset }) => `${startOffset}:${endOffset}`)))
    }
  }
  return found
}

/** A parenthesis, and before which character of the file. */
interface Insertion {
  readonly at: number
  readonly text: "(" | ")"
}

const parenthesize = (file: string, called: ReadonlySet<string>): void => {
  const code = readFileSync(file, "utf8")
  const map = JSON.parse(readFileSync(`${file}.map`, "utf8")) as EncodedSourceMap
  const packed = inParentheses({ code, map }, called)
  writeFileSync(file, packed.code)
  writeFileSync(`${file}.map`, JSON.stringify(packed.map))
}

/** The file with those of its function expressions in parentheses that are named as `12:34`, and its map. */
export const inParentheses = (
  { code, map }: { readonly code: string; readonly map: EncodedSourceMap },
  called: ReadonlySet<string>
): { readonly code: string; readonly map: EncodedSourceMap } => {
  const insertions = functionExpressions(parseAst(code))
    .filter(({ end, start }) => called.has(`${start}:${end}`))
    .flatMap(
      ({ end, start }): ReadonlyArray<Insertion> => [
        { at: start, text: "(" },
        { at: end, text: ")" }
      ]
    )
    .toSorted((one, other) => one.at - other.at)
  return { code: inserted(code, insertions), map: shifted(map, linesOf(code, insertions)) }
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"

/** Functions that may stand in parentheses: no methods, no declarations. */
const functionExpressions = (program: Node): ReadonlyArray<Node> => {
  const found: Array<Node> = []
  const visit = (value: unknown, isMethod: boolean): void => {
    if (Array.isArray(value)) for (const each of value) visit(each, false)
    if (!isNode(value)) return
    const isFunction = value.type === "ArrowFunctionExpression" || value.type === "FunctionExpression"
    if (isFunction && !isMethod) found.push(value)
    for (const [key, part] of Object.entries(value)) visit(part, key === "value" && holdsMethod(value))
  }
  visit(program, false)
  return found
}

const holdsMethod = (node: Node): boolean =>
  node.type === "MethodDefinition" ||
  (node.type === "Property" &&
    (("method" in node && node.method === true) || !("kind" in node) || node.kind !== "init"))

const inserted = (code: string, insertions: ReadonlyArray<Insertion>): string => {
  const starts = [0, ...insertions.map(({ at }) => at)]
  const parts = starts.map((start, index) => code.slice(start, insertions[index]?.at))
  return parts.map((part, index) => part + (insertions[index]?.text ?? "")).join("")
}

// ─── source maps ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** For each line with insertions the columns before which they are, in their order. */
const linesOf = (code: string, insertions: ReadonlyArray<Insertion>): ReadonlyMap<number, ReadonlyArray<number>> => {
  const found = new Map<number, Array<number>>()
  let [line, lineStart] = [0, 0]
  for (const { at } of insertions) {
    for (let end = code.indexOf("\n", lineStart); end >= 0 && end < at; end = code.indexOf("\n", lineStart)) {
      line++
      lineStart = end + 1
    }
    const columns = found.get(line) ?? []
    columns.push(at - lineStart)
    found.set(line, columns)
  }
  return found
}

/** Moves what stands behind the insertions. */
const shifted = (map: EncodedSourceMap, lines: ReadonlyMap<number, ReadonlyArray<number>>): EncodedSourceMap => {
  const decoded = decodedMap(new TraceMap(map))
  const mappings = decoded.mappings.map((segments, line) => {
    const columns = lines.get(line)
    if (columns === undefined) return segments
    return segments.map((segment) => {
      const by = columns.filter((column) => column <= segment[0]).length
      return segment.with(0, segment[0] + by) as typeof segment
    })
  })
  return { ...map, mappings: encodedMap(new TraceMap({ ...decoded, mappings })).mappings }
}
