/** Listeners whose TCP, and UDP unless it is given, is answered on this thread. */

import type { Respond, Transfer } from '../../src/server/replies/index.ts'
import {
  type ListenEndpoint,
  type Listeners,
  listen,
  type MakeAcceptor,
  type StreamTransport,
  streamsHere,
  TCP,
  type TcpLimits,
  type TransportEvents,
  UDP,
  udpHere,
} from '../../src/server/transport/index.ts'

export interface ListenOptions {
  /** UDP and TCP are opened on each. */
  readonly addresses: readonly ListenEndpoint[]
  readonly udpSize: number
  readonly tcp: TcpLimits
  /** TCP unless it is another. */
  readonly stream?: StreamTransport
}

export const listenHere = (
  { addresses, udpSize, tcp: limits, stream = TCP }: ListenOptions,
  respond: Respond,
  transfer: Transfer,
  events: TransportEvents,
  makeUdp: MakeAcceptor = udpHere({ udpSize, respond, events }),
): Promise<Listeners> => {
  const { make, finish } = streamsHere({ limits, respond, transfer, events })
  const listeners = addresses.flatMap((at) => [
    { ...at, transport: UDP, make: makeUdp },
    { ...at, transport: stream, make: (host: string) => make(stream, host) },
  ])
  return listen(listeners, { finish, warning: (text) => events.warning(text) })
}
