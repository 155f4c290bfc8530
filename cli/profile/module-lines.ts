import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping"
import type { LoadedBundle } from "../../runtime/bundle/registry.ts"
import type { FunctionFacts, Manifest } from "../../stdlib/abi/manifest.ts"

/** From the JavaScript of one bundle to its source. */
export class ModuleLines {
  readonly #functions: Manifest["functions"]
  readonly #code: ReadonlyArray<string>
  readonly #map: TraceMap | undefined

  /** Without a map nothing is known but where functions begin. */
  constructor({ code, manifest, map }: Omit<LoadedBundle, "address">) {
    this.#code = code.split("\n")
    this.#functions = manifest.functions
    this.#map = readMap(map)
  }

  /** What a function of the module was emitted for; undefined for what belongs to the module itself. */
  functionOf(name: string): EmittedFunction | undefined {
    const match = emittedName.exec(name)
    const facts = this.#functions[Number(match?.[1])]
    return match === null || facts === undefined ? undefined : { facts, isPart: match[2] !== undefined }
  }

  /**
   * The line of `facts` that the generated line was emitted for; both count from 1. What no mapping says belongs to the mapping
   * before it, else to the one behind it. Undefined when the line is not in the function that begins at `head`: V8 counts samples
   * in inlined code under the lines of that, and does not say of which file.
   */
  lineOf(facts: FunctionFacts, { head, line }: { readonly head: number; readonly line: number }): number | undefined {
    const last = this.#lastLineOf(head)
    if (line < head || line > last) return undefined
    if (line === head) return facts.position.line
    for (let at = line; at > head; at--) if (this.#isOf(facts, at)) return this.#placeIn(at)!.line
    for (let at = line; at <= last; at++) if (this.#isOf(facts, at)) return this.#placeIn(at)!.line
    return facts.position.line
  }

  /** Where the function that begins in that line ends: functions of a module are written with an indentation of two. */
  #lastLineOf(head: number): number {
    const end = this.#code.indexOf("  }", head)
    return end < 0 ? this.#code.length : end + 1
  }

  #isOf({ position, source }: FunctionFacts, line: number): boolean {
    const place = this.#placeIn(line)
    return place?.source === source && place.line >= position.line && place.line <= position.endLine
  }

  /** Samples know no columns: the first mapping of a line stands for all of it. */
  #placeIn(line: number): Place | undefined {
    if (this.#map === undefined) return undefined
    const segment = decodedMappings(this.#map)[line - 1]?.find(({ length }) => length > 1)
    if (segment === undefined || segment.length === 1) return undefined
    const source = this.#map.sources[segment[1]]
    return source == null ? undefined : { source, line: segment[2] + 1 }
  }
}

interface Place {
  readonly source: string
  readonly line: number
}

export interface EmittedFunction {
  readonly facts: FunctionFacts
  /** It goes on with a call of the function that has begun elsewhere: its resume shape, or one of its loops. */
  readonly isPart: boolean
}

/** What `compiler/5-emit` calls the functions of a module: NAME$INDEX, with a suffix for parts. */
const emittedName = /^[A-Za-z0-9_]+\$(\d+)(\$\w+)?$/

const readMap = (text: string | undefined): TraceMap | undefined => {
  try {
    return text === undefined ? undefined : new TraceMap(text)
  } catch {
    return undefined // A map is not part of what is checked before a bundle runs.
  }
}
