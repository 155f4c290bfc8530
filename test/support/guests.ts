import { createConnection, createServer, type Server, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import { type GuestDoor, openDoor } from "../../runtime/host/door.ts"
import { prepareSocket } from "../../runtime/host/socket-place.ts"
import { printLine, protocolVersion } from "../../runtime/host/wire.ts"
import { makeMemory } from "../../runtime/store/memory.ts"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import { open } from "./namespace.ts"
import { temporaryDirectory } from "./temporary-directory.ts"

/** A namespace with its door, in a folder of its own. */
export const owner = Effect.gen(function* () {
  const directory = yield* temporaryDirectory
  const memory = makeMemory()
  const { namespace } = yield* open(memory)
  const door: GuestDoor = yield* openDoor({ namespace, directory })
  return { directory, door, memory, namespace }
})

/** A guest that has said nothing yet. */
export const greeted = (path: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once("data", () => resolve(socket))
  })

/** Hangs up. */
export const gone = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on("close", () => resolve())
    socket.destroy()
  })

export const greeting = { sxs: compilerVersion, protocol: protocolVersion, pid: 7, folder: "" }

/** A folder with somebody who plays the owner of a store. */
export const actor = (play: (socket: Socket) => void, words: object | undefined = greeting) =>
  Effect.gen(function* () {
    const directory = yield* temporaryDirectory
    const path = prepareSocket(directory)
    const sockets: Array<Socket> = []
    yield* Effect.acquireRelease(
      Effect.callback<Server>((resume) => {
        const server = createServer((socket) => {
          sockets.push(socket)
          socket.on("error", () => undefined)
          if (words !== undefined) socket.write(printLine(words))
          play(socket)
        })
        server.listen(path, () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.sync(() => {
          for (const socket of sockets) socket.destroy()
          server.close()
        })
    )
    return { directory }
  })
