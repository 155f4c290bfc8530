import { body, key, optional, required } from "./param.ts"
import type { Signature } from "./signature.ts"

/**
 * The key-value store. Keys have 1 byte to 1 KiB as UTF-8, values up to 4 MiB encoded; what breaks that is a fault that names
 * the key. Whatever scans many keys leaves the segment and so suspends.
 */
export const kv: ReadonlyArray<Signature> = [
  {
    name: "core/kv/set",
    params: [key("key"), required("value")],
    result: ":bool",
    effect: "store",
    doc: "Stores the value under the key; yields true.",
    example: '(core/kv/set user:1:name "Alice")'
  },
  {
    name: "core/kv/get",
    params: [key("key"), optional("default")],
    result: ":any",
    mayError: true,
    effect: "store",
    doc: 'The value with its type; a missing key gives `default`, or without one the error value `@"key not found"`.',
    example: '(core/kv/get user:1:name "nobody")'
  },
  {
    name: "core/kv/del",
    params: [key("key")],
    result: ":bool",
    effect: "store",
    doc: "Removes the key; yields true, also when it was missing.",
    example: "(core/kv/del user:1:name)"
  },
  {
    name: "core/kv/exists",
    params: [key("key")],
    result: ":bool",
    effect: "store",
    doc: "Whether the key has a value.",
    example: "(core/kv/exists user:1:name)"
  },
  {
    name: "core/kv/snx",
    params: [key("key"), required("value")],
    result: ":bool",
    effect: "store",
    doc: "Stores the value if the key is missing: true, else false.",
    example: "(core/kv/snx leader 1)"
  },
  {
    name: "core/kv/cas",
    params: [key("key"), required("old"), required("new")],
    result: ":bool",
    effect: "store",
    doc: "Replaces the value if it equals `old`: true, else false; a missing key equals nothing.",
    example: "(core/kv/cas balance 10 9)"
  },
  {
    name: "core/kv/incr",
    params: [key("key"), optional("by", ":int")],
    result: ":int",
    effect: "store",
    doc: "Adds `by` (1) to the int under the key, from 0 when it is missing; yields the new value. Another type is a fault.",
    example: "(core/kv/incr visits)"
  },
  {
    name: "core/kv/load",
    params: [key("key")],
    result: ":any",
    mayError: true,
    effect: "store",
    doc: "The value read as a quoted datum; what is not a text comes as it is. A missing key or unreadable text is an error value.",
    example: "(core/kv/load job:1:code)"
  },
  {
    name: "core/kv/iterate",
    params: [key("prefix"), required("offset", ":int"), required("limit"), body("body")],
    result: ":none",
    effect: "suspends",
    from: "form",
    doc: 'Runs the body once per key under the prefix, in byte order over a snapshot, with `$key` and `$value`; `(done)` stops. `limit` none: all. With the prefix `""` outside of scopes also the keys `fn:` of tasks.',
    example: "(core/kv/iterate user: 0 100 {(log $key $value)})"
  },
  {
    name: "core/kv/count",
    params: [key("prefix")],
    result: ":int",
    effect: "suspends",
    doc: "How many keys are under the prefix.",
    example: "(core/kv/count user:)"
  },
  {
    name: "core/kv/del-prefix",
    params: [key("prefix")],
    result: ":int",
    effect: "suspends",
    doc: "Removes all keys under the prefix; yields how many there were.",
    example: "(core/kv/del-prefix user:1:)"
  },
  {
    name: "core/kv/scope",
    params: [key("prefix"), body("body")],
    result: ":any",
    effect: "store",
    from: "form",
    doc: "Runs the body with every key put under the prefix, behind the scenes; nests, and cannot be left. Yields the body's value.",
    example: '(core/kv/scope tenant:7: {(core/kv/set name "Acme")})'
  }
]
