/**
 * How each form is written when it does not stand on one line. The one table of the format: a form that is not in it is
 * a call, whose arguments go below each other.
 */

/** Where a list stands, which decides how it is written. */
export type Role =
  | "code"
  /** Quoted, the content of an error value. */
  | "data"
  /** Of a `match`: data, but that `(map "key" p …)` has keys and values. */
  | "pattern"
  | "directive"
  /** `(a :int b :str)`: a type stays with its name. */
  | "params"
  /** `(x list)` of a `for`. */
  | "binding"
  /** `(condition e…)` of a `cond`, `(:type e…)` of a `reflect`. */
  | "clause"
  /** `(pattern e…)` of a `match`. */
  | "match-clause"
  /** `{retry 5 backoff 200}`: names and values, two by two. */
  | "options"
  /** `(name (params) :type {options})` of an extern. */
  | "signature"

export interface FormStyle {
  /** Items on the first line, the head among them. */
  readonly lead: number
  /** A type may follow the lead, and belongs to it. */
  readonly mayHaveType?: true
  /** An item of the lead that does not fit is begun on the first line all the same: a condition, a value to choose by. */
  readonly hangs?: true
  /** A line break of the user between the items behind the lead is kept: they are a body. */
  readonly keepsBreaks?: true
  /** How the items behind the lead go: below each other, two by two, or as many on a line as fit. */
  readonly rest?: "lines" | "pairs" | "fill"
  /** Short calls are filled in too, not only atoms. */
  readonly fillsCalls?: true
  /** Roles of items, by index, where they are not code. */
  readonly roles?: Readonly<Record<number, Role>>
  /** Role of the items behind the lead. */
  readonly restRole?: Role
}

const body = { keepsBreaks: true } as const
const definition = { lead: 2 } as const
const pairs = { lead: 1, rest: "pairs", ...body } as const
const list = { lead: 1, rest: "fill" } as const
const submission = { lead: 1, roles: { 1: "options" } } as const

export const call: FormStyle = { lead: 1 }

/** The text on the first line, then the values that go into it. */
const template = { lead: 2, rest: "fill", fillsCalls: true } as const

/** Forms by the symbol at their head. */
export const formStyles: ReadonlyMap<string, FormStyle> = new Map<string, FormStyle>(
  Object.entries({
    def: definition,
    set: definition,
    cast: definition,
    defn: { lead: 3, mayHaveType: true, hangs: true, roles: { 2: "params" }, ...body },
    fn: { lead: 2, mayHaveType: true, hangs: true, roles: { 1: "params" }, ...body },
    if: { lead: 2, hangs: true, ...body },
    cond: { lead: 1, restRole: "clause", ...body },
    match: { lead: 2, hangs: true, restRole: "match-clause", ...body },
    reflect: { lead: 2, hangs: true, restRole: "clause", ...body },
    while: { lead: 2, hangs: true, ...body },
    for: { lead: 2, hangs: true, roles: { 1: "binding" }, ...body },
    do: { lead: 1, ...body },
    begin: { lead: 1, ...body },
    try: { lead: 2, ...body },
    recover: { lead: 2, ...body },
    defer: { lead: 1, ...body },
    atomic: { lead: 1, ...body },
    deftest: { lead: 2, ...body },
    map: pairs,
    "core/map/map": pairs,
    list,
    "core/list/list": list,
    "str/format": template,
    "core/str/format": template,
    "core/task/limit": { lead: 2, roles: { 1: "options" }, ...body },
    "core/event/sub": { lead: 3, mayHaveType: true, ...body },
    "core/expr/proc": { lead: 2, ...body },
    "core/submit/http": submission
  } satisfies Record<string, FormStyle>)
)

/** Directives by their name. */
export const directiveStyles: ReadonlyMap<string, FormStyle> = new Map<string, FormStyle>(
  Object.entries({
    export: list,
    extern: { lead: 2, restRole: "signature", ...body },
    form: { lead: 2, roles: { 2: "options" } }
  } satisfies Record<string, FormStyle>)
)

/** Patterns by the symbol at their head. */
export const patternStyles: ReadonlyMap<string, FormStyle> = new Map<string, FormStyle>([["map", pairs]])

/** The lists that have no head. */
export const roleStyles: Readonly<Record<Exclude<Role, "code" | "directive">, FormStyle>> = {
  data: { lead: 0 },
  pattern: { lead: 0 },
  params: { lead: 0, rest: "fill" },
  binding: { lead: 1 },
  clause: { lead: 1, hangs: true, ...body },
  "match-clause": { lead: 1, hangs: true, roles: { 0: "pattern" }, ...body },
  options: { lead: 0, rest: "pairs", ...body },
  signature: { lead: 2, mayHaveType: true, roles: { 1: "params", 2: "options", 3: "options" } }
}
