import type { Socket } from "node:net"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { limits } from "../limits.ts"
import type { Namespace } from "../namespace.ts"
import { isMethodName, isStreamName, type MethodName, type RequestName } from "./protocol.ts"
import { LineReader, MalformedLine, parseLine, printLine } from "./wire.ts"
import { errorToData, type OperationError, TooManyFollow } from "./wire-errors.ts"

export interface GuestParts {
  readonly namespace: Namespace
  readonly socket: Socket
  /** Does the work when no hold is on; undefined, and no work, when the door is closed. */
  readonly enter: <A>(method: RequestName, work: () => Promise<A>) => Promise<A | undefined>
  /** Does the work, which lasts as long as the guest likes: no hold waits for it. No work when the door is closed, or when too
   * many do so. */
  readonly follow: <A>(work: () => Promise<A>) => Promise<A | "closed" | "full">
}

/** What the owner knows of one guest. Its requests are answered one by one; a line that is not understood, or comes before the
 * answer to the last one, ends the connection. */
export class GuestConnection {
  readonly #parts: GuestParts
  readonly #reader = new LineReader(limits.guestRequestBytesMax)
  readonly #gone = new AbortController()
  #working: Promise<void> | undefined
  /** Of a stream only the part that is on its way is waited for. */
  #emitting: Promise<void> | undefined
  #isStream = false

  constructor(parts: GuestParts) {
    this.#parts = parts
    const { socket } = parts
    socket.unref()
    socket.setTimeout(limits.guestIdleMs, () => socket.destroy())
    socket.on("data", (piece) => this.#take(piece))
    socket.on("error", () => undefined) // `close` follows.
    socket.on("close", () => this.#gone.abort())
  }

  /** Succeeds when the request under way is answered, if there is one; of a stream, when what has come is with the guest. */
  get answered(): Promise<void> {
    return (this.#isStream ? this.#emitting : this.#working) ?? Promise.resolve()
  }

  /** Sends a last line, and sends the guest away. */
  dismiss(why: string): void {
    this.#parts.socket.end(printLine({ bye: why }), () => this.#parts.socket.destroy())
    this.#gone.abort()
  }

  /** Hangs up, whatever is on its way. */
  hangUp(): void {
    this.#parts.socket.destroy()
  }

  #take(piece: Uint8Array): void {
    if (this.#gone.signal.aborted) return
    try {
      for (const line of this.#reader.push(piece)) {
        if (this.#working !== undefined) throw new MalformedLine("one request at a time")
        this.#working = this.#serve(parseRequest(line)).finally(() => {
          this.#working = undefined
        })
      }
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error
      this.dismiss(`not understood: ${error.message}`)
    }
  }

  async #serve(request: Request): Promise<void> {
    // The first guest waits for it; a process that has none does not load it.
    const table = await import("./methods.ts")
    const { socket } = this.#parts
    const { args, id, method } = request
    // A guest that takes nothing gets no further beat: they would pile up.
    const isFree = () => socket.writableLength === 0
    const beat = setInterval(() => isFree() && socket.write(printLine({ beat: id })), limits.ownerBeatMs).unref()
    try {
      const answer = isStreamName(method)
        ? await this.#stream(table.streams[method].ask(this.#parts.namespace, args, this.#emit(id)))
        : await this.#answer(method, table.methods[method].ask(this.#parts.namespace, args))
      if (answer === "not understood") this.dismiss(`not understood: the arguments of ${method}`)
      else if (answer === "closed") this.dismiss("the store is being closed")
      else if (!this.#gone.signal.aborted) socket.write(printAnswer(id, answer))
    } finally {
      clearInterval(beat)
    }
  }

  async #answer(method: RequestName, asked: Asked | undefined): Promise<Answer> {
    if (asked === undefined) return "not understood"
    const { enter, namespace } = this.#parts
    const { signal } = this.#gone
    return (await enter(method, () => Effect.runPromiseExit(gated(namespace, asked), { signal }))) ?? "closed"
  }

  async #stream(asked: Asked | undefined): Promise<Answer> {
    if (asked === undefined) return "not understood"
    const { follow, socket } = this.#parts
    const { signal } = this.#gone
    this.#isStream = true
    // It may read slowly, or stand still: what waits for it is bounded, and it holds nobody up.
    socket.setTimeout(0)
    try {
      const exit = await follow(() => Effect.runPromiseExit(asked, { signal }))
      return exit === "full" ? Exit.fail(new TooManyFollow({ max: limits.followersMax })) : exit
    } finally {
      this.#isStream = false
      socket.setTimeout(limits.guestIdleMs)
    }
  }

  /** Sends a part, and waits while the guest does not take it. */
  readonly #emit =
    (id: number) =>
    (part: unknown): Effect.Effect<void> =>
      Effect.promise(() => {
        const { socket } = this.#parts
        if (socket.destroyed || socket.write(printLine({ id, part }))) return Promise.resolve()
        this.#emitting = new Promise((resolve) => {
          const done = () => {
            socket.off("drain", done)
            socket.off("close", done)
            this.#emitting = undefined
            resolve()
          }
          socket.on("drain", done)
          socket.on("close", done)
        })
        return this.#emitting
      })
}

type Asked = Effect.Effect<unknown, OperationError>

type Answer = Exit.Exit<unknown, OperationError> | "closed" | "not understood"

/** Whatever came out may depend on commits that are not durable yet. */
const gated = <A, E>(namespace: Namespace, asked: Effect.Effect<A, E>) =>
  Effect.flatMap(Effect.exit(asked), (exit) => Effect.andThen(namespace.durable, exit))

interface Request {
  readonly id: number
  readonly method: MethodName
  readonly args: ReadonlyArray<unknown>
}

const parseRequest = (line: string): Request => {
  const data = parseLine(line)
  if (typeof data !== "object" || data === null) throw new MalformedLine("it is no request")
  const { args, id, method } = data as Readonly<Record<string, unknown>>
  if (typeof id !== "number" || !Number.isSafeInteger(id)) throw new MalformedLine("it has no id")
  if (!isMethodName(method)) throw new MalformedLine("it asks for something unknown")
  if (!Array.isArray(args)) throw new MalformedLine("it has no arguments")
  return { id, method, args }
}

/** A defect is told as such: the guest shows it, and the owner lives on. */
const printAnswer = (id: number, exit: Exit.Exit<unknown, OperationError>): string => {
  const line = tryPrint(() =>
    Exit.isSuccess(exit) ? { id, ok: exit.value ?? null } : { id, error: errorData(exit.cause) }
  )
  return (
    line ?? printLine({ id, error: { tag: "StoreUnavailable", operation: "answer", reason: "io", detail: tooLarge } })
  )
}

const tooLarge = "the answer is too large for another process; ask for less, or when nothing runs on the store"

const tryPrint = (answer: () => object): string | undefined => {
  try {
    const line = printLine(answer())
    return Buffer.byteLength(line) > limits.guestAnswerBytesMax ? undefined : line
  } catch {
    return undefined
  }
}

const errorData = (cause: Cause.Cause<OperationError>): object => {
  const failure = cause.reasons.find((reason) => reason._tag === "Fail")
  if (failure !== undefined) return errorToData(failure.error)
  const defect = Cause.squash(cause)
  return { tag: "Defect", message: defect instanceof Error ? defect.message : String(defect) }
}
