import {
  type DatagramTransport,
  type Endpoint,
  type Listener,
  type StreamTransport,
  TCP,
  UDP,
} from '../transport/index.ts'
import type { StreamThread, UdpThreads } from './types.ts'

/** Those of `dns.listen`: whoever asks by one may have to ask by the other (RFC 7766). */
export const PLAIN: readonly (DatagramTransport | StreamTransport)[] = [UDP, TCP]

/** Listeners for each of the transports on each of the addresses, whose queries the threads answer. */
export const listenersOn = (
  addresses: readonly Endpoint[],
  transports: typeof PLAIN,
  { makeUdp, makeStream }: Pick<UdpThreads, 'makeUdp'> & Pick<StreamThread, 'makeStream'>,
): readonly Listener[] =>
  addresses.flatMap((at) =>
    transports.map((transport) => ({
      ...at,
      transport,
      make: transport.isStream ? makeStream(transport) : makeUdp,
    })),
  )
