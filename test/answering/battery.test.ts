import { afterAll, beforeAll } from 'vitest'
import { Keeper } from '../../src/answering/keeper.ts'
import { listen } from '../../src/transport/index.ts'
import { Heard, ROOMY } from '../support/sockets.ts'
import { describeTransport } from '../transport/battery.ts'
import { program, startOptions } from './keeping.ts'
import { openRelay } from './relay.ts'

const host = '127.0.0.1'
const relay = openRelay()
let answering: Keeper
beforeAll(async () => {
  answering = await Keeper.start(program('relay'), startOptions())
})
afterAll(async () => {
  await answering.stop()
  relay.close()
})

describeTransport(`UDP on ${host}, answered in a thread`, async (respond) => {
  relay.respond = respond
  const options = { addresses: [{ host, port: 0 }], udpSize: 1232, tcp: ROOMY }
  const listeners = await listen(options, respond, () => undefined, new Heard(), answering.makeUdp)
  const port = listeners.bound[0]?.port ?? 0
  return { transport: 'udp', host, port, close: () => listeners.close({ drainMs: 100 }) }
})
