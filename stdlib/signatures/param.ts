import type { Param, TypeName } from "./signature.ts"

export const required = (name: string, type: TypeName = ":any"): Param => ({ name, type })

export const optional = (name: string, type: TypeName = ":any"): Param => ({ name, type, optional: true })

/** A bare symbol here is the key itself; anything else is evaluated. */
export const key = (name: string): Param => ({ name, type: ":str", mode: "key" })

/** A bare symbol that is a channel means that channel; anything else is evaluated. */
export const channel = (name: string): Param => ({ name, type: ":any", mode: "channel" })

/** A `{…}` sequence that the form runs itself. */
export const body = (name: string): Param => ({ name, type: ":any", mode: "body" })
