import type { Addon, OpenedSockets } from './addon.ts'
import { ListenError } from './listen-error.ts'
import { UDP } from './transports.ts'
import type { ListenEndpoint } from './types.ts'

/** Room for a burst of queries, and for as many replies as may wait for the network; where the system grants it. */
const BUFFER = 4 << 20
/** Of each of several sockets on one address: one client fills no more than one, and all of them are few megabytes. */
const BUFFER_OF_SEVERAL = 1 << 20

/** An address that main keeps and threads answer on: queues, in one of which all of a client's is, and one for replies to datagrams; or one for all. */
export interface SharedSockets extends OpenedSockets {
  /** The port is free once no thread is on it either. */
  readonly close: () => void
}

/** For datagrams, on a wildcard answered from whatever address was asked; with so many queues, 1, 2, 4, 8 or 16. Throws a ListenError. */
export function openShared(addon: Addon, host: string, port: number, queues: number): SharedSockets {
  try {
    return withClose(addon, addon.open(host, port, queues > 1 ? BUFFER_OF_SEVERAL : BUFFER, queues))
  } catch (error) {
    throw new ListenError(UDP.label, { host, port }, error)
  }
}

/** What streams come to. */
export interface ListeningSocket {
  /** Of each queue, how many clients may wait to be accepted. */
  readonly backlog: number
  /** `::` is IPv4 too. */
  readonly dual: boolean
  /** The label of their transport. */
  readonly transport: string
  /** Of the configuration, which names the endpoint. */
  readonly key: string
}

/**
 * Sockets that main keeps: over the end of the thread that accepts, who connects waits for the next. In so many queues, 1, 2,
 * 4, 8 or 16: of each one client is accepted at a time, so that whoever connects without an end waits for itself. Throws a
 * ListenError.
 */
export function openListening(
  addon: Addon,
  at: ListenEndpoint,
  { backlog, dual, transport, key }: ListeningSocket,
  queues: number,
): SharedSockets {
  try {
    return withClose(addon, addon.listen(at.host, at.port, backlog, queues, dual))
  } catch (error) {
    throw new ListenError(transport, at, error, key)
  }
}

function withClose(addon: Addon, opened: OpenedSockets): SharedSockets {
  const close = (): void => {
    for (const fd of opened.fds) addon.close(fd)
  }
  return { ...opened, close }
}

/** Descriptors of the same sockets for somebody who closes them. */
export function duplicatesOf(addon: Addon, fds: readonly number[]): readonly number[] {
  const own: number[] = []
  try {
    for (const fd of fds) own.push(addon.duplicate(fd))
    return own
  } catch (error) {
    for (const fd of own) addon.close(fd)
    throw error
  }
}
