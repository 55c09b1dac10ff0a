/**
 * Sockets: datagrams and framed TCP messages in, replies out, each from the address that was asked. Knows
 * octets and peers and the limits they keep, not DNS.
 */
export { ADDON, type Addon, loadAddon } from './addon.ts'
export { filesForUdp } from './files.ts'
export { listen, type MakeUdp, type UdpPlace, udpHere } from './listen.ts'
export { ListenError } from './listen-error.ts'
export { openShared, type SharedSockets } from './shared-socket.ts'
export type {
  Bound,
  DropReason,
  Endpoint,
  Listeners,
  ListenOptions,
  TcpLimits,
  TransportEvents,
} from './types.ts'
export { UdpBatches } from './udp-batches.ts'
