import type { DatagramTransport, ListenEndpoint, Listener, StreamTransport } from '../transport/index.ts'
import type { StreamThread, UdpThreads } from './types.ts'

/** Listeners for each of the transports on each of the addresses, whose queries the threads answer. */
export const listenersOn = (
  addresses: readonly ListenEndpoint[],
  transports: readonly (DatagramTransport | StreamTransport)[],
  { makeUdp, makeStream }: Pick<UdpThreads, 'makeUdp'> & Pick<StreamThread, 'makeStream'>,
): readonly Listener[] =>
  addresses.flatMap((at) =>
    transports.map((transport) => ({
      ...at,
      transport,
      make: transport.isStream ? makeStream(transport) : makeUdp,
    })),
  )
