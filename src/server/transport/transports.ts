import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Transport } from '../replies/index.ts'

/** A transport whose messages are datagrams: UDP. */
export interface DatagramTransport extends Transport {
  readonly isStream: false
}

/** A transport whose messages come over connections, each with its length in front (RFC 1035, 4.2.2). */
export interface StreamTransport extends Transport {
  readonly isStream: true
  /** Of the configuration, which names its addresses. */
  readonly key: string
  /**
   * What is read and written over a connection: at once, although nothing may come of it before the two sides have agreed
   * on something, so that limits hold from the first octet on. It ends when the connection does, half of it may end before
   * the other, and what is written is done when the connection has done with it: else limits would not see it.
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

/** Those that a thread of streams knows. A new one is a file beside this one and a row here; `listenersOn` of answering has it listen. */
export const STREAMS: readonly StreamTransport[] = [TCP]
