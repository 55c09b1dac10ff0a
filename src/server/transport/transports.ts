import type { DatagramTransport, StreamTransport } from './types.ts'

export const UDP: DatagramTransport = { label: 'udp', isStream: false, isSecure: false }

export const TCP: StreamTransport = {
  label: 'tcp',
  isStream: true,
  isSecure: false,
  key: 'dns.listen',
  over: (connection) => connection,
}

/**
 * By which transports queries come to the addresses of each key of `dns` in the configuration. A new one is a file beside
 * this one, its row here, and its key in app/config/schema-listen.ts.
 */
export const TRANSPORTS = {
  // Whoever asks by one may have to ask by the other (RFC 7766).
  listen: [UDP, TCP],
} as const satisfies Readonly<Record<string, readonly (DatagramTransport | StreamTransport)[]>>

export type ListenKey = keyof typeof TRANSPORTS

/** Those that a thread of streams knows. */
export const STREAMS: readonly StreamTransport[] = Object.values(TRANSPORTS)
  .flat()
  .filter((transport) => transport.isStream)
