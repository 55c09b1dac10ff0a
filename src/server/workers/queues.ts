/** Of the clients of one that floods an address, one in so many shares its queue. */
const MOST_QUEUES = 16
/** As many as a thread watches: see MOST_SOCKETS in native/batch.c. */
const MOST_SOCKETS = 1024

/**
 * How many queues each address has, one of 1, 2, 4, 8 and 16. Each is a socket, and where there are several of datagrams one
 * more is for replies; main and every thread have a descriptor of each. `files`: how many descriptors there are for them.
 */
export function queuesOf(addresses: number, workers: number, files: number): number {
  const sockets = Math.min(MOST_SOCKETS, files / (1 + workers))
  let queues = MOST_QUEUES
  while (queues > 1 && (queues + 1) * addresses > sockets) queues /= 2
  return queues
}
