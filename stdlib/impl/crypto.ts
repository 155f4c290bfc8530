import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto"
import { Bytes } from "../../runtime/value/value.ts"
import { bytesOf } from "./bytes.ts"
import { define, type ImplementationTable, tableOf } from "./define.ts"
import * as kind from "./kinds.ts"

/** `core/crypto`, less what makes something new at each call. */
export const crypto: ImplementationTable = tableOf([
  define("core/crypto/sha256", [kind.textOrBytes], (data) => hash("sha256", data)),
  define("core/crypto/sha512", [kind.textOrBytes], (data) => hash("sha512", data)),
  define(
    "core/crypto/hmac",
    [kind.textOrBytes, kind.textOrBytes],
    (key, data) => new Bytes(new Uint8Array(createHmac("sha256", bytesOf(key)).update(bytesOf(data)).digest()))
  ),
  define("core/crypto/equal", [kind.textOrBytes, kind.textOrBytes], (a, b) => {
    const [x, y] = [bytesOf(a), bytesOf(b)]
    return x.length === y.length && timingSafeEqual(x, y)
  })
])

/** The ids of chance. Not pure, as each call gives another one; those of the time are in clock.ts. */
export const chanceIds: ImplementationTable = tableOf([define("core/crypto/uuid", [], () => randomUUID())])

const hash = (algorithm: string, data: string | Bytes): Bytes =>
  new Bytes(new Uint8Array(createHash(algorithm).update(bytesOf(data)).digest()))
