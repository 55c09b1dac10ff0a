import type { Addon } from './addon.ts'
import { ListenError } from './listen-error.ts'

/** Room for a burst of queries, and for as many replies as may wait for the network; where the system grants it. */
const BUFFER = 4 << 20

/** A socket that main keeps and threads answer on, on a wildcard from whatever address was asked. */
export interface SharedSocket {
  readonly fd: number
  readonly port: number
  /** The port is free once no thread is on it either. */
  readonly close: () => void
}

/** Throws a ListenError. */
export function openShared(addon: Addon, host: string, port: number): SharedSocket {
  try {
    const socket = addon.open(host, port, BUFFER)
    return { ...socket, close: () => addon.close(socket.fd) }
  } catch (error) {
    throw new ListenError('udp', { host, port }, error)
  }
}
