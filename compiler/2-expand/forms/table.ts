import { atomic } from "./atomic.ts"
import { await_ } from "./await.ts"
import { and, cond, if_, or } from "./branch.ts"
import { apply, debug } from "./call-form.ts"
import { cast } from "./cast.ts"
import { defer } from "./defer.ts"
import { def, set } from "./define.ts"
import { error, try_ } from "./error-value.ts"
import { assert, fault, recover } from "./fault.ts"
import { defn, fn, return_ } from "./function.ts"
import { iterate, scopeForm } from "./kv.ts"
import { limit } from "./limit.ts"
import { do_, done, for_, while_ } from "./loop.ts"
import { match } from "./match.ts"
import { proc } from "./proc.ts"
import { reflect } from "./reflect.ts"
import { begin } from "./sequence.ts"
import type { SpecialForm } from "./special-form.ts"
import { sub } from "./sub.ts"
import { advance, crash, deftest, expect, expectEqual, runProgram } from "./test.ts"

/** All special forms: adding one touches its file and this table. */
export const specialForms: ReadonlyMap<string, SpecialForm> = new Map<string, SpecialForm>(
  Object.entries({
    def,
    set,
    defn,
    fn,
    return: return_,
    if: if_,
    cond,
    and,
    or,
    while: while_,
    for: for_,
    do: do_,
    done,
    begin,
    match,
    reflect,
    cast,
    try: try_,
    recover,
    fault,
    error,
    assert,
    atomic,
    defer,
    apply,
    debug,
    deftest,
    expect,
    "expect-equal": expectEqual,
    advance,
    crash,
    "run-program": runProgram,
    "core/kv/iterate": iterate,
    "core/kv/scope": scopeForm,
    "core/task/limit": limit,
    "core/event/sub": sub,
    "core/expr/await": await_,
    "core/expr/proc": proc
  })
)

/** Families of the library that this version does not have yet. */
const laterFamilies = ["submit", "trigger"] as const

/** A form or function of the language that this version does not have yet. */
export const isLater = (name: string): boolean =>
  laterForms.has(name) || laterFamilies.some((family) => name.startsWith(`core/${family}/`))

/** Forms of the language that this version does not compile yet. */
export const laterForms: ReadonlySet<string> = new Set(["core/task/offload"])
