import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Sockets on one address, by their descriptors. */
export interface OpenedSockets {
  readonly fds: readonly number[]
  readonly port: number
  /** Why it is one, where more were wanted. */
  readonly lacking?: string
}

/** What native/batch.c gives. Everything throws the system's errors as Node does: with `code` and `syscall`. */
export interface Addon {
  readonly version: number
  /**
   * Sockets that are bound to one address, by their descriptors: one, or 2, 4, 8 or 16 queues, among which clients are
   * divided by their addresses, and one more for replies. Where the system cannot do that it is one, and `lacking` says
   * why. They belong to nobody until they are closed: threads may come and go over them.
   */
  readonly open: (host: string, port: number, buffer: number, queues: number) => OpenedSockets
  readonly close: (fd: number) => void
  /**
   * Sockets to which clients connect, whether or not somebody accepts them: they wait, in one of 1, 2, 4, 8 or 16 queues by
   * their addresses. `dual`: `::` is IPv4 too.
   */
  readonly listen: (
    host: string,
    port: number,
    backlog: number,
    queues: number,
    dual: boolean,
  ) => OpenedSockets
  /** Another descriptor of the same socket, for somebody who closes it. */
  readonly duplicate: (fd: number) => number
  /** How many datagrams the system dropped that came to a socket, mostly because its queue was full. */
  readonly dropped: (fd: number) => number
  readonly Batch: new (slots: number, queryRoom: number, replyRoom: number) => Batch
}

/** Up to 64 queries and their replies in one memory, which native/batch.c describes. For one thread. */
export interface Batch {
  readonly memory: ArrayBuffer
  /** Sends the replies, then receives: how many queries there are; with `wait`, after 100 ms at most without any. */
  readonly next: (wait: boolean) => number
  /** Receives from that socket too, and replies by the other. It has descriptors of its own, closed when it is collected. */
  readonly watch: (fd: number, by: number) => void
  /** Sends the replies first. */
  readonly unwatch: (fd: number) => void
}

/** Where native/build.mjs puts it. */
export const ADDON = fileURLToPath(
  new URL(`../../../native/build/batch-${process.platform}-${process.arch}.node`, import.meta.url),
)

/** The C's and ours; an addon that was built from another batch.c is no good. */
const INTERFACE = 5

/** Throws an error that says why there is none. */
export function loadAddon(file: string): Addon {
  const addon: Addon = createRequire(import.meta.url)(file)
  if (addon.version === INTERFACE) return addon
  throw new Error(`${file} was built from another version; run "node native/build.mjs"`)
}
