/** What a guest may ask for. Of a change that was not answered it is in doubt whether it was made; a read may be repeated. */
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
} as const satisfies Readonly<Record<string, "read" | "change">>

export type MethodName = keyof typeof methodKinds

export const isMethodName = (name: unknown): name is MethodName =>
  typeof name === "string" && Object.hasOwn(methodKinds, name)
