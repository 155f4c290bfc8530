/** What a guest may ask for. Of a change that was not answered it is in doubt whether it was made; a read may be repeated. A
 * stream is answered in parts, as they come, until the guest hangs up or nothing more can come; it changes nothing. */
export const methodKinds = {
  tasks: "read",
  countTasks: "read",
  findTask: "read",
  inspect: "read",
  taskKeys: "read",
  isHeld: "read",
  result: "read",
  logs: "read",
  settled: "read",
  compare: "read",
  "read log": "stream",
  "bus tap": "stream",
  "bus subscriptions": "read",
  "bus dead letters": "read",
  "bus publish": "change",
  "bus retry": "change",
  "bus drop": "change",
  pause: "change",
  resume: "change",
  cancel: "change",
  "kv get": "read",
  "kv list": "read",
  "kv set": "change",
  "kv del": "change",
  "kv snx": "change",
  "kv cas": "change",
  "kv incr": "change"
} as const satisfies Readonly<Record<string, "read" | "change" | "stream">>

export type MethodName = keyof typeof methodKinds

export type StreamName = {
  readonly [Name in MethodName]: (typeof methodKinds)[Name] extends "stream" ? Name : never
}[MethodName]

export type RequestName = Exclude<MethodName, StreamName>

export const isStreamName = (name: MethodName): name is StreamName => methodKinds[name] === "stream"

export const isMethodName = (name: unknown): name is MethodName =>
  typeof name === "string" && Object.hasOwn(methodKinds, name)
