import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Transport } from '../respond/index.ts'

/** A transport whose messages are datagrams: UDP. */
export interface DatagramTransport extends Transport {
  readonly isStream: false
}

/** A transport whose messages come over connections, each with its length in front (RFC 1035 section 4.2.2). */
export interface StreamTransport extends Transport {
  readonly isStream: true
  /** Of the configuration, which names its addresses. */
  readonly key: string
  /**
   * What is read and written over a connection: at once, although nothing may come of it before the two sides have agreed
   * on something. It ends when the connection does, and half of it may end before the other.
   */
  readonly over: (connection: Socket) => Duplex
}

export const UDP: DatagramTransport = { label: 'udp', isStream: false, isSecure: false }

export const TCP: StreamTransport = {
  label: 'tcp',
  isStream: true,
  isSecure: false,
  key: 'dns.listen',
  over: (connection) => connection,
}

/** Those that a thread for streams knows. */
export const STREAMS: readonly StreamTransport[] = [TCP]
