import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

type Host = Pick<NodeJS.Process, "getBuiltinModule"> | undefined

/**
 * Lower-case hex SHA-256 of bytes, or of a text as UTF-8, by the host where that is Node. Its own is ten times as fast, and
 * hashing the code took a tenth of the time of compiling. Asked for through the process, as the compiler runs in
 * browsers too and imports nothing of Node.
 */
export const sha256By = (host: Host): ((content: string | Uint8Array) => string) => {
  const native = host?.getBuiltinModule?.("node:crypto")
  return native === undefined
    ? (content) => bytesToHex(sha256(typeof content === "string" ? utf8ToBytes(content) : content))
    : (content) => native.hash("sha256", content, "hex")
}

export const sha256Hex = sha256By(globalThis.process)
