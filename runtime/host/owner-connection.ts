import { createConnection, type Socket } from "node:net"
import { TaggedError } from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import { Fault, InvariantViolated } from "../errors.ts"
import { limits } from "../limits.ts"
import { OwnerLost } from "./operations.ts"
import { type MethodName, methodKinds, type RequestName, type StreamName } from "./protocol.ts"
import { LineReader, MalformedLine, parseLine, printLine, protocolVersion } from "./wire.ts"
import { errorFromData, type OperationError } from "./wire-errors.ts"

/** No owner listens there: it has not begun to, or has ended. A retry is safe, soon. */
export class NobodyListens extends TaggedError("NobodyListens") {}

/** The owner is of another version of sxs. Nothing was asked. */
export class OtherVersion extends TaggedError("OtherVersion")<{
  readonly pid: number
  readonly version: string
}> {}

/** The owner takes the connection and says nothing, like a process that was stopped. Nothing was asked. */
export class OwnerSilent extends TaggedError("OwnerSilent") {}

/** A guest's way to the owner of a store. One request at a time; others wait. */
export interface OwnerConnection {
  readonly pid: number
  /** The data of the answer. */
  readonly ask: (
    method: RequestName,
    args: ReadonlyArray<unknown>
  ) => Effect.Effect<unknown, OperationError | OwnerLost>
  /** The same of a stream, whose parts go to `take` one by one. The owner waits when they are not taken. */
  readonly follow: <E>(
    method: StreamName,
    args: ReadonlyArray<unknown>,
    take: TakePart<E>
  ) => Effect.Effect<unknown, E | OperationError | OwnerLost>
}

type TakePart<E> = (part: unknown) => Effect.Effect<void, E>

const noParts: TakePart<never> = () => Effect.void

/** Connects to the owner that listens on the socket. `folder`: the store that it must have, where others may listen there. */
export const connectToOwner = Effect.fnUntraced(function* (
  path: string,
  folder?: string
): Effect.fn.Return<OwnerConnection, NobodyListens | OtherVersion | OwnerSilent, Scope.Scope> {
  const line = yield* connect(path)
  const greeting = yield* line.next
  if (greeting === "silent") return yield* new OwnerSilent()
  if (greeting === "ended" || typeof greeting.pid !== "number") return yield* new NobodyListens()
  const { pid, protocol, sxs } = greeting
  if (folder !== undefined && greeting.folder !== folder) return yield* new NobodyListens()
  if (protocol !== protocolVersion || sxs !== compilerVersion)
    return yield* new OtherVersion({ pid, version: String(sxs) })
  const turn = Semaphore.makeUnsafe(1)
  let id = 0
  return {
    pid,
    ask: (method, args) =>
      turn.withPermit(Effect.suspend(() => ask({ line, pid, id: ++id, method, args, take: noParts }))),
    follow: (method, args, take) =>
      turn.withPermit(Effect.suspend(() => ask({ line, pid, id: ++id, method, args, take })))
  }
})

/** What a line of the owner may hold. */
type Data = {
  readonly [Name in "sxs" | "protocol" | "pid" | "folder" | "id" | "ok" | "part" | "error" | "bye"]?: unknown
}

/** The lines that come, and a way to send some. */
interface Line {
  readonly send: (text: string) => void
  /** `ended`: no more comes. `silent`: nothing came for too long. */
  readonly next: Effect.Effect<Data | "ended" | "silent">
  readonly isEnded: () => boolean
  readonly end: () => void
}

const ask = Effect.fnUntraced(
  function* <E>(request: {
    readonly line: Line
    readonly pid: number
    readonly id: number
    readonly method: MethodName
    readonly args: ReadonlyArray<unknown>
    readonly take: TakePart<E>
  }): Effect.fn.Return<unknown, E | OperationError | OwnerLost> {
    const { args, id, line, method, pid, take } = request
    const lost = (why: "ended" | "silent", wasAsked: boolean) => {
      line.end()
      return new OwnerLost({ operation: method, why, inDoubt: wasAsked && methodKinds[method] === "change", pid })
    }
    const text = yield* printRequest({ id, method, args })
    if (line.isEnded()) return yield* lost("ended", false)
    line.send(text)
    for (;;) {
      const answer = yield* line.next
      if (answer === "ended" || answer === "silent") return yield* lost(answer, true)
      if ("bye" in answer) return yield* lost("ended", false)
      if (answer.id !== id) continue
      if ("part" in answer) yield* take(answer.part)
      else if (!("error" in answer)) return answer.ok
      else return yield* failWith(errorFromData(answer.error))
    }
  },
  // The answer that is still to come would be taken for that of the next request.
  (effect, { line }) => Effect.onInterrupt(effect, () => Effect.sync(() => line.end()))
)

/** A value that cannot be stored cannot be sent either. */
const printRequest = (request: object): Effect.Effect<string, Fault> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(printLine(request))
    } catch (thrown) {
      if (thrown instanceof Fault) return Effect.fail(thrown)
      throw thrown
    }
  })

const failWith = (error: OperationError | InvariantViolated): Effect.Effect<never, OperationError> =>
  error instanceof InvariantViolated ? Effect.die(error) : Effect.fail(error)

const connect = Effect.fnUntraced(function* (path: string): Effect.fn.Return<Line, NobodyListens, Scope.Scope> {
  // Bounded: the owner speaks only when asked, but for a beat now and then, and is not heard while much is left to take.
  const lines = yield* Queue.unbounded<Data | "ended">()
  let count = 0
  const socket = yield* Effect.acquireRelease(openSocket(path), (socket) => Effect.sync(() => socket.destroy()))
  const reader = new LineReader(limits.guestAnswerBytesMax)
  socket.on("data", (piece) => {
    try {
      for (const text of reader.push(piece)) {
        count++
        Queue.offerUnsafe(lines, dataOf(text))
      }
      if (count > linesAheadMax) socket.pause()
    } catch {
      socket.destroy()
    }
  })
  socket.on("close", () => Queue.offerUnsafe(lines, "ended"))
  if (socket.destroyed) Queue.offerUnsafe(lines, "ended")
  const taken = Effect.tap(Queue.take(lines), () =>
    Effect.sync(() => {
      if (--count <= 0) socket.resume()
    })
  )
  return {
    send: (text) => void socket.write(text),
    next: Effect.map(
      Effect.timeoutOption(taken, limits.ownerSilenceMs),
      Option.getOrElse((): "silent" => "silent")
    ),
    isEnded: () => socket.destroyed || !socket.writable,
    end: () => socket.destroy()
  }
})

/** Lines that have come and were not taken yet, from which on the owner is not heard. */
const linesAheadMax = 16

const dataOf = (text: string): Data => {
  const data = parseLine(text)
  if (typeof data !== "object" || data === null) throw new MalformedLine("it is no object")
  return data
}

const openSocket = (path: string): Effect.Effect<Socket, NobodyListens> =>
  Effect.callback((resume) => {
    const socket = createConnection(path)
    socket.once("connect", () => resume(Effect.succeed(socket)))
    socket.on("error", () => resume(Effect.fail(new NobodyListens())))
    return Effect.sync(() => socket.destroy())
  })
