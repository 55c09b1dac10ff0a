import { localAddresses } from '../../../src/server/transport/local-address.ts'
import { TCP, UDP } from '../../../src/server/transport/transports.ts'
import { listenHere } from '../../support/listen.ts'
import { MASKED } from '../../support/masked.ts'
import { Heard, ROOMY } from '../../support/sockets.ts'
import { describeTransport, type OpenTransport, type TransportFactory } from './battery.ts'

const over =
  (transport: OpenTransport['transport'], host: string): TransportFactory =>
  async (respond) => {
    const options = {
      addresses: [{ host, port: 0 }],
      udpSize: 1232,
      tcp: ROOMY,
      stream: transport.isStream ? transport : TCP,
    }
    const listeners = await listenHere(options, respond, () => undefined, new Heard())
    const port = listeners.bound[0]?.port ?? 0
    return { transport, host, port, close: () => listeners.close({ drainMs: 100 }) }
  }

const hosts = ['127.0.0.1', ...localAddresses(6).filter((host) => host === '::1')]

for (const host of hosts) {
  describeTransport(`UDP on ${host}`, over(UDP, host))
  describeTransport(`TCP on ${host}`, over(TCP, host))
  describeTransport(`a transport that is made up, on ${host}`, over(MASKED, host))
}
