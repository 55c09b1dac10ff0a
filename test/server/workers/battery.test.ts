import { afterAll, beforeAll, describe } from 'vitest'
import { localAddresses } from '../../../src/server/transport/local-address.ts'
import { UDP } from '../../../src/server/transport/transports.ts'
import { WorkerPool } from '../../../src/server/workers/worker-pool.ts'
import { listenHere } from '../../support/listen.ts'
import { Heard, ROOMY } from '../../support/sockets.ts'
import { WAYS } from '../../support/ways.ts'
import { describeTransport } from '../transport/battery.ts'
import { openRelay } from './relay.ts'
import { program, startOptions } from './supervised.ts'

const hosts = ['127.0.0.1', ...localAddresses(6).filter((host) => host === '::1')]
const relay = openRelay()
afterAll(relay.close)

describe.each(WAYS)('in a thread by %s', (udp) => {
  let answering: WorkerPool
  beforeAll(async () => {
    answering = await WorkerPool.start(program('relay'), startOptions({ udp }))
  })
  afterAll(() => answering.stop())

  for (const host of hosts)
    describeTransport(`UDP on ${host}`, async (respond) => {
      relay.respond = respond
      const options = { addresses: [{ host, port: 0 }], udpSize: 1232, tcp: ROOMY }
      const listeners = await listenHere(options, respond, () => undefined, new Heard(), answering.makeUdp)
      const port = listeners.bound[0]?.port ?? 0
      return { transport: UDP, host, port, close: () => listeners.close({ drainMs: 100 }) }
    })
})
