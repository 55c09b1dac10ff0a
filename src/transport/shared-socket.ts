import type { Addon } from './addon.ts'
import { ListenError } from './listen-error.ts'
import type { Endpoint } from './types.ts'

/** Room for a burst of queries, and for as many replies as may wait for the network; where the system grants it. */
const BUFFER = 4 << 20
/** Of each of several sockets on one address: one client fills no more than one, and all of them are few megabytes. */
const BUFFER_OF_SEVERAL = 1 << 20

/** An address that main keeps and threads answer on; on a wildcard from whatever address was asked. */
export interface SharedSockets {
  /** Queues, in one of which all of a client's queries are, and one for replies; or one for all. */
  readonly fds: readonly number[]
  readonly port: number
  /** Why it is one, where more were wanted. */
  readonly lacking?: string
  /** The port is free once no thread is on it either. */
  readonly close: () => void
}

/** With so many queues, 1, 2, 4, 8 or 16; throws a ListenError. */
export function openShared(addon: Addon, host: string, port: number, queues: number): SharedSockets {
  try {
    const opened = addon.open(host, port, queues > 1 ? BUFFER_OF_SEVERAL : BUFFER, queues)
    const close = (): void => {
      for (const fd of opened.fds) addon.close(fd)
    }
    return { ...opened, close }
  } catch (error) {
    throw new ListenError('udp', { host, port }, error)
  }
}

/** A socket that main keeps: over the end of the thread that accepts, who connects waits for the next. */
export interface ListeningSocket {
  readonly fd: number
  readonly port: number
  /** The port is free once no thread listens there either. */
  readonly close: () => void
}

/** Throws a ListenError. `key`: of the configuration, which names the endpoint. */
export function openListening(addon: Addon, at: Endpoint, backlog: number, key: string): ListeningSocket {
  try {
    const { fd, port } = addon.listen(at.host, at.port, backlog)
    return { fd, port, close: () => addon.close(fd) }
  } catch (error) {
    throw new ListenError('tcp', at, error, key)
  }
}
