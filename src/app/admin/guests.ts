import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { ofMost } from '../../server/transport/index.ts'

/** Connections that may be open, in all and from one client address. At a limit the longest idle goes of whoever has most. */
export const MOST_GUESTS = 256
export const MOST_OF_ONE = 64

/** Requests that may wait on one connection for those before them: whoever sends more does not read what it gets. */
export const MOST_WAITING = 16

interface Guest {
  readonly host: string
  /** What is served on it now, and what waits. */
  last: Promise<void>
  waiting: number
}

/** Who is connected. One request of a connection is served at a time; those on which nothing is served are idle. */
export class Guests {
  /** The one on which nothing happened for longest first. */
  readonly #all = new Map<Socket, Guest>()

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => this.#welcome(socket))
  }

  /** Does the work for a request once those before it on its connection are done; not at all where that is gone. */
  async inTurn(socket: Socket, work: () => Promise<void>): Promise<void> {
    const guest = this.#all.get(socket)
    if (guest === undefined || socket.destroyed) return
    if (++guest.waiting > MOST_WAITING) return void socket.destroy()
    this.#touch(socket, guest)
    const { last } = guest
    const { promise, resolve } = Promise.withResolvers<void>()
    guest.last = promise
    await last
    try {
      if (!socket.destroyed) await work()
    } finally {
      guest.waiting--
      this.#touch(socket, guest)
      resolve()
    }
  }

  #welcome(socket: Socket): void {
    const host = socket.remoteAddress ?? ''
    const own = [...this.#all].filter(([, guest]) => guest.host === host)
    if (own.length >= MOST_OF_ONE) evict(own)
    else if (this.#all.size >= MOST_GUESTS) evict(ofMost(this.#all, MOST_GUESTS, ([, { host }]) => host))
    this.#all.set(socket, { host, last: Promise.resolve(), waiting: 0 })
    socket.on('close', () => this.#all.delete(socket))
  }

  #touch(socket: Socket, guest: Guest): void {
    if (!this.#all.delete(socket)) return
    this.#all.set(socket, guest)
  }
}

/** The longest idle, or, where nobody is idle, the one on which nothing moved for longest. */
function evict(guests: readonly (readonly [Socket, Guest])[]): void {
  const [socket] = guests.find(([, { waiting }]) => waiting === 0) ?? guests[0] ?? []
  socket?.destroy()
}
