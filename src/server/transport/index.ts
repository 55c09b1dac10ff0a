/**
 * Sockets: datagrams and framed messages of streams in, replies out, each from the address that was asked. Knows
 * octets and peers and the limits they keep, not DNS.
 */
export { ADDON, type Addon, loadAddon } from './addon.ts'
export { Deadlines } from './deadlines.ts'
export { openEitherFamily } from './either-family.ts'
export { filesForQueues } from './files.ts'
export { listen, udpHere } from './listen.ts'
export { codeOf, ListenError, printEndpoint } from './listen-error.ts'
export { withoutScope } from './local-address.ts'
export { ofMost } from './most.ts'
export {
  duplicatesOf,
  type ListeningSocket,
  openListening,
  openShared,
  type SharedSockets,
} from './shared-socket.ts'
export { boundPortOf, eachOf, STREAM_BACKLOG, type Streams, streamsHere } from './tcp.ts'
export { type ListenKey, STREAMS, TCP, TRANSPORTS, UDP } from './transports.ts'
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
export { UdpBatches } from './udp-batches.ts'
