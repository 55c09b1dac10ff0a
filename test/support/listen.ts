/** Listeners whose TCP, and UDP unless it is given, is answered on this thread. */

import type { Respond, Transfer } from '../../src/respond/index.ts'
import {
  type Endpoint,
  type Listeners,
  listen,
  type MakeUdp,
  type TcpLimits,
  type TransportEvents,
  tcpHere,
  udpHere,
} from '../../src/transport/index.ts'

export interface ListenOptions {
  /** UDP and TCP are opened on each. */
  readonly addresses: readonly Endpoint[]
  readonly udpSize: number
  readonly tcp: TcpLimits
}

export const listenHere = (
  { addresses, udpSize, tcp: limits }: ListenOptions,
  respond: Respond,
  transfer: Transfer,
  events: TransportEvents,
  makeUdp: MakeUdp = udpHere({ udpSize, respond, events }),
): Promise<Listeners> => {
  const tcp = tcpHere({ limits, respond, transfer, events })
  return listen(addresses, { makeUdp, tcp, warning: (text) => events.warning(text) })
}
