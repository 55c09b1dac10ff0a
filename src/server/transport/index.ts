/**
 * Sockets: datagrams and framed messages of streams in, replies out, each from the address that was asked. Knows
 * octets and peers and the limits they keep, not DNS.
 *
 * `types.ts` is the file to open first: a transport, an address that is listened on, who takes what comes there.
 * `listen.ts` opens all listeners or none. UDP has two ways, `udp-batches.ts` by the addon and `udp.ts` by Node; streams
 * have one, `tcp.ts`, whose `connection.ts` keeps a client within its limits. A new transport is a file and
 * a row in `transports.ts`.
 */

// What native/batch.c gives, where it could be built: sockets of several queues on one address, and up to 64 datagrams in
// one call. Without it datagrams are read one at a time, and each thread has sockets of its own.
export { ADDON, type Addon, loadAddon } from './addon.ts'
// One timer for thousands who all have equally long.
export { Deadlines } from './deadlines.ts'
// For listeners of pages and probes, where `[::]` is both families; those of DNS have a socket for each.
export { openEitherFamily } from './either-family.ts'
// Of the open files that the process may have, the part that sockets of queues take; connections share the rest.
export { filesForQueues } from './files.ts'
// `listen`: all listeners or none, one port for datagrams and streams of an address, wildcards as each local address.
// What cannot be had rejects with a ListenError, when all that was opened is closed again.
export { listen, udpHere } from './listen.ts'
// An address that could not be opened, in a line that names it, its key in the configuration and the remedy.
export { codeOf, ListenError, printEndpoint } from './listen-error.ts'
// `fe80::1%eth0` as the address that it is.
export { withoutScope } from './local-address.ts'
// At a limit whoever has most makes room, so that one client's connections cost its own; clients that have few
// are nobody's too many.
export { ofMost } from './most.ts'
// Sockets that main keeps and threads answer on: over the end of a thread, who asks or connects waits for the next one.
// A client's queries are all in one of the queues, so that it fills no other.
export {
  duplicatesOf,
  type ListeningSocket,
  openListening,
  openShared,
  type SharedSockets,
} from './shared-socket.ts'
// Streams of any transport, on the thread that asks for it: messages framed by their length (RFC 1035, 4.2.2), answered out
// of order as they come (RFC 7766), within the limits of TcpLimits.
export { boundPortOf, eachOf, STREAM_BACKLOG, type Streams, streamsHere } from './tcp.ts'
// The table of transports: a row for each, with the key of `dns` that has its addresses. Metrics are labelled by it.
export { type ListenKey, STREAMS, TCP, TRANSPORTS, UDP } from './transports.ts'
// What a transport is, and what it tells: a label, whether it is a stream and secure, an acceptor of what connects.
export type {
  Acceptor,
  Bound,
  DatagramTransport,
  DropReason,
  ListenEndpoint,
  Listener,
  Listeners,
  MakeAcceptor,
  StreamTransport,
  TcpLimits,
  TransportEvents,
} from './types.ts'
// The loop of a thread that does nothing but datagrams: it waits for a batch, answers it in place and sends it.
export { UdpBatches } from './udp-batches.ts'
