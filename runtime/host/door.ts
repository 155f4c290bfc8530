import { chmodSync } from "node:fs"
import { createServer, type Server, type Socket } from "node:net"
import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { compilerVersion } from "../../stdlib/abi/version.ts"
import { limits } from "../limits.ts"
import type { Namespace } from "../namespace.ts"
import { GuestConnection } from "./guest-connection.ts"
import { methodKinds, type RequestName } from "./protocol.ts"
import { prepareSocket, removeSocket } from "./socket-place.ts"
import { printLine, protocolVersion } from "./wire.ts"

/** The door of a store that this process owns. */
export interface GuestDoor {
  /** Changes that guests have made so far. */
  readonly changeCount: number
  /** Requests that come from now on wait. Succeeds when none is being worked at. */
  readonly hold: Effect.Effect<void>
  /** Lets those that wait go on. */
  readonly admit: Effect.Effect<void>
  /** Answers the changes that are under way, and then nobody; those that wait are told that nothing was done. */
  readonly close: Effect.Effect<void>
}

/**
 * Listens on a local socket in the store's folder for guests: other processes of this user that want to look into the store
 * or change something in it. Nothing that they send can harm the owner but by what it asks for. Where no socket can be made,
 * nobody listens, and the store works without. Closing the scope closes it.
 */
export const openDoor = (options: {
  readonly namespace: Namespace
  /** The store's folder. */
  readonly directory: string
}): Effect.Effect<GuestDoor, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => Door.open(options.namespace, options.directory)),
    (door) => door.close
  )

/** So long (ms) the changes under way may take when the door is closed, together with the guests to take what was said last. */
const closingMs = 1_000

class Door implements GuestDoor {
  readonly #namespace: Namespace
  readonly #directory: string
  readonly #server: Server
  readonly #guests = new Set<GuestConnection>()
  readonly #working = new Set<Promise<unknown>>()
  /** Requests wait for it; another one while a hold is on. */
  #gate: Promise<void> = Promise.resolve()
  #openGate: () => void = () => undefined
  #changeCount = 0
  #followers = 0
  #isClosed = false

  private constructor(namespace: Namespace, directory: string) {
    this.#namespace = namespace
    this.#directory = directory
    this.#server = createServer((socket) => this.#welcome(socket))
    this.#server.maxConnections = limits.guestsMax
    this.#server.unref()
    this.#server.on("error", () => undefined) // It accepts no more guests; those who are in stay.
  }

  static async open(namespace: Namespace, directory: string): Promise<Door> {
    const door = new Door(namespace, directory)
    if (process.platform === "win32") return door
    for (const isElsewhere of [false, true]) {
      try {
        const path = prepareSocket(directory, isElsewhere)
        await listen(door.#server, path)
        chmodSync(path, 0o600)
        return door
      } catch {
        // The file system of the store knows no sockets, or does not let us: then elsewhere, or nowhere.
      }
    }
    return door
  }

  get changeCount(): number {
    return this.#changeCount
  }

  readonly hold: Effect.Effect<void> = Effect.promise(async () => {
    this.#gate = new Promise((resolve) => {
      this.#openGate = resolve
    })
    while (this.#working.size > 0) await Promise.allSettled(this.#working)
  })

  readonly admit: Effect.Effect<void> = Effect.sync(() => this.#openGate())

  readonly close: Effect.Effect<void> = Effect.promise(() => this.#close())

  async #close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#openGate()
    const deadline = new AbortController()
    const inTime = setTimeout(closingMs, undefined, deadline).catch(() => undefined)
    await Promise.race([Promise.all([...this.#guests].map((guest) => guest.answered)), inTime])
    for (const guest of this.#guests) guest.dismiss("the store is being closed")
    if (this.#server.listening) await this.#leave(inTime)
    deadline.abort()
  }

  /** One that takes nothing any more must not keep the process. */
  async #leave(inTime: Promise<void>): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await Promise.race([closed, inTime])
    for (const guest of this.#guests) guest.hangUp()
    await closed
    try {
      removeSocket(this.#directory)
    } catch {
      // The next owner clears it away.
    }
  }

  #welcome(socket: Socket): void {
    const guest = new GuestConnection({ namespace: this.#namespace, socket, enter: this.#enter, follow: this.#follow })
    this.#guests.add(guest)
    socket.on("close", () => this.#guests.delete(guest))
    const { pid } = process
    socket.write(printLine({ sxs: compilerVersion, protocol: protocolVersion, pid, folder: this.#directory }))
  }

  readonly #enter = async <A>(method: RequestName, work: () => Promise<A>): Promise<A | undefined> => {
    // A hold may have come while this one waited for the end of another.
    for (let gate: Promise<void> | undefined; gate !== this.#gate; ) {
      gate = this.#gate
      await gate
    }
    if (this.#isClosed) return undefined
    const working = work()
    this.#working.add(working)
    try {
      return await working
    } finally {
      this.#working.delete(working)
      if (methodKinds[method] === "change") this.#changeCount++
    }
  }

  readonly #follow = async <A>(work: () => Promise<A>): Promise<A | "closed" | "full"> => {
    if (this.#isClosed) return "closed"
    if (this.#followers >= limits.followersMax) return "full"
    this.#followers++
    try {
      return await work()
    } finally {
      this.#followers--
    }
  }
}

/** `exclusive`: in a worker of a cluster, too, it is this process that listens. */
const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen({ path, exclusive: true }, () => {
      server.off("error", reject)
      resolve()
    })
  })
