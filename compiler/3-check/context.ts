import type { Core, FunctionDefinition } from "../2-expand/core.ts"
import { type Diagnostic, inSource } from "../diagnostic.ts"
import type { Source, Span } from "../source.ts"
import { Cells } from "./cells.ts"
import { Findings, type Mistakes } from "./findings.ts"
import { Flow } from "./flow.ts"
import { isPrelude } from "./prelude.ts"

/** Where the checker stands: the function that it walks, what is known there, and what may be said of it. */
export class CheckContext {
  readonly findings = new Findings()
  readonly mistakes: Mistakes
  definition!: FunctionDefinition
  readonly cells: Cells
  readonly flow: Flow
  /** Nothing is reported of code that nobody wrote for this program. */
  isQuiet = false

  constructor(mistakes: Mistakes) {
    this.mistakes = mistakes
    this.cells = new Cells(mistakes)
    this.flow = new Flow(this.cells)
  }

  begin(definition: FunctionDefinition): void {
    this.definition = definition
    this.flow.begin()
    this.isQuiet = isPrelude(definition.source) || definition.ofRecord !== undefined
  }

  get source(): Source {
    return this.definition.source
  }

  /** What stands there in the source. */
  textAt({ end, start }: Span): string {
    return this.source.text.slice(start, end)
  }

  /** Whether an earlier phase has reported something inside. */
  isMistaken({ span }: Core, source: Source = this.source): boolean {
    return !this.mistakes.isEmpty && this.mistakes.isIn(source, span)
  }

  /** Reports what is wrong at a place that can be reached. */
  report(diagnostic: Diagnostic): void {
    if (this.flow.isLive) this.reportAnyhow(diagnostic)
  }

  /** Reports also what is wrong with a place that is never reached. */
  reportAnyhow(diagnostic: Diagnostic): void {
    if (!this.isQuiet) this.findings.report(inSource(diagnostic, this.source))
  }
}
