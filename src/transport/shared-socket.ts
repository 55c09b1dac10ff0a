import type { Addon } from './addon.ts'
import { ListenError } from './listen-error.ts'

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
